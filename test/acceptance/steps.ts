import { expect } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import type { Json, TruthRow, World } from "./world.ts";

/** What tests do again and again through the app's doors. Each fails the test when the door does not answer as it should. */

export type Path = "contacts" | "companies";
const typeOf = { contacts: "contact", companies: "company" } as const;

export interface ProductRecord {
  readonly id: string;
  readonly properties: Record<string, unknown>;
  readonly companyId: string | null;
  readonly hubspotId: string | null;
  readonly sync: {
    readonly status: string;
    readonly code: string;
    readonly reason: string;
  };
}

export interface RunDocument {
  readonly id: string;
  readonly state: string;
  readonly objectType: string;
  readonly expected: number | null;
  readonly counts: Record<
    | "requested"
    | "created"
    | "updated"
    | "unchanged"
    | "skipped"
    | "held"
    | "failed",
    number
  >;
}

export interface RunItem {
  readonly outcome: string;
  readonly recordId: string | null;
  readonly hubspotId: string | null;
  readonly code: string;
  readonly reason: string;
}

export interface JournalEntry {
  readonly id: string;
  readonly objectType: string;
  readonly recordId: string | null;
  readonly hubspotId: string | null;
  readonly action: string;
  readonly source: string;
  readonly by: string;
  readonly initiator: string;
  readonly runId: string | null;
  readonly code: string;
  readonly reason: string;
  readonly changes: readonly {
    readonly field: string;
    readonly side: string;
    readonly before?: unknown;
    readonly after?: unknown;
    readonly overwrote?: unknown;
  }[];
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

type Partly<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Partly<T[K]> }
    : T;

const fresh = new WeakMap<World, Settings>();

/** Puts the settings to those of a fresh installation with these differences; with none, back to them. */
export async function choose(
  world: World,
  wish: Partly<Settings> = {},
): Promise<void> {
  const read = await world.api<{ version: number; settings: Settings }>(
    "GET",
    "/settings",
  );
  expect(read.status).toBe(200);
  const defaults = fresh.get(world) ?? read.body.settings;
  fresh.set(world, defaults);
  const written = await world.api("PUT", "/settings", {
    version: read.body.version,
    settings: over(defaults, wish),
  });
  expect(written.body).toMatchObject({ version: read.body.version + 1 });
}

function over(base: unknown, wish: unknown): unknown {
  if (!isPlain(base) || !isPlain(wish)) return wish;
  const merged: Json = { ...base };
  for (const [key, value] of Object.entries(wish))
    merged[key] = over(base[key], value);
  return merged;
}

const isPlain = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Nothing moves but by hand. */
export const byHandOnly = { pull: false, push: false } as const;

/** The product creates a record. */
export async function make(
  world: World,
  path: Path,
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
  path: Path,
  id: string,
  properties: Json,
): Promise<void> {
  const reply = await world.api("PATCH", `/${path}/${id}`, { properties });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
}

export async function record(
  world: World,
  path: Path,
  id: string,
): Promise<ProductRecord> {
  const reply = await world.api<ProductRecord>("GET", `/${path}/${id}`);
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
  return reply.body;
}

/** All records of a type, every page of them. */
export async function records(
  world: World,
  path: Path,
): Promise<ProductRecord[]> {
  return pages<ProductRecord>(world, `/${path}?limit=200`);
}

/** The record that stands for an object, or undefined. */
export async function recordOf(
  world: World,
  path: Path,
  objectId: string,
): Promise<ProductRecord | undefined> {
  const all = await records(world, path);
  return all.find((each) => each.hubspotId === objectId);
}

async function pages<T>(world: World, path: string): Promise<T[]> {
  const all: T[] = [];
  let cursor = "";
  for (;;) {
    const reply = await world.api<{ results: T[]; next: string | null }>(
      "GET",
      `${path}${cursor}`,
    );
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
    all.push(...reply.body.results);
    if (reply.body.next === null) return all;
    cursor = `&cursor=${encodeURIComponent(reply.body.next)}`;
  }
}

/** A HubSpot user creates an object; answers its id. `at` is a company's id, made the contact's primary one. */
export async function makeObject(
  world: World,
  path: Path,
  properties: Record<string, string>,
  at?: string,
): Promise<string> {
  const reply = await world.inHubSpot<{ id: string }>(
    "POST",
    `/objects/${path}`,
    {
      properties,
      ...(at === undefined
        ? {}
        : {
            associations: [{ toType: "companies", toId: at, primary: true }],
          }),
    },
  );
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  return reply.body.id;
}

/** A HubSpot user changes an object. */
export async function changeObject(
  world: World,
  path: Path,
  id: string,
  properties: Record<string, string>,
): Promise<void> {
  const reply = await world.inHubSpot("PATCH", `/objects/${path}/${id}`, {
    properties,
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
}

/** An object as HubSpot truly holds it; fails when it is not there. */
export async function object(
  world: World,
  path: Path,
  id: string | null,
): Promise<TruthRow> {
  const found = (await world.truth(path)).find((each) => each.id === id);
  if (found === undefined) throw new Error(`HubSpot has no ${path} ${id}.`);
  return found;
}

/** The objects that hold this value. */
export async function objectsWith(
  world: World,
  path: Path,
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

export type Selection =
  | { readonly ids: readonly string[] }
  | { readonly hubspotIds: readonly string[] }
  | { readonly all: true }
  | { readonly changed: true };

/** Starts a pull or push by hand; answers the run's id. */
export async function start(
  world: World,
  kind: "pull" | "push",
  path: Path,
  what: Selection,
): Promise<string> {
  const reply = await world.api<{ runId: string }>("POST", `/sync/${kind}`, {
    objectType: typeOf[path],
    ...what,
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 202 });
  return reply.body.runId;
}

export async function readRun(
  world: World,
  runId: string,
): Promise<RunDocument> {
  const reply = await world.api<RunDocument>("GET", `/runs/${runId}`);
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
  return reply.body;
}

/** Waits for a run's end. */
export async function ended(world: World, runId: string): Promise<RunDocument> {
  await world.until(
    async () =>
      ["done", "failed"].includes((await readRun(world, runId)).state),
    `run ${runId} has ended`,
    60_000,
  );
  return readRun(world, runId);
}

/** A pull or push by hand, to its end. */
export async function sync(
  world: World,
  kind: "pull" | "push",
  path: Path,
  what: Selection,
): Promise<RunDocument> {
  const run = await ended(world, await start(world, kind, path, what));
  expect(run.state).toBe("done");
  return run;
}

/** What a run did not carry out. */
export const itemsOf = (world: World, runId: string): Promise<RunItem[]> =>
  pages<RunItem>(world, `/runs/${runId}/items?limit=200`);

/** The journal, the newest first: of a record, of a run, or all of it. */
export const journal = (
  world: World,
  of: { recordId?: string; runId?: string } = {},
): Promise<JournalEntry[]> =>
  pages<JournalEntry>(
    world,
    `/journal?limit=200${Object.entries(of)
      .map(([key, value]) => `&${key}=${value}`)
      .join("")}`,
  );

/** What is open for a person on a record. */
export const attention = (
  world: World,
  recordId: string,
): Promise<AttentionEntry[]> =>
  pages<AttentionEntry>(world, `/attention?limit=200&recordId=${recordId}`);

/** Settled, and the echoes of what was written have come back and are settled too. */
export async function calm(world: World): Promise<void> {
  await world.settled();
  await world.settled();
}
