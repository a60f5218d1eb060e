import { sql } from "kysely";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { endOverdueLogins } from "../../../server/database/end-overdue-logins.ts";
import type { SessionLimits } from "../../../server/database/end-overdue-logins.ts";
import { LOGIN_CONNECTIONS } from "../../../server/database/login-limits.ts";
import { createProductLogin } from "../../../server/database/product-login.ts";
import { useDatabase } from "../../database.ts";
import { addPortal } from "../jobs/portal.ts";

const at = useDatabase();
const portalId = 7;
const anotherId = 8;
const DENIED = { code: "42501" };
let url: string;
let product: Client;

/** Sessions of the product's own, ended when `work` is. */
async function withSessions<T>(
  count: number,
  work: (...sessions: Client[]) => Promise<T>,
): Promise<T> {
  const sessions = Array.from(
    { length: count },
    () => new Client({ connectionString: url }),
  );
  // A session that the server ends tells so: that is what some of these tests are for.
  for (const session of sessions) session.on("error", () => undefined);
  try {
    for (const session of sessions) await session.connect();
    return await work(...sessions);
  } finally {
    await Promise.all(sessions.map((session) => session.end()));
  }
}

beforeAll(async () => {
  await addPortal(at.database, portalId);
  await addPortal(at.database, anotherId);
  url = await createProductLogin(at.database, portalId);
  product = new Client({ connectionString: url });
  await product.connect();
});
afterAll(() => product.end());

