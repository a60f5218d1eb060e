import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { toJson } from "../../../server/database/json.ts";
import { noFence } from "../../../server/database/fence.ts";
import { drainInbox } from "../../../server/sync/sources/inbox.ts";
import { eraseLate, erasePerson } from "../../../server/sync/apply/privacy.ts";
import { useSyncWorld } from "./sweep-world.ts";

const at = useSyncWorld();

/** What only this person's data holds: found anywhere, it was not erased. */
const secret = "ada.lovelace";
let nextPortal = 9_000_000;

/** A person with a row in every table that can hold one of their values. */
async function person(objectId: string) {
  const portalId = nextPortal++;
  const record = randomUUID();
  const company = randomUUID();
  const runId = randomUUID();
  const portal = sql`${portalId}::bigint`;
  const values = toJson({ email: `${secret}@example.com` });
  await at().engine.database.inPortal(portalId, async (db) => {
    for (const statement of [
      sql`insert into record (portal_id, id, object_type, properties) values (${portal}, ${company}, 'company', '{"name": "Acme"}')`,
      sql`insert into record (portal_id, id, object_type, properties, company_id) values (${portal}, ${record}, 'contact', ${values}::jsonb, ${company})`,
      sql`insert into association (portal_id, from_type, from_id, to_type, to_id) values (${portal}, 'contact', ${record}, 'company', ${company})`,
      sql`insert into association_base (portal_id, from_type, from_id, to_type, to_id) values (${portal}, 'contact', ${record}, 'company', ${company})`,
      sql`insert into link (portal_id, object_type, record_id, object_id, base, parked) values (${portal}, 'contact', ${record}, ${objectId}, ${values}::jsonb, ${values}::jsonb)`,
      sql`insert into attempt (portal_id, id, object_type, record_id, object_id, operation, sent, initiator, claimed, claim_ends_at, answer)
        values (${portal}, ${randomUUID()}, 'contact', ${record}, ${objectId}, 'update', ${values}::jsonb, 'workspace', false, now(),
          ${toJson({ kind: "error", message: `${secret} is no email` })}::jsonb)`,
      sql`insert into journal (portal_id, object_type, record_id, object_id, action, source, initiator, code, reason, changes)
        values (${portal}, 'contact', ${record}, ${objectId}, 'updated', 'webhook', 'hubspot', 'updated', ${secret}, ${toJson([{ field: "email", before: secret }])}::jsonb)`,
      sql`insert into attention (portal_id, kind, code, object_type, record_id, object_id, cause, details, initiator)
        values (${portal}, 'problem', 'refused', 'contact', ${record}, ${objectId}, ${secret}, ${values}::jsonb, 'workspace')`,
      sql`insert into run_item (portal_id, run_id, outcome, object_type, record_id, code, reason) values (${portal}, ${runId}, 'failed', 'contact', ${record}, 'refused', ${secret})`,
      sql`insert into inbox (portal_id, kind, object_type, object_id, occurred_at, event) values (${portal}, 'propertyChange', 'contact', ${objectId}, now(), ${values}::jsonb)`,
      sql`insert into set_aside_event (portal_id, reason, length, event)
        values (${portal}, 'x', 0, ${toJson({ objectId: Number(objectId), mergedObjectIds: [secret] })})`,
      sql`insert into identity_claim (portal_id, object_type, key_kind, key_value, attempt_id, record_id, ends_at)
        values (${portal}, 'contact', 'email', ${secret}, ${randomUUID()}, ${record}, now())`,
      sql`insert into sync_verdict (portal_id, record_id, code, reason) values (${portal}, ${record}, 'x', ${secret})`,
      sql`insert into answered_request (portal_id, request_id, answer) values (${portal}, ${randomUUID()}, ${toJson({ recordId: record, email: secret })}::jsonb)`,
    ])
      await statement.execute(db);
  });
  return { portalId, record, company };
}

const erase = (portalId: number, objectId: string): Promise<void> =>
  at().engine.database.inPortal(portalId, (db) =>
    erasePerson(db, portalId, "contact", objectId),
  );

