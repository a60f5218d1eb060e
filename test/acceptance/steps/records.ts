import { expect } from "vitest";
import type { Json, World } from "../world.ts";
import { inSql } from "./database.ts";
import { pages } from "./pages.ts";
import type { AnyPath } from "./path.ts";

/** A record as /api/v1 shows it. */
export interface ProductRecord {
  readonly id: string;
  readonly properties: Json;
  readonly companyId: string | null;
  readonly hubspotId: string | null;
  readonly sync: {
    readonly status: string;
    readonly code: string;
    readonly reason: string;
  };
  readonly deletedAt: string | null;
}

/** The product creates a record. */
export async function make(
  world: World,
  path: AnyPath,
  properties: Json,
  companyId?: string,
): Promise<ProductRecord> {
  const reply = await world.api<ProductRecord>("POST", `/${path}`, {
    properties,
    ...(companyId === undefined ? {} : { companyId }),
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  return reply.body;
}

/** The product changes a record. */
export async function change(
  world: World,
  path: AnyPath,
  id: string,
  properties: Json,
): Promise<void> {
  const reply = await world.api("PATCH", `/${path}/${id}`, { properties });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
}

/** A record by its id, a deleted one too. */
export async function record(
  world: World,
  path: AnyPath,
  id: string,
): Promise<ProductRecord> {
  const reply = await world.api<ProductRecord>("GET", `/${path}/${id}`);
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
  return reply.body;
}

/** All live records of a type, every page of them. */
export async function records(
  world: World,
  path: AnyPath,
): Promise<ProductRecord[]> {
  return pages<ProductRecord>(world, `/${path}?limit=200`);
}

/** The record that stands for an object, or undefined. */
export async function findRecordOf(
  world: World,
  path: AnyPath,
  objectId: string,
): Promise<ProductRecord | undefined> {
  const all = await records(world, path);
  return all.find((each) => each.hubspotId === objectId);
}

/** The live record that is linked to an object. */
export async function recordOf(
  world: World,
  path: AnyPath,
  hubspotId: string,
): Promise<ProductRecord> {
  const found = await findRecordOf(world, path, hubspotId);
  if (found === undefined)
    throw new Error(`No record of ${path} is linked to ${hubspotId}.`);
  return found;
}

/**
 * The id of the object that a record is linked to, now or soon. A look that meets the switching on of automatic push may
 * put the record off by a minute.
 */
export async function objectOf(
  world: World,
  path: AnyPath,
  id: string,
): Promise<string> {
  let seen = await record(world, path, id);
  await world.until(
    async () => {
      if (seen.hubspotId === null) seen = await record(world, path, id);
      return seen.hubspotId !== null;
    },
    () => `${path} ${id} is linked; it is ${JSON.stringify(seen.sync)}`,
    90_000,
  );
  return seen.hubspotId ?? "";
}

/** Records in the order of their making, each linked before the next is made. */
export async function createLinked(
  world: World,
  path: AnyPath,
  properties: readonly Json[],
): Promise<{ id: string; objectId: string }[]> {
  const made: { id: string; objectId: string }[] = [];
  for (const each of properties) {
    const { id } = await make(world, path, each);
    await world.settled();
    made.push({ id, objectId: await objectOf(world, path, id) });
  }
  return made;
}

/** The companies of a contact, the primary one and all others, as the product's SQL shows them: their ids, sorted. */
export async function companiesHere(
  world: World,
  contactId: string,
): Promise<string[]> {
  const rows = await inSql<{ to_id: string }>(
    world,
    "select to_id from workspace.associations where from_id = $1",
    [contactId],
  );
  return rows.map((row) => row.to_id).sort();
}

/** The product takes a deletion back. */
export async function unDelete(world: World, id: string): Promise<void> {
  await inSql(world, "select workspace.restore_record($1)", [id]);
}