test.each([
  "access exclusive",
  "exclusive",
  "share",
  "share row exclusive",
  "row exclusive",
])("8-A2b a login locks no table or view in %s mode", async (mode) => {
  const { rows } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace in ('public'::regnamespace, 'workspace'::regnamespace) and c.relkind in ('r', 'v')`.execute(
    at.database.owner,
  );
  expect(rows.length).toBeGreaterThan(30);
  for (const { name } of rows) {
    await product.query("begin");
    await expect(
      product.query(`lock table ${name} in ${mode} mode nowait`),
      name,
    ).rejects.toMatchObject(DENIED);
    await product.query("rollback");
  }
});

test.each([
  ["a row lock", "select id from workspace.contacts for update"],
  ["a row lock of a table", "select id from record for no key update"],
  [
    "an entry of the dirty set",
    "insert into dirty (portal_id, object_type, record_id, revision) values (7, 'contact', gen_random_uuid(), 1)",
  ],
  ["a gauge", "update dirty set since = '-infinity'"],
  ["a deletion at infinity", "update record set deleted_at = 'infinity'"],
  ["a change at infinity", "update record set updated_at = 'infinity'"],
  ["a revision", "update record set revision = 9007199254740993"],
  [
    "a record of a table",
    "insert into record (portal_id, object_type) values (7, 'contact')",
  ],
  ["an association of a table", "delete from association"],
  ["a sequence", "select nextval('journal_id_seq')"],
  ["a temporary table", "create temporary table dirty (id int)"],
  ["a table", "create table workspace.mine (id int)"],
  ["a function", "create function public.mine() returns int return 1"],
  ["a large object", "select lo_create(0)"],
  ["a large object's bytes", "select lo_from_bytea(0, 'x')"],
  ["an advisory lock", "select pg_advisory_lock(1)"],
  ["the owner's procedures", "call move_rights('a', 'b')"],
  ["other sessions", "select * from end_overdue_logins(0, 0, 0, 0, 0)"],
  ["the tables' statistics", "select analyze_outgrown_tables()"],
  ["the deployment", "select id from deployment"],
])("8-A2b a login has no right to %s", async (_, statement) => {
  await product.query(
    "insert into workspace.contacts (email) values ('there@login.example')",
  );
  await expect(product.query(statement)).rejects.toMatchObject(DENIED);
});

test("8-A2b a temporary table hides no change, even where temporary tables are allowed", async () => {
  const { rows: names } = await product.query<{ login: string; db: string }>(
    "select session_user as login, current_database() as db",
  );
  const { login = "", db = "" } = names[0] ?? {};
  await sql`grant temporary on database ${sql.id(db)} to ${sql.id(login)}`.execute(
    at.database.owner,
  );
  try {
    await withSessions(1, async (session = product) => {
      for (const table of ["dirty", "record", "association", "portal_login"])
        await session.query(
          `create temporary table ${table} as select * from ${table === "portal_login" ? "record" : `public.${table}`} limit 0`,
        );
      await session.query("set search_path = pg_temp, public");
      const { rows } = await session.query<{ id: string }>(
        "insert into workspace.contacts (email) values ('seen@login.example') returning id",
      );
      const id = rows[0]?.id ?? "";
      const { rows: dirty } = await at.database.inPortal(portalId, (scoped) =>
        sql`select revision from dirty where record_id = ${id}::uuid`.execute(
          scoped,
        ),
      );
      expect(dirty).toEqual([{ revision: 1 }]);
      for (const definer of [
        "workspace_write_record()",
        "record_mark_dirty()",
        "association_touch_record()",
      ])
        await expect(
          session.query(
            `create trigger mine after insert on pg_temp.record for each row execute function public.${definer}`,
          ),
          definer,
        ).rejects.toMatchObject(DENIED);
    });
  } finally {
    await sql`revoke temporary on database ${sql.id(db)} from ${sql.id(login)}`.execute(
      at.database.owner,
    );
  }
});

test("8-A2b a login's change of an association is the product's, whatever its session says of the engine's own", async () => {
  await withSessions(1, async (session = product) => {
    const idOf = async (statement: string): Promise<string> =>
      (await session.query<{ id: string }>(`${statement} returning id`)).rows[0]
        ?.id ?? "";
    const contact = await idOf(
      "insert into workspace.contacts (email) values ('edge@login.example')",
    );
    const company = await idOf(
      "insert into workspace.companies (name) values ('Edge')",
    );
    const settle = () =>
      at.database.inPortal(portalId, async (scoped) => {
        await sql`update record set settled_revision = revision where id = ${contact}::uuid`.execute(
          scoped,
        );
        await sql`delete from dirty where record_id = ${contact}::uuid`.execute(
          scoped,
        );
      });
    const isDirty = () =>
      at.database.inPortal(portalId, async (scoped) => {
        const { rows } = await sql`
          select d.revision from dirty d join record r on r.id = d.record_id and r.revision = d.revision
          where d.record_id = ${contact}::uuid`.execute(scoped);
        return rows.length === 1;
      });
    await session.query("set app.own_edges = 'on'");
    for (const statement of [
      "insert into workspace.associations (from_type, from_id, to_type, to_id) values ('contact', $1, 'company', $2)",
      "delete from workspace.associations where from_id = $1 and to_id = $2",
    ]) {
      await settle();
      await session.query(statement, [contact, company]);
      expect(await isDirty(), statement).toBe(true);
    }
  });
});

test("8-A2b what runs with the owner's rights names its search path, and a login may call only what is for it", async () => {
  const { product: role } = await at.database.roles();
  const { rows } = await sql<{
    name: string;
    path: string | null;
    callable: boolean;
  }>`
    select p.proname as name, array_to_string(p.proconfig, '') as path,
      has_function_privilege(${role}, p.oid, 'execute') as callable
    from pg_proc p
    where p.pronamespace in ('public'::regnamespace, 'workspace'::regnamespace) and p.prosecdef
    order by 1`.execute(at.database.owner);
  expect(rows.length).toBeGreaterThan(4);
  expect(
    rows.filter(
      ({ path }) => path !== "search_path=pg_catalog, public, pg_temp",
    ),
  ).toEqual([]);
  expect(
    rows.filter(({ callable }) => callable).map(({ name }) => name),
  ).toEqual([
    "product_portal",
    "restore_record",
    "workspace_owner_id",
    "workspace_pipelines",
    "workspace_selected_pipelines",
    "workspace_stages",
  ]);
});

test("8-A2b a login that is no portal's any more writes nothing, whatever portal it sets", async () => {
  await withSessions(1, async (session = product) => {
    await at.database.owner
      .updateTable("portal_login")
      .set({ role_name: "away" })
      .where("portal_id", "=", portalId)
      .execute();
    try {
      await session.query(`set app.portal = '${anotherId}'`);
      await expect(
        session.query(
          "insert into workspace.contacts (email) values ('x@login.example')",
        ),
      ).rejects.toMatchObject(DENIED);
      expect(
        (await session.query("select * from workspace.contacts")).rows,
      ).toEqual([]);
    } finally {
      const { rows } = await session.query<{ login: string }>(
        "select session_user as login",
      );
      await at.database.owner
        .updateTable("portal_login")
        .set({ role_name: rows[0]?.login ?? "" })
        .where("portal_id", "=", portalId)
        .execute();
    }
  });
});

test("8-A2d of Postgres's own functions, a login loses those for large objects and advisory locks, and no other", async () => {
  const { rows } = await sql<{ name: string }>`
    select distinct p.proname as name from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and not has_function_privilege('public', p.oid, 'execute')
      and not exists (select from pg_init_privs i where i.objoid = p.oid and i.classoid = 'pg_proc'::regclass)
    order by 1`.execute(at.database.owner);
  const names = rows.map(({ name }) => name);
  expect(names).toEqual(
    names.filter((name) => /^lo_|^lo(read|write)$|advisory/.test(name)),
  );
  expect(names).toEqual(
    expect.arrayContaining(["lo_create", "pg_advisory_xact_lock"]),
  );
  await product.query(
    "insert into workspace.contacts (email) values ('Ümlaut@Login.example')",
  );
});

test("8-A2b a login restores a record that it deleted, and none that was merged away or is another portal's", async () => {
  const made = async (portal: number, merged: boolean): Promise<string> =>
    at.database.inPortal(portal, async (db) => {
      const { rows } = await sql<{ id: string }>`
        insert into record (portal_id, object_type, deleted_at) values (${portal}, 'contact', now()) returning id`.execute(
        db,
      );
      const id = rows[0]?.id ?? "";
      if (merged)
        await sql`insert into record_alias (portal_id, old_id, record_id) values (${portal}, ${id}::uuid, gen_random_uuid())`.execute(
          db,
        );
      return id;
    });
  const restored = async (id: string): Promise<unknown> =>
    (await product.query("select workspace.restore_record($1) as is", [id]))
      .rows;
  const own = await made(portalId, false);
  expect(await restored(own)).toEqual([{ is: true }]);
  expect(
    (
      await product.query("select id from workspace.contacts where id = $1", [
        own,
      ])
    ).rows,
  ).toEqual([{ id: own }]);
  expect(await restored(own)).toEqual([{ is: false }]);
  expect(await restored(await made(portalId, true))).toEqual([{ is: false }]);
  expect(await restored(await made(anotherId, false))).toEqual([{ is: false }]);
});

test("8-A2d what a cluster of before Postgres 15 allows everyone in the schema public is taken back", async () => {
  await sql`grant create on schema public to public`.execute(at.database.owner);
  await createProductLogin(at.database, anotherId);
  await expect(
    product.query("create function public.mine() returns int return 1"),
  ).rejects.toMatchObject(DENIED);
});

test("8-A2d a login has so many connections, and times that the database enforces", async () => {
  await withSessions(LOGIN_CONNECTIONS - 1, async (session = product) => {
    const more = new Client({ connectionString: url });
    await expect(more.connect()).rejects.toMatchObject({ code: "53300" });
    const { rows } = await session.query(`
      select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
        current_setting('idle_in_transaction_session_timeout') as idle, current_setting('temp_file_limit') as files`);
    expect(rows).toEqual([
      { statement: "2min", lock: "10s", idle: "30s", files: "1GB" },
    ]);
    await expect(
      session.query("set temp_file_limit = -1"),
    ).rejects.toMatchObject(DENIED);
  });
});

/** Waits until Postgres has ended the session, up to the time a test has. */
async function untilEnded(session: Client): Promise<void> {
  for (;;)
    if (
      await session.query("select 1").then(
        () => false,
        () => true,
      )
    )
      return;
}

/**
 * Enforces limits until so many sessions of the product have ended, all for this cause. One that has not gone yet when the
 * limits are enforced again counts once more.
 */
async function ending(
  cause: string,
  count: number,
  limits: Partial<SessionLimits>,
): Promise<void> {
  let left = count;
  while (left > 0)
    for (const found of await endOverdueLogins(at.database, limits)) {
      expect(found).toMatchObject({ portal_id: portalId, cause });
      left -= found.ended;
    }
  expect(left).toBeLessThanOrEqual(0);
}

test("8-A2d a session that has set its own times to 0 is ended, and the one that keeps them is not", async () => {
  await withSessions(4, async (...sessions) => {
    const [slow = product, idle = product, long = product, fine = product] =
      sessions;
    for (const session of [slow, idle, long])
      await session.query(`
        set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set lock_timeout = 0`);
    const sleeping = slow.query("select pg_sleep(60)").catch(() => "ended");
    await idle.query("begin");
    await long.query("begin");
    await fine.query("select 1");
    // Each limit by itself.
    await ending("statement", 1, {
      statement: 0.05,
      idleInTransaction: 60,
      transaction: 60,
    });
    await ending("idle_in_transaction", 2, {
      statement: 60,
      idleInTransaction: 0.05,
      transaction: 60,
    });
    expect(await sleeping).toBe("ended");
    await untilEnded(idle);
    await untilEnded(long);
    expect((await fine.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });
});

test("8-A2d a transaction that is busy all the time is ended by its own limit", async () => {
  await withSessions(1, async (session = product) => {
    await session.query("begin");
    const busy = untilEnded(session);
    await ending("transaction", 1, { transaction: 0.1 });
    await busy;
  });
});

test("8-A2d when all logins together have too many sessions, those of the login with most of them end, newest first", async () => {
  const other = new Client({
    connectionString: await createProductLogin(at.database, anotherId),
  });
  await other.connect();
  try {
    await withSessions(5, async (...sessions) => {
      // product's first session, and the other's
      expect(await endOverdueLogins(at.database, { sessions: 4 })).toEqual([
        { portal_id: portalId, cause: "connections", ended: 3 },
      ]);
      for (const session of sessions.slice(2)) await untilEnded(session);
      expect((await other.query("select 1 as one")).rows).toHaveLength(1);
      expect((await sessions[0]?.query("select 1 as one"))?.rows).toHaveLength(
        1,
      );
    });
  } finally {
    await other.end();
  }
});