/** Every table of the portal in which the person's value still stands. */
async function traces(portalId: number): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'portal_id'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`.execute(
    at().engine.database.owner,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const holds = await sql`
      select 1 from ${sql.table(name)} t where t.portal_id = ${portalId} and strpos(t::text, ${secret}) > 0 limit 1`.execute(
      at().engine.database.owner,
    );
    if (holds.rows.length > 0) found.push(name);
  }
  return found.toSorted();
}

test("no table holds a value of the person any more, and only ids and what was done remain", async () => {
  const { portalId, record, company } = await person("101");
  expect(await traces(portalId)).toEqual([
    "answered_request",
    "attempt",
    "attention",
    "identity_claim",
    "inbox",
    "journal",
    "link",
    "record",
    "run_item",
    "set_aside_event",
    "sync_verdict",
  ]);
  await erase(portalId, "101");
  expect(await traces(portalId)).toEqual([]);
  expect(
    await at().query(
      portalId,
      sql`select id, properties, company_id, deleted_at is not null as gone from record order by object_type`,
    ),
  ).toEqual([
    {
      id: company,
      properties: { name: "Acme" },
      company_id: null,
      gone: false,
    },
    { id: record, properties: {}, company_id: null, gone: true },
  ]);
  expect(
    await at().query(
      portalId,
      sql`select record_id, object_id, state, base, parked from link`,
    ),
  ).toEqual([
    {
      record_id: record,
      object_id: "101",
      state: "purged",
      base: {},
      parked: {},
    },
  ]);
  expect(
    await at().query(
      portalId,
      sql`select action, code, reason, changes from journal order by id`,
    ),
  ).toEqual([
    {
      action: "updated",
      code: "updated",
      reason: "Permanently deleted for privacy.",
      changes: [],
    },
    {
      action: "erased",
      code: "privacy_deletion",
      reason: "Permanently deleted for privacy.",
      changes: [],
    },
  ]);
  expect(
    await at().query(
      portalId,
      sql`select record_id from dirty where record_id = ${record}`,
    ),
  ).toEqual([]);
  expect(
    await at().query(
      portalId,
      sql`select settled_at is not null as settled from inbox`,
    ),
  ).toEqual([{ settled: true }]);
});

test("a repetition changes nothing and tells nothing twice", async () => {
  const { portalId } = await person("102");
  await erase(portalId, "102");
  const state = () =>
    at().query(
      portalId,
      sql`select r.revision, r.updated_at, r.deleted_at, l.ended_at, (select count(*)::int from journal) as lines
        from record r join link l on l.record_id = r.id`,
    );
  const once = await state();
  await erase(portalId, "102");
  expect(await state()).toEqual(once);
});

test("an object that was never linked leaves one purged link, which names no record", async () => {
  const portalId = nextPortal++;
  await erase(portalId, "103");
  await erase(portalId, "103");
  expect(
    await at().query(
      portalId,
      sql`select l.object_id, l.state, r.id as record from link l left join record r on r.id = l.record_id`,
    ),
  ).toEqual([{ object_id: "103", state: "purged", record: null }]);
});

test("an old id stands for the survivor, and the survivor for all that was merged into it", async () => {
  const { portalId } = await person("104");
  await at().engine.database.inPortal(portalId, async (db) => {
    await sql`insert into object_alias (portal_id, object_type, old_id, object_id)
      values (${portalId}, 'contact', 50, 104), (${portalId}, 'contact', 51, 104)`.execute(
      db,
    );
    await sql`insert into journal (portal_id, object_type, object_id, action, source, initiator, code, reason)
      values (${portalId}, 'contact', 51, 'skipped', 'webhook', 'hubspot', 'x', ${secret})`.execute(
      db,
    );
  });
  await erase(portalId, "50");
  expect(await traces(portalId)).toEqual([]);
  expect(
    await at().query(
      portalId,
      sql`select object_id, state from link order by object_id`,
    ),
  ).toEqual(
    ["50", "51", "104"].map((object_id) => ({ object_id, state: "purged" })),
  );
});

test("a record that was merged away goes with its survivor", async () => {
  const { portalId, record } = await person("105");
  const loser = randomUUID();
  await at().engine.database.inPortal(portalId, async (db) => {
    await sql`insert into record (portal_id, id, object_type, properties, deleted_at)
      values (${portalId}, ${loser}, 'contact', ${toJson({ note: secret })}::jsonb, now())`.execute(
      db,
    );
    await sql`insert into record_alias (portal_id, old_id, record_id) values (${portalId}, ${loser}, ${record})`.execute(
      db,
    );
  });
  await erase(portalId, "105");
  expect(await traces(portalId)).toEqual([]);
});

test("a record whose live link goes to another object is not that object's person", async () => {
  const { portalId, record } = await person("106");
  await at().engine.database.inPortal(portalId, async (db) => {
    await sql`update link set state = 'object-deleted', ended_at = now()`.execute(
      db,
    );
    await sql`insert into link (portal_id, object_type, record_id, object_id) values (${portalId}, 'contact', ${record}, 107)`.execute(
      db,
    );
  });
  await erase(portalId, "106");
  const [kept] = await at().query(
    portalId,
    sql`select properties, deleted_at from record where id = ${record}`,
  );
  expect(kept).toMatchObject({
    properties: { email: `${secret}@example.com` },
    deleted_at: null,
  });
  expect(
    await at().query(
      portalId,
      sql`select object_id, state from link order by object_id`,
    ),
  ).toEqual([
    { object_id: "106", state: "purged" },
    { object_id: "107", state: "live" },
  ]);
});

test("what an in-flight call stores after the erasure is erased by upkeep", async () => {
  const { portalId, record } = await person("109");
  await erase(portalId, "109");
  await at().query(
    portalId,
    sql`update attempt set answer = ${toJson({ kind: "error", message: secret })}::jsonb where record_id = ${record}`,
  );
  expect(await traces(portalId)).toEqual(["attempt"]);
  await at().engine.database.inPortal(portalId, (db) =>
    eraseLate(db, portalId),
  );
  expect(await traces(portalId)).toEqual([]);
});

test("another portal with the same ids keeps everything", async () => {
  const one = await person("108");
  const other = await person("108");
  const before = await traces(other.portalId);
  await erase(one.portalId, "108");
  expect(await traces(other.portalId)).toEqual(before);
});

type Told = "privacyDeletion" | "deletion" | "propertyChange";

describe("with the events of one privacy deletion in any order", () => {
  test.each<[Told[]]>([
    [["privacyDeletion", "deletion"]],
    [["deletion", "privacyDeletion"]],
    [["privacyDeletion", "propertyChange", "deletion", "privacyDeletion"]],
    [["privacyDeletion"]],
  ])(
    "%s: nothing of the person stands, and nothing comes back",
    async (told) => {
      const { world, engine, choose, pullAll, sweep, query } = at();
      const portalId = await world.installed();
      await choose(portalId, (settings) => ({
        ...settings,
        contact: { ...settings.contact, deletionSync: true },
      }));
      const id = await world.make(portalId, "contacts", {
        email: `${secret}@example.com`,
        firstname: secret,
      });
      await pullAll(portalId);
      expect(await traces(portalId)).toContain("record");
      const path = `/portals/${portalId}/objects/contacts/${id}`;
      await world.control("POST", `${path}/privacy-delete`, {});
      for (const kind of told) {
        await engine.database.crossing((db) =>
          sql`insert into inbox (portal_id, kind, object_type, object_id, occurred_at, event)
          values (${portalId}, ${kind}, 'contact', ${id}, now(), ${toJson({ objectId: id, propertyValue: secret })}::jsonb)`.execute(
            db,
          ),
        );
        await drainInbox(engine, portalId, {
          fence: noFence,
          signal: new AbortController().signal,
        });
      }
      await pullAll(portalId);
      await sweep(portalId, ["contact"]);
      // An event that came afterwards keeps its body until the next upkeep.
      await engine.database.inPortal(portalId, (db) => eraseLate(db, portalId));
      expect(await traces(portalId)).toEqual([]);
      expect(
        await query(
          portalId,
          sql`select properties, deleted_at is not null as gone from record`,
        ),
      ).toEqual([{ properties: {}, gone: true }]);
      expect(await query(portalId, sql`select state from link`)).toEqual([
        { state: "purged" },
      ]);
      expect(
        await query(
          portalId,
          sql`select count(*)::int as lines from journal where action = 'erased'`,
        ),
      ).toEqual([{ lines: 1 }]);
    },
  );

  test("an object that HubSpot still lists is not pulled again", async () => {
    const { world, engine, pullAll, sweep, query } = at();
    const portalId = await world.installed();
    const id = await world.make(portalId, "contacts", { firstname: secret });
    await pullAll(portalId);
    await engine.database.inPortal(portalId, (db) =>
      erasePerson(db, portalId, "contact", id),
    );
    await pullAll(portalId);
    await sweep(portalId, ["contact"]);
    expect(await traces(portalId)).toEqual([]);
    expect(await query(portalId, sql`select state from link`)).toEqual([
      { state: "purged" },
    ]);
  });
});
