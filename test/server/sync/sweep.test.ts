import { sql } from "kysely";
import { expect, test } from "vitest";
import { LeaseLost } from "../../../server/database/fence.ts";
import type { Settings } from "../../../server/settings/schema.ts";
import { startRun, takeNextRun } from "../../../server/sync/runs/runs.ts";
import type { Run } from "../../../server/sync/runs/runs.ts";
import { resolveHeld } from "../../../server/sync/resolve/mass-change.ts";
import { sentenceOf } from "../../../server/sync/sources/sweep-result.ts";
import { sweepStep } from "../../../server/sync/sources/sweep.ts";
import { useSyncWorld } from "./sweep-world.ts";

const at = useSyncWorld();

const deleting = (settings: Settings): Settings => ({
  ...settings,
  contact: { ...settings.contact, deletionSync: true, mergeSync: true },
});

async function contacts(
  portalId: number,
  count: number,
  prefix = "a",
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++)
    ids.push(
      await at().world.make(portalId, "contacts", {
        email: `${prefix}${n}@example.com`,
        firstname: `First ${n}`,
      }),
    );
  return ids;
}

const archive = (portalId: number, id: string): Promise<unknown> =>
  at().world.control(
    "DELETE",
    `/portals/${portalId}/objects/contacts/${id}`,
    {},
  );

const live = (portalId: number) =>
  at().query(
    portalId,
    sql<{
      object_id: string;
      first_name: string;
    }>`select l.object_id, r.properties ->> 'first_name' as first_name
      from link l join record r on r.portal_id = l.portal_id and r.id = l.record_id and r.deleted_at is null
      where l.object_type = 'contact' and l.state = 'live' order by l.object_id`,
  );

/** A sweep of the contacts that a worker has taken on, with no step done. */
const beginSweep = (portalId: number): Promise<Run | null> =>
  at().engine.database.inPortal(portalId, async (db) => {
    await startRun(db, portalId, {
      kind: "sweep",
      objectType: "contact",
      mode: "full",
      manual: false,
      source: "test",
      requestedBy: "",
    });
    return takeNextRun(db, portalId);
  });

test("where both sides agree, a sweep says so, makes no pass and reads nothing but the list", async () => {
  const { world, pullAll, sweep, query } = at();
  const portalId = await world.installed();
  await contacts(portalId, 3);
  await world.make(portalId, "companies", {
    name: "Acme",
    domain: "acme.example",
  });
  await pullAll(portalId);
  await world.control("DELETE", "/requests");
  const result = await sweep(portalId);
  expect(result).toMatchObject({
    checked: 4,
    differences: 0,
    repaired: 0,
    held: 0,
    types: { contact: { checked: 3 }, company: { checked: 1 } },
  });
  expect(result["sentence"]).toMatch(
    /^Verified at .* UTC; 0 differences found and repaired\.$/,
  );
  const { rows } = await world.control("GET", "/requests");
  const calls = (
    rows as { portalId: number; method: string; count: number }[]
  ).filter((row) => row.portalId === portalId);
  expect(calls.map(({ method, count }) => ({ method, count }))).toEqual([
    { method: "GET", count: 2 },
  ]);
  const runs = await query(
    portalId,
    sql`select object_type, state, requested, unchanged, state_reason <> '' as told from run where kind = 'sweep' order by 1`,
  );
  expect(runs).toEqual([
    {
      object_type: "company",
      state: "done",
      requested: 1,
      unchanged: 1,
      told: true,
    },
    {
      object_type: "contact",
      state: "done",
      requested: 3,
      unchanged: 3,
      told: true,
    },
  ]);
});

test("edits, creations, deletions, merges and associations of which no webhook told are found and repaired", async () => {
  const { world, pullAll, sweep, choose, query } = at();
  const portalId = await world.installed();
  await choose(portalId, deleting);
  const company = await world.make(portalId, "companies", {
    name: "Acme",
    domain: "acme.example",
  });
  const ids = await contacts(portalId, 6);
  const [edited, deleted, merged, winner, joined, untouched] = ids as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  await pullAll(portalId);

  const objects = `/portals/${portalId}/objects/contacts`;
  await world.control("PATCH", `${objects}/${edited}`, {
    properties: { firstname: "Renamed" },
  });
  await archive(portalId, deleted);
  const survivor = await world.control("POST", `${objects}/merge`, {
    primaryObjectId: winner,
    objectIdToMerge: merged,
  });
  await world.control("PUT", `/portals/${portalId}/associations`, {
    fromType: "contacts",
    fromId: joined,
    toType: "companies",
    toId: company,
    primary: true,
  });
  const [fresh] = await contacts(portalId, 1, "new");

  const result = await sweep(portalId);
  expect(result).toMatchObject({ differences: 5, repaired: 5, held: 0 });
  const now = await live(portalId);
  expect(new Map(now.map((row) => [row.object_id, row.first_name]))).toEqual(
    new Map([
      [edited, "Renamed"],
      [String(survivor["id"]), "First 3"],
      [joined, "First 4"],
      [untouched, "First 5"],
      [fresh, "First 0"],
    ]),
  );
  const [association] = await query(
    portalId,
    sql`select c.object_id from link l join record r on r.id = l.record_id
      join link c on c.record_id = r.company_id where l.object_id = ${joined}`,
  );
  expect(association).toEqual({ object_id: company });
  const gone = await query(
    portalId,
    sql`select l.state, r.deleted_at is not null as gone from link l join record r on r.id = l.record_id where l.object_id = ${deleted}`,
  );
  expect(gone).toEqual([{ state: "object-deleted", gone: true }]);

  const again = await sweep(portalId);
  expect(again).toMatchObject({ differences: 0, repaired: 0 });
});

