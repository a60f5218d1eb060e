import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { useDatabase } from "../../database.ts";
import type { Db } from "../../../server/database/database.ts";
import { toJson } from "../../../server/database/json.ts";

const at = useDatabase();

async function addRecord(portalId: number, email: string): Promise<string> {
  return at.database.inPortal(portalId, async (db) => {
    const { id } = await db
      .insertInto("record")
      .values({
        portal_id: portalId,
        object_type: "contact",
        properties: toJson({ email }),
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    return id;
  });
}

const emails = (db: Db) =>
  sql<{ email: string }>`select properties ->> 'email' as email from record`
    .execute(db)
    .then(({ rows }) => rows);

test("inside a portal only its own rows are seen, changed and made", async () => {
  await addRecord(11, "ours@example.com");
  const theirs = await addRecord(12, "theirs@example.com");
  await at.database.inPortal(11, async (db) => {
    expect(await emails(db)).toEqual([{ email: "ours@example.com" }]);
    const changed = await db
      .updateTable("record")
      .set({ properties: "{}" })
      .where("id", "=", theirs)
      .execute();
    expect(changed[0]?.numUpdatedRows).toBe(0n);
  });
  await expect(
    at.database.inPortal(11, (db) =>
      db
        .insertInto("record")
        .values({ portal_id: 12, object_type: "contact" })
        .execute(),
    ),
  ).rejects.toMatchObject({ code: "42501" });
  expect(await at.database.inPortal(12, emails)).toEqual([
    { email: "theirs@example.com" },
  ]);
});

test("the crossing role sees lanes and routing, and no portal's data", async () => {
  await at.database.crossing((db) =>
    db.selectFrom("lane").selectAll().execute(),
  );
  await at.database.crossing((db) =>
    db.selectFrom("run").select(["portal_id", "state"]).execute(),
  );
  for (const table of [
    "record",
    "link",
    "journal",
    "settings",
    "answered_request",
  ] as const) {
    await expect(
      at.database.crossing((db) =>
        db.selectFrom(table).select("portal_id").execute(),
      ),
    ).rejects.toMatchObject({ code: "42501" });
  }
  await expect(
    at.database.crossing((db) =>
      db.selectFrom("attention").select("cause").execute(),
    ),
  ).rejects.toMatchObject({ code: "42501" });
});

test("every table with a portal's id has row-level security, but for the logins' own, and it binds the engine's roles", async () => {
  // As the role that asks: the owner is not bound, so that a backup by the owner is whole.
  const unbound = (db: Db) =>
    sql<{ name: string }>`
      select c.relname as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'portal_id'
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not row_security_active(c.oid)`
      .execute(db)
      .then(({ rows }) => rows);
  expect(await at.database.inPortal(1, unbound)).toEqual([
    { name: "portal_login" },
  ]);
  expect(await at.database.crossing(unbound)).toEqual([
    { name: "portal_login" },
  ]);
});

test("the engine's roles and the products' are no superusers, own nothing, and belong to no other role", async () => {
  const roles = Object.values(await at.database.roles());
  const { rows } = await sql`
    select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin,
      (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships,
      (select count(*)::int from pg_class c where c.relowner = r.oid)
        + (select count(*)::int from pg_proc p where p.proowner = r.oid) as owned
    from pg_roles r where rolname = any (${roles})`.execute(at.database.owner);
  expect(rows).toEqual(
    roles.map(() => ({
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolcanlogin: false,
      memberships: 0,
      owned: 0,
    })),
  );
});

test("every primary key of a portal's table begins with the portal", async () => {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'portal_id'
    join pg_index i on i.indrelid = c.oid and i.indisprimary
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and i.indkey[0] <> a.attnum`.execute(
    at.database.owner,
  );
  expect(rows).toEqual([{ name: "portal_login" }]);
});

test("role and portal end with the transaction, also when it fails", async () => {
  const scope = (db: Db) =>
    sql<{ role: string; portal: string }>`
      select current_user as role, coalesce(current_setting('app.portal', true), '') as portal`
      .execute(db)
      .then(({ rows }) => rows[0]);
  const outside = await scope(at.database.owner);
  expect(await at.database.inPortal(77, scope)).toEqual({
    role: (await at.database.roles()).portal,
    portal: "77",
  });
  await expect(
    at.database.inPortal(77, () => Promise.reject(new Error("no"))),
  ).rejects.toThrow("no");
  const after = await Promise.all(
    Array.from({ length: 10 }, () => scope(at.database.owner)),
  );
  for (const found of after)
    expect(found).toEqual({ role: outside?.role, portal: "" });
});

test("what throws leaves nothing behind", async () => {
  await expect(
    at.database.inPortal(13, async (db) => {
      await db
        .insertInto("record")
        .values({ portal_id: 13, object_type: "contact" })
        .execute();
      throw new Error("changed my mind");
    }),
  ).rejects.toThrow("changed my mind");
  expect(await at.database.inPortal(13, emails)).toEqual([]);
});

test("a portal id that is no whole number never reaches SQL", async () => {
  for (const wrong of [
    Number.NaN,
    1.5,
    -1,
    Infinity,
    "1'; drop table record; --" as unknown as number,
  ]) {
    await expect(
      at.database.inPortal(wrong, () => Promise.resolve()),
    ).rejects.toThrow(TypeError);
  }
});

test("two transactions in a deadlock both come through, one of them run again", async () => {
  const first = await addRecord(14, "a@example.com");
  const second = await addRecord(14, "b@example.com");
  let runs = 0;
  let holding = 0;
  const touch = (db: Db, id: string) =>
    db
      .updateTable("record")
      .set({ origin: "test" })
      .where("id", "=", id)
      .execute();
  const both = (one: string, other: string) =>
    at.database.inPortal(14, async (db) => {
      runs += 1;
      await touch(db, one);
      holding += 1;
      while (holding < 2) await pause(1);
      await touch(db, other);
    });
  await Promise.all([both(first, second), both(second, first)]);
  expect(runs).toBe(3);
});

test("portal ids and revisions are numbers, ids of HubSpot's and of rows are text, under their names", async () => {
  const id = await addRecord(15, "n@example.com");
  await at.database.inPortal(15, async (db) => {
    await db
      .insertInto("link")
      .values({
        portal_id: 15,
        object_type: "contact",
        record_id: id,
        object_id: "9007199254740993",
      })
      .execute();
    const link = await db
      .selectFrom("link")
      .select(["portal_id as portalId", "object_id"])
      .executeTakeFirstOrThrow();
    expect(link).toEqual({ portalId: 15, object_id: "9007199254740993" });
    const record = await db
      .selectFrom("record")
      .select(["revision", "settled_revision"])
      .executeTakeFirstOrThrow();
    expect(record).toEqual({ revision: 1, settled_revision: 0 });
  });
});

test("text with U+0000 is stored without it, and text that looks like its escape as it stands", async () => {
  const value = { email: "a\u0000b", "na\u0000me": ["\\u0000", "\\\u0000"] };
  await at.database.inPortal(16, async (db) => {
    await db
      .insertInto("record")
      .values({
        portal_id: 16,
        object_type: "contact",
        properties: toJson(value),
      })
      .execute();
    const { properties } = await db
      .selectFrom("record")
      .select("properties")
      .executeTakeFirstOrThrow();
    expect(properties).toEqual({ email: "ab", name: ["\\u0000", "\\"] });
  });
});

test("a connection that Postgres ends in the middle of a transaction fails that transaction, and not the process", async () => {
  await expect(
    at.database.crossing(async (db) => {
      const { rows } = await sql<{ pid: number }>`
        select pg_backend_pid() as pid`.execute(db);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(
        at.database.owner,
      );
      // Nobody waits for an answer when the connection ends: that is when its error has no other place to go.
      await pause(100);
      await sql`select 1`.execute(db);
    }),
  ).rejects.toThrow();
  expect(
    await at.database.crossing((db) => sql`select 1 as one`.execute(db)),
  ).toMatchObject({ rows: [{ one: 1 }] });
});
