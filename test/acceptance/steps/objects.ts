import { expect } from "vitest";
import type { Json, TruthRow, World } from "../world.ts";
import type { AnyPath } from "./path.ts";

/** A HubSpot user creates an object; answers its id. `at` is a company's id, made the contact's primary one, or a list of associations. */
export async function makeObject(
  world: World,
  path: AnyPath,
  properties: Json,
  at: string | readonly Json[] = [],
): Promise<string> {
  const reply = await world.inHubSpot<{ id: string }>(
    "POST",
    `/objects/${path}`,
    {
      properties,
      associations:
        typeof at === "string"
          ? [{ toType: "companies", toId: at, primary: true }]
          : at,
    },
  );
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  return reply.body.id;
}

/** A HubSpot user changes an object. */
export async function changeObject(
  world: World,
  path: AnyPath,
  id: string,
  properties: Json,
): Promise<void> {
  const reply = await world.inHubSpot("PATCH", `/objects/${path}/${id}`, {
    properties,
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
}

/** An object as HubSpot truly holds it; fails when it is not there. */
export async function object(
  world: World,
  path: AnyPath,
  id: string | null,
): Promise<TruthRow> {
  const found = (await world.truth(path)).find((each) => each.id === id);
  if (found === undefined) throw new Error(`HubSpot has no ${path} ${id}.`);
  return found;
}

/** The objects that hold this value. */
export async function objectsWith(
  world: World,
  path: AnyPath,
  property: string,
  value: string,
): Promise<TruthRow[]> {
  const all = await world.truth(path);
  return all.filter((each) => each.properties[property] === value);
}

/** The companies that HubSpot associates with a contact, the primary one first. */
export async function companiesOf(
  world: World,
  contactId: string | null,
): Promise<string[]> {
  const { associations } = await object(world, "contacts", contactId);
  return Object.values(associations)
    .flatMap((each) => {
      const { toType, toId, primary } = each as Json;
      return toType === "companies" ? [{ id: String(toId), primary }] : [];
    })
    .sort((left, right) => Number(right.primary) - Number(left.primary))
    .map(({ id }) => id);
}

/** Merges two objects as a HubSpot user does. @returns the id of the one that is left */
export async function merge(
  world: World,
  path: AnyPath,
  primaryObjectId: string,
  objectIdToMerge: string,
): Promise<string> {
  const merged = await world.inHubSpot<{ id: string }>(
    "POST",
    `/objects/${path}/merge`,
    { primaryObjectId, objectIdToMerge },
  );
  expect(merged, JSON.stringify(merged.body)).toMatchObject({ status: 200 });
  return merged.body.id;
}