test("an association that went away in HubSpot is taken away here", async () => {
  const { world, pullAll, sweep, query } = at();
  const portalId = await world.installed();
  const company = await world.make(portalId, "companies", { name: "Acme" });
  const [contact] = await contacts(portalId, 1);
  const edge = {
    fromType: "contacts",
    fromId: contact,
    toType: "companies",
    toId: company,
  };
  const path = `/portals/${portalId}/associations`;
  await world.control("PUT", path, { ...edge, primary: true });
  await pullAll(portalId);
  const companyOf = () =>
    query(
      portalId,
      sql`select company_id is not null as has from record where object_type = 'contact'`,
    );
  expect(await companyOf()).toEqual([{ has: true }]);
  await world.control("DELETE", path, edge);
  expect(await sweep(portalId)).toMatchObject({ differences: 1, repaired: 1 });
  expect(await companyOf()).toEqual([{ has: false }]);
});

test("what a rule left out is asked about once, and again when the rules change", async () => {
  const { world, pullAll, sweep, choose } = at();
  const portalId = await world.installed();
  await choose(portalId, (settings) => ({
    ...settings,
    contact: { ...settings.contact, requireCompany: true },
  }));
  await contacts(portalId, 2);
  await pullAll(portalId);
  expect(await live(portalId)).toEqual([]);
  await world.control("DELETE", "/requests");
  expect(await sweep(portalId)).toMatchObject({ differences: 0 });
  expect(await world.counted(portalId, "/batch/read")).toEqual({});
  await choose(portalId, (settings) => settings);
  expect(await sweep(portalId)).toMatchObject({ differences: 2, repaired: 2 });
  expect(await live(portalId)).toHaveLength(2);
});

test("objects that HubSpot fails to list, but holds, are not deleted", async () => {
  const { world, engine, pullAll, query, choose } = at();
  const portalId = await world.installed();
  await choose(portalId, deleting);
  const ids = await contacts(portalId, 3);
  await pullAll(portalId);
  const hidden = ids[1];
  const real = engine.hubspot;
  const blind = {
    ...engine,
    hubspot: {
      ...real,
      portal: (id: number) => {
        const gateway = real.portal(id);
        return {
          ...gateway,
          list: async (...given: Parameters<typeof gateway.list>) => {
            const page = await gateway.list(...given);
            return {
              ...page,
              objects: page.objects.filter((object) => object.id !== hidden),
            };
          },
        };
      },
    },
  };
  const run = await beginSweep(portalId);
  expect(run?.kind).toBe("sweep");
  for (;;) {
    const next = await engine.database.inPortal(portalId, (db) =>
      takeNextRun(db, portalId),
    );
    if (next === null) break;
    await sweepStep(blind, portalId, next, () => Promise.resolve());
  }
  expect(await live(portalId)).toHaveLength(3);
  const items = await query(portalId, sql`select code from run_item`);
  expect(items).toEqual([]);
});

test("gaps are found on every page, between the pages and behind the last one", async () => {
  const { world, pullAll, sweep, choose, query } = at();
  const portalId = await world.installed();
  await choose(portalId, deleting);
  await world.control("POST", `/portals/${portalId}/seed`, {
    contacts: 250,
    companies: 0,
    deals: 0,
    seed: 1,
    webhooks: false,
  });
  await pullAll(portalId);
  const ids = (await live(portalId)).map((row) => row.object_id);
  const gone = [0, 42, 99, 100, 101, 200, 248, 249].map((n) => ids[n] ?? "");
  for (const id of gone) await archive(portalId, id);
  expect(await sweep(portalId, ["contact"])).toMatchObject({
    checked: ids.length - gone.length,
    differences: gone.length,
    repaired: gone.length,
  });
  expect((await live(portalId)).map((row) => row.object_id)).toEqual(
    ids.filter((id) => !gone.includes(id)),
  );
  expect(
    await query(
      portalId,
      sql`select code from run_item where code = 'missing'`,
    ),
  ).toEqual([]);
});

test("a property that nobody mapped moves the date, and is no difference", async () => {
  const { world, pullAll, sweep } = at();
  const portalId = await world.installed();
  const [id] = await contacts(portalId, 1);
  await pullAll(portalId);
  await world.control("PATCH", `/portals/${portalId}/objects/contacts/${id}`, {
    properties: { fax: "123" },
  });
  expect(await sweep(portalId)).toMatchObject({ differences: 0 });
  await world.control("DELETE", "/requests");
  await sweep(portalId);
  expect(await world.counted(portalId, "/batch/read")).toEqual({});
});

