import { sql } from "kysely";
import { expect, test } from "vitest";
import { noFence } from "../../../server/database/fence.ts";
import { defaultBrakes } from "../../../server/settings/schema.ts";
import type { Brakes, Settings } from "../../../server/settings/schema.ts";
import { resolveHeld } from "../../../server/sync/resolve/mass-change.ts";
import type { Engine } from "../../../server/sync/engine.ts";
import { automatic } from "../../../server/sync/decide/triggers.ts";
import { runPassHalving } from "../../../server/sync/pass/pass-halving.ts";
import { startRun } from "../../../server/sync/runs/runs.ts";
import { useSyncWorld } from "./sweep-world.ts";

/** 7-A2: the brake at its edges, with passes that a test starts itself. */

const at = useSyncWorld();

const withBrakes =
  (brakes: Partial<Brakes>) =>
  (settings: Settings): Settings => ({
    ...settings,
    contact: {
      ...settings.contact,
      deletionSync: true,
      brakes: { ...defaultBrakes, ...brakes },
    },
  });

async function newRecords(
  portalId: number,
  prefix: string,
  count: number,
): Promise<string[]> {
  const rows = await at().query(
    portalId,
    sql<{ id: string }>`
      insert into record (portal_id, object_type, properties)
      select ${portalId}, 'contact', jsonb_build_object('email', ${prefix}::text || n || '@brake.example')
      from generate_series(1, ${count}::int) n returning id`,
  );
  return rows.map(({ id }) => id);
}

const push = (
  portalId: number,
  recordIds: readonly string[],
  engine: Engine = at().engine,
) =>
  runPassHalving(engine, portalId, {
    objectType: "contact",
    recordIds,
    trigger: automatic("workspace"),
    account: { source: "product", by: "", runId: null },
    priority: "bulk",
    fence: noFence,
    edges: { kind: "if-moved" },
    isSettled: (_plan, flow) => flow === "to_hubspot",
  });

const entries = (portalId: number) =>
  at().query(
    portalId,
    sql<{ id: string; code: string; count: number; initiator: string }>`
      select id, code, (details ->> 'count')::int as count, initiator from attention
      where state = 'open' and part_of is null and code like 'mass_%' order by code, initiator`,
  );

const decideOn = (
  portalId: number,
  id: string,
  verdict: "approve" | "refuse",
): Promise<boolean> =>
  at().engine.database.inPortal(portalId, (db) =>
    resolveHeld(db, portalId, id, verdict, "ann@example.com"),
  );

test("two workers cannot both pass the limit: one of two batches is held whole", async () => {
  const { world, pullAll, choose, query } = at();
  const portalId = await world.installed();
  await pullAll(portalId);
  await choose(
    portalId,
    withBrakes({ creations: { toHubSpot: 12, toWorkspace: null } }),
  );
  for (let round = 0; round < 3; round++) {
    const batches = [
      await newRecords(portalId, `left${round}-`, 8),
      await newRecords(portalId, `right${round}-`, 8),
    ];
    // Nothing is pending but what the two have in hand.
    await query(portalId, sql`delete from dirty`);
    await query(portalId, sql`delete from brake_window`);
    await Promise.all(batches.map((ids) => push(portalId, ids)));
    const linked = await query(
      portalId,
      sql`select from link where record_id = any (${batches.flat()}::uuid[])`,
    );
    expect(linked).toHaveLength(8);
    const [entry] = await entries(portalId);
    expect(entry).toMatchObject({ code: "mass_creation", count: 8 });
    await decideOn(portalId, entry?.id ?? "", "refuse");
  }
});

