import { sql } from "kysely";
import { expect, test } from "vitest";
import { portalTables } from "../../../server/database/retention.ts";
import { createHousekeeping } from "../../../server/jobs/housekeeping.ts";
import { noFence } from "../../../server/database/fence.ts";
import { toJson } from "../../../server/database/json.ts";
import { useDatabase } from "../../database.ts";
import { addPortal } from "./portal.ts";

const at = useDatabase();
const turn = (portalId: number) =>
  createHousekeeping(at.database)(portalId, {
    fence: noFence,
    signal: new AbortController().signal,
  });

/** A row of each table for the portal, with `age` on every clock that retention looks at. */
async function fill(
  portalId: number,
  age: string,
  runState = "done",
): Promise<void> {
  const runId = crypto.randomUUID();
  const first = crypto.randomUUID();
  const second = crypto.randomUUID();
  const portal = sql`${portalId}::bigint`;
  const then = sql`now() - ${age}::interval`;
  await at.database.inPortal(portalId, async (db) => {
    for (const statement of [
      sql`insert into record (portal_id, id, object_type) values (${portal}, ${first}, 'contact'), (${portal}, ${second}, 'company')`,
      sql`insert into association (portal_id, from_type, from_id, to_type, to_id) values (${portal}, 'contact', ${first}, 'company', ${second})`,
      sql`insert into record_alias (portal_id, old_id, record_id) values (${portal}, ${runId}, ${first})`,
      sql`insert into link (portal_id, object_type, record_id, object_id) values (${portal}, 'contact', ${first}, (select count(*) from link))`,
      sql`insert into object_alias (portal_id, object_type, old_id, object_id) values (${portal}, 'contact', (select count(*) from object_alias), 2)`,
      sql`insert into object_identity (portal_id, object_type, object_id, identity) values (${portal}, 'company', (select count(*) from object_identity), 'x.example')`,
      sql`insert into association_base (portal_id, from_id, to_id, from_type, to_type) values (${portal}, ${first}, ${second}, 'contact', 'company')`,
      sql`insert into waiting_edge (portal_id, kind, parent_object_id, child_object_id) values (${portal}, 'contact_to_company', (select count(*) from waiting_edge), 2)`,
      sql`insert into waiting_value (portal_id, object_type, record_id, property, object_id) values (${portal}, 'contact', ${first}, 'email', 2)`,
      sql`insert into attempt (portal_id, id, object_type, record_id, operation, sent, initiator, claimed, claim_ends_at, settled_at)
        values (${portal}, ${runId}, 'contact', ${first}, 'update', '{}', 'hubspot', false, now(), ${then})`,
      sql`insert into identity_claim (portal_id, object_type, key_kind, key_value, attempt_id, record_id, ends_at)
        values (${portal}, 'contact', 'email', ${runId}, ${runId}, ${first}, ${then})`,
      sql`insert into run (portal_id, id, kind, object_type, mode, state, source, ended_at)
        values (${portal}, ${runId}, 'pull', 'contact', 'selection', ${runState}, 'test', ${runState === "done" ? then : sql`null`})`,
      sql`insert into run_item (portal_id, run_id, outcome, object_type, code, reason) values (${portal}, ${runId}, 'failed', 'contact', '', '')`,
      sql`insert into pull_cursor (portal_id, object_type, covered_until) values (${portal}, 'contact', now()) on conflict do nothing`,
      sql`insert into journal (portal_id, at, object_type, action, source, initiator, code, reason)
        values (${portal}, ${then}, 'contact', 'update', 'test', 'hubspot', '', '')`,
      sql`insert into attention (portal_id, kind, state, code, object_type, object_id, cause, initiator, resolved_at)
        values (${portal}, 'problem', 'resolved', '', 'contact', 1, '', 'hubspot', ${then})`,
      sql`insert into sync_verdict (portal_id, record_id, code, reason) values (${portal}, ${first}, '', '')`,
      sql`insert into answered_request (portal_id, request_id, created_at) values (${portal}, ${runId}, ${then})`,
      sql`insert into inbox (portal_id, kind, object_type, object_id, occurred_at, event, settled_at)
        values (${portal}, 'creation', 'contact', 1, now(), '{}', ${then})`,
      sql`insert into set_aside_event (portal_id, received_at, reason, length, event) values (${portal}, ${then}, '', 0, '')`,
      sql`insert into hubspot_definition (portal_id, kind, name, body) values (${portal}, 'owner', ${runId}, '{}')`,
      sql`insert into workspace_user (portal_id, email) values (${portal}, ${`${runId}@users.example`})`,
      sql`insert into workspace_field (portal_id, object_type, name, label, type) values (${portal}, 'contact', 'f' || ${runId.slice(0, 8)}, '', 'text')`,
      sql`insert into brake_window (portal_id, object_type, flow, action) values (${portal}, 'contact', 'to_hubspot', 'delete') on conflict do nothing`,
      sql`insert into refused_creation (portal_id, object_type, subject, refused_by) values (${portal}, 'contact', ${runId}, 'test')`,
      sql`insert into timed_field (portal_id, object_type, field) values (${portal}, 'contact', ${runId})`,
      sql`insert into call_budget (portal_id, kind) values (${portal}, 'general') on conflict do nothing`,
    ]) {
      await statement.execute(db);
    }
  });
}

