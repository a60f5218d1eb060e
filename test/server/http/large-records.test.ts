import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { PAGE_BYTES } from "../../../server/database/bounded-page.ts";
import { recordSchema } from "../../../server/http/api/schemas.ts";
import { MAX_RECORD_BYTES } from "../../../server/workspace/record-bytes.ts";
import { addOlderRecord } from "../../older-records.ts";
import { useWorld } from "./world.ts";

const world = useWorld();
let portalId = 0;
let key = "";
beforeAll(async () => {
  ({ portalId, apiKey: key } = await world.connect());
});

const api = (method: string, path: string, body?: unknown) =>
  world.api(key, method, path, body);

/** Properties of at least this many bytes, each within the limit of a field. */
const sized = (bytes: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: Math.ceil(bytes / 65_000) }, (_, n) => [
      `text_${n}`,
      "x".repeat(65_000),
    ]),
  );

const page = z.object({
  results: z.array(z.looseObject({ id: z.string() })),
  next: z.string().nullable(),
});

/** Every page of a list, and the bytes of the largest. */
async function pages(path: string) {
  const lists: z.output<typeof page>["results"][] = [];
  let largest = 0;
  let next: string | null = null;
  do {
    const { status, body } = await api(
      "GET",
      `${path}${next === null ? "" : `&cursor=${next}`}`,
    );
    expect({ status, body }).toMatchObject({ status: 200 });
    largest = Math.max(largest, JSON.stringify(body).length);
    const read = page.parse(body);
    lists.push(read.results);
    ({ next } = read);
  } while (next !== null);
  return { lists, ids: lists.flat().map(({ id }) => id), largest };
}

const tooLarge = {
  code: "record_too_large",
  status: 413,
  limit: MAX_RECORD_BYTES,
  detail: expect.stringMatching(
    /^This contact's values have 1,\d\d\d,\d\d\d bytes. A record can have at most 1,048,576 \(1 MB\). Shorten/,
  ) as string,
};

test("a record beyond 1 MB is neither created nor grown, and stays as it was", async () => {
  expect(
    await api("POST", "/contacts", { properties: sized(1_100_000) }),
  ).toMatchObject({ status: 413, body: tooLarge });
  const made = await api("POST", "/contacts", {
    properties: { ...sized(600_000), city: "Bern" },
  });
  expect(made).toMatchObject({ status: 201 });
  const { id } = recordSchema.parse(made.body);
  const grown = Object.fromEntries(
    Object.entries(sized(600_000)).map(([name, text]) => [`b_${name}`, text]),
  );
  expect(
    await api("PATCH", `/contacts/${id}`, {
      properties: { ...grown, city: "Bonn" },
    }),
  ).toMatchObject({ status: 413, body: tooLarge });
  expect((await api("GET", `/contacts/${id}`)).body).toEqual(made.body);
});

test("in a batch, records beyond 1 MB are named by their index, and the others are written", async () => {
  const { body } = await api("POST", "/contacts", {
    properties: sized(600_000),
  });
  const { id } = recordSchema.parse(body);
  const grown = Object.fromEntries(
    Object.entries(sized(600_000)).map(([name, text]) => [`b_${name}`, text]),
  );
  const batch = await api("POST", "/contacts/batch", {
    inputs: [
      { properties: { city: "Bern" } },
      { properties: sized(1_100_000) },
      { id, properties: grown },
      { properties: { city: "Bonn" } },
    ],
  });
  expect(batch).toMatchObject({
    status: 200,
    body: {
      results: [
        { index: 0, status: 201, record: { properties: { city: "Bern" } } },
        { index: 1, status: 413, problem: tooLarge },
        { index: 2, status: 413, problem: tooLarge },
        { index: 3, status: 201, record: { properties: { city: "Bonn" } } },
      ],
    },
  });
});