test("what was approved is not asked about again by another lane, before its run or after a creation that failed", async () => {
  const { world, pullAll, choose, query } = at();
  const portalId = await world.installed();
  await pullAll(portalId);
  await choose(
    portalId,
    withBrakes({
      creations: { toHubSpot: 2, toWorkspace: null },
      updates: { toHubSpot: 2, toWorkspace: null },
    }),
  );
  const ids = await newRecords(portalId, "approved-", 4);
  const others = await newRecords(portalId, "others-", 3);
  const approve = async (code: string, count: number): Promise<void> => {
    const [entry] = await entries(portalId);
    expect(entry).toMatchObject({ code, count });
    await decideOn(portalId, entry?.id ?? "", "approve");
  };
  await push(portalId, ids);
  await approve("mass_creation", 4);
  // The run that the approval started has not begun; the last ones were not approved.
  await push(portalId, [...ids, ...others]);
  const linked = await query(
    portalId,
    sql<{
      record_id: string;
    }>`select record_id from link where record_id = any (${[...ids, ...others]}::uuid[])`,
  );
  expect(linked.map((row) => row.record_id).sort()).toEqual(ids.toSorted());
  expect(await entries(portalId)).toMatchObject([
    { code: "mass_creation", count: 3 },
  ]);
  await approve("mass_creation", 3);
  await query(
    portalId,
    sql`update run set state = 'done' where source = 'approval'`,
  );
  await push(portalId, others);
  expect(await entries(portalId)).toEqual([]);

  // Another update of the same records is another one, once the run of the first has ended.
  const edit = (city: string) =>
    query(
      portalId,
      sql`update record set properties = properties || jsonb_build_object('city', ${city}::text)
        where id = any (${ids}::uuid[])`,
    );
  await edit("Rome");
  await push(portalId, ids);
  await approve("mass_update", 4);
  await push(portalId, ids);
  expect(await entries(portalId)).toEqual([]);
  await query(
    portalId,
    sql`update run set state = 'done' where source = 'approval'`,
  );
  await edit("Paris");
  await push(portalId, ids);
  await approve("mass_update", 4);
});

test("objects that HubSpot only no longer shows are held as well; kept, they are no problem and not asked about again", async () => {
  const { world, pullAll, choose, sweep, query } = at();
  const portalId = await world.installed();
  await choose(portalId, withBrakes({}));
  const ids: string[] = [];
  for (let n = 0; n < 30; n++)
    ids.push(
      await world.make(portalId, "contacts", { email: `m${n}@brake.example` }),
    );
  await pullAll(portalId);
  // Erased for good, unheard: there is no archive to find them in.
  for (const id of ids.slice(0, 25))
    await world.control(
      "POST",
      `/portals/${portalId}/objects/contacts/${id}/privacy-delete`,
      {},
    );
  expect(await sweep(portalId, ["contact"])).toMatchObject({ held: 25 });
  const [entry] = await entries(portalId);
  expect(entry).toMatchObject({ code: "mass_deletion", count: 25 });
  const problems = () =>
    query(portalId, sql`select from attention where kind = 'problem'`);
  expect(await problems()).toEqual([]);
  await decideOn(portalId, entry?.id ?? "", "refuse");
  expect(await sweep(portalId, ["contact"])).toMatchObject({
    held: 0,
    differences: 0,
  });
  expect(await problems()).toEqual([]);
  expect(
    await query(
      portalId,
      sql`select state, count(*)::int as count from link where kept_at is not null group by state`,
    ),
  ).toEqual([{ state: "live", count: 25 }]);
  // An edit of one looks at its object, and that is no problem either.
  const [kept] = await query(
    portalId,
    sql<{
      record_id: string;
    }>`select record_id from link where kept_at is not null limit 1`,
  );
  const { items } = await push(portalId, [kept?.record_id ?? ""]);
  expect(items).toMatchObject([
    { outcome: "unchanged", code: "kept_by_choice" },
  ]);
});