test("a worker that has lost its lane saves no page", async () => {
  const { world, engine, pullAll, query } = at();
  const portalId = await world.installed();
  await contacts(portalId, 1);
  await pullAll(portalId);
  const run = await beginSweep(portalId);
  if (run === null) throw new Error("no run");
  const lost = () => Promise.reject(new LeaseLost("lost"));
  await expect(sweepStep(engine, portalId, run, lost)).rejects.toThrow("lost");
  expect(
    await query(
      portalId,
      sql`select position, requested from run where id = ${run.id}`,
    ),
  ).toEqual([{ position: {}, requested: 0 }]);
});

/** 40 linked contacts, of which `gone` were deleted in HubSpot without a word, and a sweep after that. */
async function afterMassDeletion(gone: number): Promise<{
  portalId: number;
  result: Record<string, unknown>;
  attention: { id: string; details: Record<string, unknown> } | undefined;
}> {
  const { world, pullAll, sweep, choose, query } = at();
  const portalId = await world.installed();
  await choose(portalId, deleting);
  const ids = await contacts(portalId, 40);
  await pullAll(portalId);
  for (const id of ids.slice(0, gone)) await archive(portalId, id);
  const result = await sweep(portalId, ["contact"]);
  const [attention] = await query(
    portalId,
    sql<{
      id: string;
      details: Record<string, unknown>;
    }>`select id, details from attention where state = 'open' and kind = 'held' and code = 'mass_deletion'
      and record_id is null and object_id is null and field = ''`,
  );
  return { portalId, result, attention };
}

test("fewer than twenty missing are no mass deletion", async () => {
  const { portalId, result, attention } = await afterMassDeletion(19);
  expect(result).toMatchObject({ differences: 19, repaired: 19, held: 0 });
  expect(attention).toBeUndefined();
  expect(await live(portalId)).toHaveLength(21);
});

test("a mass deletion is held whole, and carried out when a person says so", async () => {
  const { portalId, result, attention } = await afterMassDeletion(20);
  const { engine, workOff, sweep, query } = at();
  expect(result).toMatchObject({ differences: 20, repaired: 0, held: 20 });
  expect(result["sentence"]).toContain(
    "20 differences found, 0 repaired. 20 deletions need approval.",
  );
  expect(attention?.details).toMatchObject({ count: 20, live: 40 });
  expect(attention?.details["sample"]).toHaveLength(20);
  expect(await live(portalId)).toHaveLength(40);
  expect(
    await query(
      portalId,
      sql`select state, held from run where kind = 'sweep'`,
    ),
  ).toEqual([{ state: "done", held: 20 }]);

  // Another sweep brings the entry up to date and opens no second one.
  await sweep(portalId, ["contact"]);
  const open = await query(
    portalId,
    sql`select id from attention where state = 'open' and part_of is null`,
  );
  expect(open).toEqual([{ id: attention?.id }]);

  const resolve = () =>
    engine.database.inPortal(portalId, (db) =>
      resolveHeld(
        db,
        portalId,
        attention?.id ?? "",
        "approve",
        "ann@example.com",
      ),
    );
  expect(await resolve()).toBe(true);
  expect(await resolve()).toBe(false);
  await workOff(portalId);
  expect(await live(portalId)).toHaveLength(20);
  expect(
    await query(
      portalId,
      sql`select sweep_result ->> 'repaired' as repaired, sweep_result ->> 'held' as held from installation`,
    ),
  ).toEqual([{ repaired: "20", held: "0" }]);
  expect(await sweep(portalId, ["contact"])).toMatchObject({ differences: 0 });
});

test("a mass deletion that a person drops keeps the records, and is not held again", async () => {
  const { portalId, attention } = await afterMassDeletion(25);
  const { engine, sweep, query } = at();
  const dropped = await engine.database.inPortal(portalId, (db) =>
    resolveHeld(db, portalId, attention?.id ?? "", "refuse", "ann@example.com"),
  );
  expect(dropped).toBe(true);
  expect(await sweep(portalId, ["contact"])).toMatchObject({
    held: 0,
    differences: 0,
  });
  expect(
    await query(
      portalId,
      sql`select count(*)::int as kept from record where deleted_at is null`,
    ),
  ).toEqual([{ kept: 40 }]);
  expect(
    await query(portalId, sql`select id from attention where state = 'open'`),
  ).toEqual([]);
});

test.each([
  [
    { differences: 0, repaired: 0, held: 0 },
    "0 differences found and repaired.",
  ],
  [
    { differences: 1, repaired: 1, held: 0 },
    "1 difference found and repaired.",
  ],
  [
    { differences: 3, repaired: 2, held: 0 },
    "3 differences found, 2 repaired.",
  ],
  [
    { differences: 30, repaired: 5, held: 25 },
    "30 differences found, 5 repaired. 25 deletions need approval.",
  ],
])("a sweep's verdict %o reads well", (found, text) => {
  expect(
    sentenceOf({ checked: 9, ...found }, new Date("2026-05-04T10:42:59Z")),
  ).toBe(`Verified at 2026-05-04 10:42 UTC; ${text}`);
});