test("a list ends its pages at 1 MB and leads to the rest; what a record is too large for is left out and said to be", async () => {
  const older = await addOlderRecord(world.database, portalId, {
    type: "company",
    notes: 9_000_000,
  });
  const made: string[] = [];
  for (let n = 0; n < 3; n++) {
    const { body } = await api("POST", "/companies/batch", {
      inputs: Array.from({ length: 5 }, () => ({
        properties: sized(1_000_000),
      })),
    });
    made.push(
      ...z
        .object({ results: z.array(z.object({ record: recordSchema })) })
        .parse(body)
        .results.map(({ record }) => record.id),
    );
  }
  for (const query of [
    "limit=200",
    "limit=200&updatedSince=2020-01-01T00:00:00Z",
  ]) {
    const { lists, ids, largest } = await pages(`/companies?${query}`);
    expect(ids.toSorted()).toEqual([...made, older].toSorted());
    expect(lists).toHaveLength(15);
    expect(largest).toBeLessThan(PAGE_BYTES * 1.05);
    for (const record of lists.flat())
      if (record.id !== older) expect(record).not.toHaveProperty("omitted");
  }
  const shown = {
    id: older,
    properties: {},
    omitted: { bytes: 9_000_013, limit: MAX_RECORD_BYTES },
  };
  expect(await api("GET", `/companies/${older}`)).toMatchObject({
    status: 200,
    body: shown,
  });

  // What a batch changes is shown as far as there is room.
  const { body } = await api("POST", "/companies/batch", {
    inputs: made.map((id) => ({ id, properties: { city: "Bern" } })),
  });
  const { results } = z
    .object({ results: z.array(z.object({ record: recordSchema })) })
    .parse(body);
  expect(JSON.stringify(body).length).toBeLessThan(PAGE_BYTES * 1.05);
  const whole = results.filter(({ record }) => record.omitted === undefined);
  expect(whole).toHaveLength(1);
  expect(results.slice(0, 1)).toEqual(whole);
  const [{ record: last } = { record: null }] = results.slice(-1);
  expect(last).toMatchObject({
    properties: {},
    omitted: { limit: MAX_RECORD_BYTES },
  });
  expect(await api("GET", `/companies/${last?.id}`)).toMatchObject({
    body: { properties: { city: "Bern" } },
  });

  // The way out: the long value is cleared.
  expect(
    await api("PATCH", `/companies/${older}`, { properties: { city: "Bern" } }),
  ).toMatchObject({ status: 413, body: { code: "record_too_large" } });
  expect(
    await api("PATCH", `/companies/${older}`, { properties: { notes: null } }),
  ).toMatchObject({ status: 200, body: { properties: {} } });
});

test("journal, attention, and a run's items end their pages at 1 MB, too; one row always fits", async () => {
  const runId = await world.database.inPortal(portalId, async (db) => {
    const { rows } = await sql<{ id: string }>`
      insert into run (portal_id, kind, object_type, mode, source) values (${portalId}, 'pull', 'contact', 'selection', 'test')
      returning id`.execute(db);
    const id = rows[0]?.id ?? "";
    await sql`
      insert into journal (portal_id, object_type, action, source, initiator, code, reason, changes, run_id)
      select ${portalId}, 'contact', 'updated', 'test', 'hubspot', 'updated', '',
        jsonb_build_array(jsonb_build_object('field', 'notes', 'side', 'workspace', 'before', repeat('x', n), 'after', null)), ${id}
      from unnest(array[10, 1100000, 2250000, 1100000]) as n`.execute(db);
    await sql`
      insert into attention (portal_id, kind, code, object_type, record_id, field, cause, details, initiator)
      select ${portalId}, 'held', 'conflict_held', 'contact', gen_random_uuid(), 'notes', 'Both sides changed notes.',
        jsonb_build_object('workspace', repeat('x', n)), 'hubspot'
      from unnest(array[10, 1100000, 2250000, 1100000]) as n`.execute(db);
    await sql`
      insert into run_item (portal_id, run_id, outcome, object_type, code, reason)
      select ${portalId}, ${id}, 'failed', 'contact', 'test', repeat('x', n)
      from unnest(array[10, 1100000, 2250000, 1100000]) as n`.execute(db);
    return id;
  });
  for (const path of [
    `/journal?limit=200&runId=${runId}`,
    "/attention?limit=200&kind=held",
    `/runs/${runId}/items?limit=200`,
  ]) {
    const { lists, ids, largest } = await pages(path);
    expect(new Set(ids).size, path).toBe(4);
    expect(largest, path).toBeLessThan(9_100_000);
    expect(lists.length, path).toBeGreaterThanOrEqual(3);
  }
}, 60_000);
