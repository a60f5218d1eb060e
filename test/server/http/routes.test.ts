import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { AttentionAnswer } from "../../../server/http/dependencies.ts";
import { useWorld } from "./world.ts";

const asked: unknown[] = [];
let attentionAnswer: AttentionAnswer = { ok: true };
const world = useWorld({
  engine: {
    attention: {
      retry: (...args) => {
        asked.push(["retry", ...args]);
        return Promise.resolve(attentionAnswer);
      },
      resolve: (...args) => {
        asked.push(["resolve", ...args]);
        return Promise.resolve(attentionAnswer);
      },
      linkExisting: (...args) => {
        asked.push(["linkExisting", ...args]);
        return Promise.resolve(attentionAnswer);
      },
    },
  },
});

let portalId = 0;
let key = "";
let other = "";
const record = randomUUID();
beforeAll(async () => {
  ({ portalId, apiKey: key } = await world.connect());
  ({ apiKey: other } = await world.connect());
});

const pageOf = (item: z.ZodType) =>
  z.object({ results: z.array(item), next: z.string().nullable() });
const withId = z.looseObject({ id: z.string() });

/** Every page of a list, one entry a page. */
async function everyId(path: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { body } = await world.api(
      key,
      "GET",
      `${path}limit=1${cursor ? `&cursor=${cursor}` : ""}`,
    );
    const page = pageOf(withId).parse(body);
    ids.push(...page.results.map((each) => withId.parse(each).id));
    cursor = page.next;
  }
  return ids;
}

describe("settings", () => {
  const settings = z.looseObject({
    version: z.number(),
    settings: z.looseObject({}),
  });

  test("a whole document is replaced under its version, and a stale one is refused with 409", async () => {
    const { body } = await world.api(key, "GET", "/settings");
    const { version, settings: document } = settings.parse(body);
    expect(version).toBe(1);
    const changed = {
      version,
      settings: { ...document, automatic: { pull: true, push: false } },
    };
    expect(await world.api(key, "PUT", "/settings", changed)).toMatchObject({
      status: 200,
      body: { ...changed, version: 2 },
    });
    expect(await world.api(key, "PUT", "/settings", changed)).toMatchObject({
      status: 409,
      body: { code: "stale_version", version: 2 },
    });
    expect((await world.api(key, "GET", "/settings")).body).toEqual({
      ...changed,
      version: 2,
    });
  });

  test("the product's name and the address of its records are saved and read back; a wrong address is refused with its path", async () => {
    const { body } = await world.api(key, "GET", "/settings");
    const { version, settings: document } = settings.parse(body);
    expect(document).toMatchObject({
      productName: "your product",
      recordUrl: null,
    });
    const product = {
      productName: "Orbit",
      recordUrl: "https://app.example.com/contacts/{id}",
    };
    const refused = await world.api(key, "PUT", "/settings", {
      version,
      settings: { ...document, ...product, recordUrl: "/contacts/{id}" },
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ path: "settings.recordUrl" }] },
    });
    await world.api(key, "PUT", "/settings", {
      version,
      settings: { ...document, ...product },
    });
    expect((await world.api(key, "GET", "/settings")).body).toMatchObject({
      version: version + 1,
      settings: product,
    });
    // A program that knows neither of them gives the product its default name back.
    const { productName: _name, recordUrl: _url, ...earlier } = document;
    expect(
      await world.api(key, "PUT", "/settings", {
        version: version + 1,
        settings: earlier,
      }),
    ).toMatchObject({
      status: 200,
      body: { settings: { productName: "your product", recordUrl: null } },
    });
  });

  test("of several writers of one version exactly one is taken", async () => {
    const { body } = await world.api(key, "GET", "/settings");
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => world.api(key, "PUT", "/settings", body)),
    );
    expect(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
    ).toEqual([200, 409, 409, 409, 409]);
  });

  test("a document with mistakes is refused with all of their paths, and nothing is stored", async () => {
    const { body } = await world.api(key, "GET", "/settings");
    const { version, settings: document } = settings.parse(body);
    const answer = await world.api(key, "PUT", "/settings", {
      version,
      settings: {
        ...document,
        automatic: { pull: "yes", push: true },
        retention: { journalDays: 0 },
        colour: "red",
      },
    });
    expect(answer.status).toBe(400);
    const { errors } = z
      .object({ errors: z.array(z.object({ path: z.string() })) })
      .parse(answer.body);
    expect(errors.map(({ path }) => path).toSorted()).toEqual([
      "settings",
      "settings.automatic.pull",
      "settings.retention.journalDays",
    ]);
    expect((await world.api(key, "GET", "/settings")).body).toEqual(body);
  });
});