async function counts(portalId: number): Promise<Record<string, number>> {
  return at.database.inPortal(portalId, async (db) => {
    const found: Record<string, number> = {};
    for (const table of portalTables) {
      const { rows } = await sql<{
        n: number;
      }>`select count(*)::int as n from ${sql.table(table)}`.execute(db);
      found[table] = rows[0]?.n ?? 0;
    }
    return found;
  });
}

async function choose(portalId: number, journalDays: number): Promise<void> {
  await at.database.inPortal(portalId, (db) =>
    db
      .insertInto("settings")
      .values({
        portal_id: portalId,
        version: 1,
        document: toJson({ retention: { journalDays } }),
        changed_by: "test",
      })
      .execute(),
  );
}

test("every table of a portal's data is in the list that an uninstalled portal's data is removed by", async () => {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'portal_id'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
      and c.relname not in ('installation', 'lane', 'portal_login')`.execute(
    at.database.owner,
  );
  expect(rows.map((row) => row.name).toSorted()).toEqual(
    [...portalTables].toSorted(),
  );
});

test("settled work goes after a day, what people look back at after the days chosen, and live data stays", async () => {
  await addPortal(at.database, 1);
  await choose(1, 30);
  await fill(1, "1 hour");
  await fill(1, "2 days");
  await fill(1, "40 days");
  await fill(1, "40 days", "running");
  expect(await turn(1)).toEqual({ again: null });
  expect(await counts(1)).toEqual({
    inbox: 1,
    attempt: 1,
    identity_claim: 1,
    answered_request: 1,
    set_aside_event: 2,
    journal: 2,
    attention: 2,
    run: 3,
    run_item: 3,
    record: 8,
    association: 4,
    record_alias: 4,
    link: 4,
    object_alias: 4,
    object_identity: 4,
    association_base: 4,
    waiting_edge: 4,
    waiting_value: 4,
    dirty: 8,
    workspace_field: 4,
    sync_verdict: 4,
    pull_cursor: 1,
    hubspot_definition: 4,
    settings: 1,
    workspace_user: 4,
    call_budget: 1,
    brake_window: 1,
    refused_creation: 4,
    timed_field: 4,
  });
});

test("an uninstalled portal's data stays for 90 days, then goes whole, and nobody else's with it", async () => {
  await addPortal(at.database, 2);
  await addPortal(at.database, 3);
  await fill(2, "1 hour");
  await fill(3, "1 hour");
  const before = await counts(3);
  const uninstalledFor = (age: string) =>
    sql`update installation set state = 'uninstalled', uninstalled_at = now() - ${age}::interval where portal_id = 2`.execute(
      at.database.owner,
    );
  await uninstalledFor("89 days");
  await turn(2);
  expect((await counts(2))["record"]).toBe(2);
  await uninstalledFor("91 days");
  expect(await turn(2)).toEqual({ again: null });
  expect(Object.values(await counts(2)).every((count) => count === 0)).toBe(
    true,
  );
  const left =
    await sql`select portal_id from installation where portal_id in (2, 3)`.execute(
      at.database.owner,
    );
  expect(left.rows).toEqual([{ portal_id: 3 }]);
  expect(await counts(3)).toEqual(before);
});

test("much goes in batches, turn by turn", async () => {
  await addPortal(at.database, 4);
  await at.database.inPortal(4, (db) =>
    sql`insert into answered_request (portal_id, request_id, created_at)
      select 4, n::text, now() - interval '2 days' from generate_series(1, 6000) n`.execute(
      db,
    ),
  );
  expect(await turn(4)).toEqual({ again: "now" });
  expect(await turn(4)).toEqual({ again: null });
  expect((await counts(4))["answered_request"]).toBe(0);
});

test("a portal in its setup window is looked at again when the window ends", async () => {
  await addPortal(at.database, 5, "setting-up");
  const ends = new Date(Date.now() + 3_600_000);
  await at.database.crossing((db) =>
    db
      .updateTable("installation")
      .set({ window_ends_at: ends })
      .where("portal_id", "=", 5)
      .execute(),
  );
  expect(await turn(5)).toEqual({ again: ends });
});

test("AP-042 what left with its pipeline stays restorable for 90 days, then goes with what belongs to it", async () => {
  await addPortal(at.database, 6);
  const id = (): string => crypto.randomUUID();
  const [young, old, back, deleted, erased] = [id(), id(), id(), id(), id()];
  const leave = (record: string, object: number, days: number) =>
    at.database.inPortal(6, async (db) => {
      const then = sql`now() - make_interval(days => ${days})`;
      await sql`insert into record (portal_id, id, object_type, deleted_at) values (6, ${record}, 'deal', ${then})`.execute(
        db,
      );
      await sql`insert into link (portal_id, object_type, record_id, object_id, state, ended_at)
        values (6, 'deal', ${record}, ${object}, 'unselected', ${then})`.execute(
        db,
      );
    });
  await leave(young, 1, 89);
  for (const [place, each] of [old, back, deleted, erased].entries())
    await leave(each, place + 2, 91);
  await at.database.inPortal(6, async (db) => {
    const company = crypto.randomUUID();
    for (const statement of [
      sql`insert into record (portal_id, id, object_type) values (6, ${company}, 'company')`,
      sql`insert into association (portal_id, from_type, from_id, to_type, to_id) values (6, 'deal', ${old}, 'company', ${company})`,
      sql`insert into association_base (portal_id, from_type, from_id, to_type, to_id) values (6, 'deal', ${old}, 'company', ${company})`,
      sql`insert into journal (portal_id, object_type, record_id, action, source, initiator, code, reason)
        values (6, 'deal', ${old}, 'deleted', 'pipelines', 'hubspot', 'pipeline_removed', '')`,
      // Its pipeline was selected again.
      sql`update record set deleted_at = null where id = ${back}`,
      sql`update link set state = 'live', ended_at = null where record_id = ${back}`,
      // Deleted by the product, or erased, in another life of it.
      sql`insert into link (portal_id, object_type, record_id, object_id, state, ended_at)
        values (6, 'deal', ${deleted}, 8, 'record-deleted', now() - interval '1 year'),
          (6, 'deal', ${erased}, 9, 'purged', now() - interval '1 year')`,
    ])
      await statement.execute(db);
  });
  expect(await turn(6)).toEqual({ again: null });
  const { rows } = await at.database.inPortal(6, (db) =>
    sql<{
      id: string;
    }>`select id from record where object_type = 'deal'`.execute(db),
  );
  expect(rows.map((row) => row.id).toSorted()).toEqual(
    [young, back, deleted, erased].toSorted(),
  );
  expect(await counts(6)).toMatchObject({
    record: 5,
    link: 6,
    association: 0,
    association_base: 0,
    journal: 1,
  });
});