test("deletions of the product that the changed pull comes upon are left to the dirty set, and held there", async () => {
  const { world, engine, pullAll, choose, query, workOff } = at();
  const portalId = await world.installed();
  await choose(portalId, withBrakes({}));
  for (let n = 0; n < 30; n++)
    await world.make(portalId, "contacts", { email: `p${n}@brake.example` });
  await pullAll(portalId);
  const deleted = await query(
    portalId,
    sql<{
      id: string;
    }>`update record set deleted_at = now() where object_type = 'contact' returning id`,
  );
  await engine.database.inPortal(portalId, (db) =>
    startRun(db, portalId, {
      kind: "pull",
      objectType: "contact",
      mode: "full",
      manual: false,
      source: "schedule",
      requestedBy: "",
    }),
  );
  await workOff(portalId);
  const held = await entries(portalId);
  const { items } = await push(
    portalId,
    deleted.map(({ id }) => id),
  );
  expect(new Set(items.map(({ code }) => code))).toEqual(
    new Set(["mass_deletion"]),
  );
  expect(await entries(portalId)).toMatchObject([
    { code: "mass_deletion", initiator: "workspace", count: 30 },
  ]);
  expect(held.length).toBeLessThanOrEqual(1);
  expect(
    await query(portalId, sql`select from attempt where operation = 'archive'`),
  ).toEqual([]);
});

test("10,000 deletions that are kept take a fixed number of statements", async () => {
  const { world, engine, pullAll, choose, query } = at();
  const portalId = await world.installed();
  await pullAll(portalId);
  await choose(portalId, withBrakes({}));
  await query(
    portalId,
    sql`with made as (
        insert into record (portal_id, object_type, properties, settled_revision, deleted_at)
        select ${portalId}, 'contact', '{}', 1, now() from generate_series(1, 10000) returning id
      ), linked as (
        insert into link (portal_id, object_type, record_id, object_id)
        select ${portalId}, 'contact', id, 900000000 + row_number() over () from made
        returning record_id, object_id
      ), entry as (
        insert into attention (portal_id, kind, code, object_type, cause, initiator)
        values (${portalId}, 'held', 'mass_deletion', 'contact', '', 'workspace') returning id
      )
      insert into attention (portal_id, kind, code, object_type, record_id, object_id, cause, initiator, part_of)
      select ${portalId}, 'held', 'mass_deletion', 'contact', l.record_id, l.object_id, '', 'workspace', entry.id
      from linked l cross join entry`,
  );
  const [entry] = await entries(portalId);
  let statements = 0;
  await engine.database.inPortal(portalId, async (db) => {
    const counted = db.withPlugin({
      transformQuery: ({ node }) => {
        statements += 1;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    });
    await resolveHeld(
      counted,
      portalId,
      entry?.id ?? "",
      "refuse",
      "ann@example.com",
    );
  });
  expect(statements).toBeLessThan(15);
  expect(
    await query(
      portalId,
      sql`select state, kept_at is not null as kept, count(*)::int as count from link group by 1, 2`,
    ),
  ).toEqual([{ state: "record-deleted", kept: true, count: 10_000 }]);
});

test("what is refused while the rest of its batch is still at HubSpot does not stay parked", async () => {
  const { world, engine, pullAll, choose, query } = at();
  const portalId = await world.installed();
  await world.control("POST", `/portals/${portalId}/objects/contacts`, {
    properties: { email: "there@brake.example" },
  });
  await pullAll(portalId);
  await choose(
    portalId,
    withBrakes({ creations: { toHubSpot: 2, toWorkspace: null } }),
  );
  const [linked] = await query(
    portalId,
    sql<{ id: string }>`
      update record set properties = properties || '{"first_name": "Edited"}'
      where properties ->> 'email' = 'there@brake.example' returning id`,
  );
  const ids = await newRecords(portalId, "refused-", 4);
  await push(portalId, [linked?.id ?? "", ...ids], {
    ...engine,
    checkpoint: async (moment) => {
      if (moment !== "attempts-committed") return;
      const [entry] = await entries(portalId);
      expect(entry).toMatchObject({ code: "mass_creation", count: 4 });
      await decideOn(portalId, entry?.id ?? "", "refuse");
    },
  });
  expect(await entries(portalId)).toEqual([]);
  expect(
    await query(
      portalId,
      sql`select record_id from dirty where due_at > now()`,
    ),
  ).toEqual([]);
});
