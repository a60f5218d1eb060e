import type { Settings } from "../../server/settings/schema.ts";
import type { Json, World } from "./world.ts";

export type Name = "contacts" | "companies";
export const typeOf = { contacts: "contact", companies: "company" } as const;
export const profiles = ["documented", "observed"] as const;

/** A record as /api/v1 shows it. */
export interface RecordDocument {
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

export interface JournalEntry {
  readonly action: string;
  readonly code: string;
  readonly reason: string;
  readonly hubspotId: string | null;
  readonly recordId: string | null;
  readonly changes: readonly {
    readonly field: string;
    readonly side: string;
    readonly before: unknown;
    readonly after: unknown;
    readonly overwrote?: unknown;
  }[];
}

/** Saves settings as they stand, with some of a type's changed. */
export async function setSettings(
  world: World,
  type: "contact" | "company",
  change: Partial<Settings["contact"]>,
): Promise<void> {
  const { body } = await world.api<{ version: number; settings: Settings }>(
    "GET",
    "/settings",
  );
  const saved = await world.api("PUT", "/settings", {
    version: body.version,
    settings: {
      ...body.settings,
      [type]: { ...body.settings[type], ...change },
    },
  });
  if (saved.status !== 200)
    throw new Error(`settings: ${saved.status} ${JSON.stringify(saved.body)}`);
}

/** What a HubSpot user creates. @returns its id */
export async function createObject(
  world: World,
  name: Name,
  properties: Json,
  associations: readonly Json[] = [],
): Promise<string> {
  const made = await world.inHubSpot<{ id: string }>(
    "POST",
    `/objects/${name}`,
    { properties, associations },
  );
  if (made.status !== 201)
    throw new Error(`create: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body.id;
}

/** What the product creates. @returns its id */
export async function createRecord(
  world: World,
  name: Name,
  properties: Json,
  companyId: string | null = null,
): Promise<string> {
  const made = await world.api<{ id: string }>("POST", `/${name}`, {
    properties,
    ...(companyId === null ? {} : { companyId }),
  });
  if (made.status !== 201)
    throw new Error(`create: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body.id;
}

/** A record by its id, a deleted one too. */
export async function record(
  world: World,
  name: Name,
  id: string,
): Promise<RecordDocument> {
  const read = await world.api<RecordDocument>("GET", `/${name}/${id}`);
  if (read.status !== 200)
    throw new Error(`read: ${read.status} ${JSON.stringify(read.body)}`);
  return read.body;
}

/** Every live record of a type. */
export async function records(
  world: World,
  name: Name,
): Promise<RecordDocument[]> {
  const all: RecordDocument[] = [];
  let cursor: string | null = null;
  do {
    const page: { results: RecordDocument[]; next: string | null } = (
      await world.api<{ results: RecordDocument[]; next: string | null }>(
        "GET",
        `/${name}?limit=100${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      )
    ).body;
    all.push(...page.results);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}

/** The live record that is linked to an object. */
export async function recordOf(
  world: World,
  name: Name,
  hubspotId: string,
): Promise<RecordDocument> {
  const found = (await records(world, name)).find(
    (each) => each.hubspotId === hubspotId,
  );
  if (found === undefined)
    throw new Error(`No record of ${name} is linked to ${hubspotId}.`);
  return found;
}

/** The id of the object that a record is linked to. */
export async function objectOf(
  world: World,
  name: Name,
  id: string,
): Promise<string> {
  const { hubspotId, sync } = await record(world, name, id);
  if (hubspotId === null)
    throw new Error(`${name} ${id} is not linked: ${JSON.stringify(sync)}`);
  return hubspotId;
}

/** What the journal says of a record, the newest first. */
export async function journalOf(
  world: World,
  id: string,
): Promise<JournalEntry[]> {
  const page = await world.api<{ results: JournalEntry[] }>(
    "GET",
    `/journal?recordId=${id}&limit=100`,
  );
  return page.body.results;
}

export interface AttentionEntry {
  readonly id: string;
  readonly kind: string;
  readonly code: string;
  readonly recordId: string | null;
  readonly hubspotId: string | null;
  readonly field: string | null;
  readonly cause: string;
  readonly fix: string;
  readonly details: Json;
}

/** What is open for a person. */
export async function attention(world: World): Promise<AttentionEntry[]> {
  const page = await world.api<{ results: AttentionEntry[] }>(
    "GET",
    "/attention?limit=100",
  );
  return page.body.results;
}

/** Puts webhooks at fault for a while: paused ones are kept, lost ones are not. */
export async function faultyWebhooks<T>(
  world: World,
  webhooks: Json,
  work: () => Promise<T>,
): Promise<T> {
  await world.control("PUT", "/sandbox/faults", { webhooks });
  try {
    return await work();
  } finally {
    await world.control("DELETE", "/sandbox/faults");
  }
}

/** A pull of everything by hand, of one type, to its end. */
export async function pullAll(world: World, name: Name): Promise<void> {
  const started = await world.api<{ runId: string }>("POST", "/sync/pull", {
    objectType: typeOf[name],
    all: true,
  });
  if (started.status !== 202)
    throw new Error(`pull: ${started.status} ${JSON.stringify(started.body)}`);
  await world.until(async () => {
    const run = await world.api("GET", `/runs/${started.body.runId}`);
    return run.body["state"] === "done";
  }, "the pull has ended");
}

/** Merges two objects as a HubSpot user does. @returns the id of the one that is left */
export async function merge(
  world: World,
  name: Name,
  primaryObjectId: string,
  objectIdToMerge: string,
): Promise<string> {
  const merged = await world.inHubSpot<{ id: string }>(
    "POST",
    `/objects/${name}/merge`,
    { primaryObjectId, objectIdToMerge },
  );
  if (merged.status !== 200)
    throw new Error(`merge: ${merged.status} ${JSON.stringify(merged.body)}`);
  return merged.body.id;
}

/** Records in the order of their making, each linked before the next is made. */
export async function createLinked(
  world: World,
  name: Name,
  properties: readonly Json[],
): Promise<{ id: string; objectId: string }[]> {
  const made: { id: string; objectId: string }[] = [];
  for (const each of properties) {
    const id = await createRecord(world, name, each);
    await world.settled();
    made.push({ id, objectId: await objectOf(world, name, id) });
  }
  return made;
}

/** An entry of a list that must be there. */
export function one<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`There is no ${index}.`);
  return found;
}