describe("runs", () => {
  const run = randomUUID();
  const started = async (from: string): Promise<void> => {
    await world.database.inPortal(portalId, (db) =>
      sql`update installation set state = ${from}`.execute(db),
    );
  };
  beforeAll(() =>
    world.database.inPortal(portalId, async (db) => {
      await sql`
        insert into run (portal_id, id, kind, object_type, mode, state, source, requested, updated, skipped, failed, created_at)
        values (${portalId}, ${run}::uuid, 'push', 'contact', 'selection', 'done', 'api', 3, 1, 1, 1, now() - interval '1 hour')`.execute(
        db,
      );
      await sql`
        insert into run_item (portal_id, run_id, outcome, object_type, record_id, object_id, code, reason)
        values (${portalId}, ${run}::uuid, 'skipped', 'contact', ${record}::uuid, null, 'stage_excluded', 'Its stage is not pushed.'),
          (${portalId}, ${run}::uuid, 'failed', 'contact', null, 12, 'conflict', 'HubSpot has it already.')`.execute(
        db,
      );
    }),
  );

  test("a run tells its counts, and its items why each was not carried out", async () => {
    expect(await world.api(key, "GET", `/runs/${run}`)).toMatchObject({
      status: 200,
      body: {
        state: "done",
        counts: { requested: 3, updated: 1, skipped: 1, failed: 1, held: 0 },
      },
    });
    expect(
      (await world.api(key, "GET", `/runs/${run}/items`)).body,
    ).toMatchObject({
      results: [
        {
          outcome: "skipped",
          recordId: record,
          hubspotId: null,
          code: "stage_excluded",
        },
        {
          outcome: "failed",
          recordId: null,
          hubspotId: "12",
          code: "conflict",
        },
      ],
      next: null,
    });
    expect(await everyId(`/runs/${run}/items?`)).toHaveLength(2);
  });

  test("another portal sees none of it", async () => {
    expect((await world.api(other, "GET", `/runs/${run}`)).status).toBe(404);
    expect((await world.api(other, "GET", `/runs/${run}/items`)).status).toBe(
      404,
    );
    expect((await world.api(other, "GET", "/runs")).body).toEqual({
      results: [],
      next: null,
    });
  });

  test("a selection becomes a run of its own with its ids, and the list shows the newest first, page by page", async () => {
    await started("active");
    const answer = await world.api(key, "POST", "/sync/pull", {
      objectType: "company",
      hubspotIds: ["11", "12"],
    });
    expect(answer.status).toBe(202);
    const { runId } = z.object({ runId: z.string() }).parse(answer.body);
    expect(answer.headers.get("location")).toBe(`/api/v1/runs/${runId}`);
    const { rows } = await world.database.inPortal(portalId, (db) =>
      sql`select kind, object_type, mode, manual, scope from run where id = ${runId}::uuid`.execute(
        db,
      ),
    );
    expect(rows).toEqual([
      {
        kind: "pull",
        object_type: "company",
        mode: "selection",
        manual: true,
        scope: { objectIds: ["11", "12"] },
      },
    ]);
    expect(await everyId("/runs?")).toEqual([runId, run]);
  });

  test.each([
    {},
    { objectType: "contact" },
    { objectType: "note", all: true },
    { objectType: "contact", all: true, changed: true },
    { objectType: "contact", all: false },
    { objectType: "contact", ids: [] },
    { objectType: "contact", ids: ["12"] },
    { objectType: "contact", hubspotIds: ["0x1"] },
  ])("what does not say exactly what to pull is a 400: %j", async (body) => {
    expect((await world.api(key, "POST", "/sync/pull", body)).status).toBe(400);
  });
});

