import type { FieldMapping } from "../../../server/settings/mapping.ts";
import type { Settings } from "../../../server/settings/schema.ts";
import type { World } from "../world.ts";
import { choose, setSettings } from "./settings.ts";
import { newestSettings } from "./try-settings.ts";

type Mappings = Settings["contact"]["mappings"];

/** The contacts' mappings as saved, with one field's changed, or added. */
export async function mappingsWith(
  world: World,
  field: string,
  change: Partial<FieldMapping>,
): Promise<Mappings> {
  const { mappings } = (await newestSettings(world)).settings.contact;
  return mappings.some((mapping) => mapping.field === field)
    ? mappings.map((mapping) =>
        mapping.field === field ? { ...mapping, ...change } : mapping,
      )
    : [
        ...mappings,
        {
          field,
          property: field,
          direction: "both",
          clear: false,
          conversion: { kind: "text" },
          ...change,
        },
      ];
}

/** Saves the mapping of one of the contacts' fields with a change. */
export const changeMapping = async (
  world: World,
  field: string,
  change: Partial<FieldMapping>,
): Promise<void> =>
  setSettings(world, "contact", {
    mappings: await mappingsWith(world, field, change),
  });

/** In one save: a fresh installation's settings, with that and with these differences. */
export const chooseMapping = async (
  world: World,
  field: string,
  change: Partial<FieldMapping>,
  {
    contact = {},
    ...wish
  }: {
    readonly automatic?: Settings["automatic"];
    readonly contact?: Pick<Partial<Settings["contact"]>, "policy">;
  } = {},
): Promise<void> =>
  choose(world, {
    ...wish,
    contact: { ...contact, mappings: await mappingsWith(world, field, change) },
  });
