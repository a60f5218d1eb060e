import { expect } from "vitest";
import type { World } from "../world.ts";
import { asOwner } from "./database.ts";
import { upkeepTurn } from "./housekeeping.ts";
import type { Path } from "./path.ts";

const groups = {
  contacts: "contactinformation",
  companies: "companyinformation",
} as const;

const optionsOf = (values: readonly string[]) =>
  values.map((value, displayOrder) => ({ value, label: value, displayOrder }));

/** An admin in HubSpot creates a property: a picklist of these values, or one for a line of text. */
export async function makeProperty(
  world: World,
  path: Path,
  name: string,
  values: readonly string[] | null = null,
): Promise<void> {
  const made = await world.inHubSpot("POST", `/properties/${path}`, {
    name,
    label: name,
    groupName: groups[path],
    ...(values === null
      ? { type: "string", fieldType: "text" }
      : {
          type: "enumeration",
          fieldType: "select",
          options: optionsOf(values),
        }),
  });
  expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 });
}

/** An admin in HubSpot leaves a picklist with these values. */
export async function changeOptions(
  world: World,
  path: Path,
  name: string,
  values: readonly string[],
): Promise<void> {
  const changed = await world.inHubSpot(
    "PATCH",
    `/properties/${path}/${name}`,
    { options: optionsOf(values) },
  );
  expect(changed, JSON.stringify(changed.body)).toMatchObject({ status: 200 });
}

/** An hour passes, and HubSpot's properties are read again. */
export async function readProperties(world: World): Promise<void> {
  await asOwner(world, async (owner) => {
    await owner.query(
      "update installation set definitions_read_at = now() - interval '2 hours'",
    );
  });
  await upkeepTurn(world);
}