describe("journal", () => {
  test("is read by record, old ids of it included, the newest first", async () => {
    const old = randomUUID();
    await world.database.inPortal(portalId, async (db) => {
      await sql`
        insert into record_alias (portal_id, old_id, record_id)
        values (${portalId}, ${old}::uuid, ${record}::uuid)`.execute(db);
      for (const [id, code] of [
        [old, "before-merge"],
        [record, "after-merge"],
        [randomUUID(), "stranger"],
      ] as const)
        await sql`
          insert into journal (portal_id, object_type, record_id, object_id, action, source, initiator, code, reason, changes)
          values (${portalId}, 'contact', ${id}::uuid, 7, 'update', 'webhook', 'hubspot', ${code}, 'It changed.',
            '[{"field": "city", "side": "workspace", "before": "A", "after": "B"}]')`.execute(
          db,
        );
    });
    const entries = pageOf(z.looseObject({ code: z.string() }));
    for (const id of [record, old]) {
      const { body } = await world.api(
        key,
        "GET",
        `/journal?objectType=contact&recordId=${id}`,
      );
      expect(entries.parse(body).results).toMatchObject([
        {
          code: "after-merge",
          hubspotId: "7",
          changes: [{ before: "A", after: "B" }],
        },
        { code: "before-merge" },
      ]);
    }
    expect(await everyId("/journal?")).toHaveLength(3);
    expect((await world.api(other, "GET", "/journal")).body).toEqual({
      results: [],
      next: null,
    });
  });
});

describe("attention", () => {
  const id = randomUUID();
  beforeAll(() =>
    world.database.inPortal(portalId, (db) =>
      sql`
        insert into attention (portal_id, id, kind, code, object_type, record_id, field, cause, initiator, state, resolved_at)
        values (${portalId}, ${id}::uuid, 'held', 'conflict_held', 'contact', ${record}::uuid, 'city', 'Both sides changed city.', 'hubspot', 'open', null),
          (${portalId}, gen_random_uuid(), 'problem', 'domain_conflict', 'company', null, '', 'Taken.', 'workspace', 'open', null),
          (${portalId}, gen_random_uuid(), 'problem', 'old', 'company', null, '', 'Past.', 'workspace', 'resolved', now())`.execute(
        db,
      ),
    ),
  );

  test("lists what is open, or what is asked for", async () => {
    expect(await everyId("/attention?")).toHaveLength(2);
    expect(
      (await world.api(key, "GET", "/attention?kind=held")).body,
    ).toMatchObject({
      results: [{ id, field: "city", code: "conflict_held", recordId: record }],
    });
    expect(
      (await world.api(key, "GET", "/attention?state=resolved")).body,
    ).toMatchObject({
      results: [{ code: "old" }],
    });
    expect((await world.api(other, "GET", "/attention")).body).toEqual({
      results: [],
      next: null,
    });
  });

  test("retry and resolve reach the engine, and its refusal is a 409 with its reason", async () => {
    asked.length = 0;
    attentionAnswer = { ok: true };
    expect(
      (await world.api(key, "POST", `/attention/${id}/retry`)).status,
    ).toBe(200);
    expect(
      (
        await world.api(key, "POST", `/attention/${id}/resolve`, {
          choice: "hubspot",
        })
      ).status,
    ).toBe(200);
    for (const named of [{}, { hubspotId: "17" }])
      expect(
        (
          await world.api(key, "POST", `/attention/${id}/resolve`, {
            choice: "link_existing",
            ...named,
          })
        ).status,
      ).toBe(200);
    expect(asked).toEqual([
      ["retry", portalId, id, "API"],
      ["resolve", portalId, id, "hubspot", "API"],
      ["linkExisting", portalId, id, null, "API"],
      ["linkExisting", portalId, id, "17", "API"],
    ]);
    attentionAnswer = {
      ok: false,
      code: "not_a_problem",
      reason: "It is held, not failed.",
    };
    expect(
      await world.api(key, "POST", `/attention/${id}/retry`),
    ).toMatchObject({
      status: 409,
      body: { code: "not_a_problem", detail: "It is held, not failed." },
    });
    for (const body of [
      { choice: "both" },
      { choice: "hubspot", hubspotId: "17" },
      { choice: "link_existing", hubspotId: "none" },
    ])
      expect(
        (await world.api(key, "POST", `/attention/${id}/resolve`, body)).status,
      ).toBe(400);
    expect(
      (await world.api(key, "POST", `/attention/${randomUUID()}/retry`)).status,
    ).toBe(404);
  });
});
