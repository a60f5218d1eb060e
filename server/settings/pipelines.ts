import type { Settings } from "./schema.ts";
import type { ObjectType } from "./types/index.ts";
import { descriptorOf, listedTypes } from "./types/index.ts";

/** Which of HubSpot's pipelines a portal syncs. Pure. */

/** The types whose objects go through pipelines, in the order in which people read types. */
export const typesWithPipelines: readonly ObjectType[] = listedTypes.filter(
  (type) => descriptorOf(type).hubspot.pipelines !== undefined,
);

/** Returns whether a document selects a pipeline of a type. */
export function isSelected(
  settings: Settings,
  type: ObjectType,
  pipeline: string,
): boolean {
  const { pipelines = null } = settings[type];
  return pipelines === null || pipelines.includes(pipeline);
}

/**
 * Returns a document with one pipeline selected, or not. Once all are selected again, those that HubSpot gets later are
 * too; once one isn't, they aren't.
 * @param known the ids of all pipelines that HubSpot has
 */
export function withPipeline(
  settings: Settings,
  type: ObjectType,
  { id, selected }: { readonly id: string; readonly selected: boolean },
  known: readonly string[],
): Settings {
  if (isSelected(settings, type, id) === selected) return settings;
  const before = settings[type].pipelines ?? known;
  const listed = selected
    ? [...before, id]
    : before.filter((each) => each !== id);
  const isAll = known.every((each) => listed.includes(each));
  return {
    ...settings,
    [type]: {
      ...settings[type],
      pipelines: selected && isAll ? null : listed,
    },
  };
}
