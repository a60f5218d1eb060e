import { cp, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../../../server/database/database.ts";
import type { Database } from "../../../server/database/database.ts";
import { createProductLogin } from "../../../server/database/product-login.ts";
import { migrate, migrationsAhead } from "../../../server/database/migrate.ts";
import { createLog } from "../../../server/log.ts";
import { cloneDatabase } from "../../database.ts";
import { migrateAsBefore } from "./earlier-version.ts";

test("several starters at once migrate an empty database once, and a later one finds nothing to do", async () => {
  const cloned = await cloneDatabase({ template: "template1" });
  const starters = Array.from({ length: 4 }, () =>
    openDatabase({ url: cloned.url, poolSize: 2, log: createLog("silent") }),
  );
  try {
    const done = await Promise.all(
      starters.map((starter) => migrate(starter.owner)),
    );
    const carriedOut = done.filter((names) => names.length > 0);
    expect(carriedOut).toHaveLength(1);
    expect(carriedOut[0]?.[0]).toBe("0001-roles");
    expect(
      await Promise.all(starters.map((starter) => migrate(starter.owner))),
    ).toEqual([[], [], [], []]);
  } finally {
    await Promise.all(starters.map((starter) => starter.close()));
    await cloned.drop();
  }
});

test("a file that fails leaves nothing behind, also of the files before it", async () => {
  const cloned = await cloneDatabase({ template: "template1" });
  const database = openDatabase({
    url: cloned.url,
    poolSize: 2,
    log: createLog("silent"),
  });
  const folder = await mkdtemp(join(tmpdir(), "migrations-"));
  await writeFile(
    join(folder, "0001-good.sql"),
    "create table first (id int); create table second (id int);",
  );
  await writeFile(
    join(folder, "0002-bad.sql"),
    "create table third (id int); select no_such_function();",
  );
  try {
    const error: unknown = await migrate(database.owner, {
      folder: pathToFileURL(`${folder}/`),
    }).catch((reason: unknown) => reason);
    expect(String((error as Error).cause)).toContain("no_such_function");
    const left = await sql<{ name: string }>`
      select relname as name from pg_class where relname in ('first', 'second', 'third')`.execute(
      database.owner,
    );
    expect(left.rows).toEqual([]);
  } finally {
    await database.close();
    await cloned.drop();
  }
});

test("7-A5 the identities that an earlier version stored are computed again, as no change of the product's", async () => {
  const cloned = await cloneDatabase({ template: "template1" });
  const database = openDatabase({
    url: cloned.url,
    poolSize: 2,
    log: createLog("silent"),
  });
  try {
    await migrate(database.owner, { until: "0013-waiting-edges" });
    const domains = ["ws.example\n", "plain.example", "n/a"];
    for (const portal of [1, 2]) {
      await sql`
        insert into installation (portal_id, app_id, state, window_ends_at, scopes, sync_user_id, api_key_hash)
        values (${portal}, 1, 'active', now(), '{}', 1, ${Buffer.from(`key ${portal}`)})`.execute(
        database.owner,
      );
      await sql`
        insert into record (portal_id, object_type, properties, settled_revision)
        select ${portal}, 'company', jsonb_build_object('domain', d), 1 from unnest(${domains}::text[]) d`.execute(
        database.owner,
      );
    }
    await migrate(database.owner);
    for (const portal of [1, 2]) {
      const { rows } = await database.inPortal(portal, (db) =>
        sql`
          select identity, revision::int,
            (select count(*)::int from dirty d where d.record_id = r.id) as dirty
          from record r order by identity nulls first`.execute(db),
      );
      expect(rows).toEqual([
        { identity: null, revision: 1, dirty: 0 },
        { identity: "plain.example", revision: 1, dirty: 0 },
        { identity: "ws.example", revision: 1, dirty: 0 },
      ]);
    }
  } finally {
    await database.close();
    await cloned.drop();
  }
});

test.each(["0017-total-views-and-api-keys", "0019-sync-both-ways"])(
  "8-B2 a database of an earlier version, at %s, gets roles of its own; its logins keep working, and another database that shares the old roles does, too",
  async (version) => {
    const [cloned, beside] = await Promise.all([
      cloneDatabase({ template: "template1" }),
      cloneDatabase({ template: "template1" }),
    ]);
    const open = (url: string) =>
      openDatabase({ url, poolSize: 2, log: createLog("silent") });
    const database = open(cloned.url);
    const other = open(beside.url);
    const login = `workspace_${Math.floor(Math.random() * 1e12)}`;
    try {
      await migrateAsBefore(other.owner, version);
      await migrateAsBefore(database.owner, version);
      await sql`create role ${sql.id(login)} login password 'old-password'`.execute(
        database.owner,
      );
      await sql`grant counterpart_product to ${sql.id(login)}`.execute(
        database.owner,
      );
      for (const { owner } of [database, other]) {
        await sql`insert into portal_login values (${login}, 1)`.execute(owner);
        await sql`insert into record (portal_id, object_type, properties) values
          (1, 'contact', '{"email": "ours@old.example"}'), (2, 'contact', '{"email": "theirs@old.example"}')`.execute(
          owner,
        );
      }
      await migrate(database.owner);
      const seenBy = async (url: string) => {
        const product = open(url);
        try {
          const { rows } = await sql<{
            email: string;
          }>`select email from workspace.contacts`.execute(product.owner);
          return rows.map(({ email }) => email);
        } finally {
          await product.close();
        }
      };
      const over = (url: string) =>
        `postgresql://${login}:old-password@127.0.0.1:${new URL(url).searchParams.get("port")}${new URL(url).pathname}`;
      expect(await seenBy(over(cloned.url))).toEqual(["ours@old.example"]);
      expect(await seenBy(over(beside.url))).toEqual(["ours@old.example"]);
      expect(
        await database.inPortal(2, (db) =>
          sql`select properties ->> 'email' as email from record`
            .execute(db)
            .then(({ rows }) => rows),
        ),
      ).toEqual([{ email: "theirs@old.example" }]);
      // Only what the other database still uses names the old roles.
      const { rows } = await sql<{ named: number }>`
        select count(*)::int as named from pg_shdepend d join pg_roles r on r.oid = d.refobjid
        where r.rolname in ('counterpart_portal', 'counterpart_crossing', 'counterpart_product')
          and d.dbid = (select oid from pg_database where datname = current_database())`.execute(
        database.owner,
      );
      expect(rows).toEqual([{ named: 0 }]);
      // Made again, the login has a name of this deployment, and the old one is only the other database's.
      const url = await createProductLogin(database, 1);
      expect(await seenBy(url)).toEqual(["ours@old.example"]);
      await expect(seenBy(over(cloned.url))).rejects.toMatchObject({
        code: "42501",
      });
      expect(await seenBy(over(beside.url))).toEqual(["ours@old.example"]);
      await migrate(other.owner);
      expect(await seenBy(over(beside.url))).toEqual(["ours@old.example"]);
      const left = await sql`
        select from pg_roles where rolname in ('counterpart_portal', 'counterpart_crossing', 'counterpart_product')`.execute(
        other.owner,
      );
      expect(left.rows).toEqual([]);
    } finally {
      await Promise.all([database.close(), other.close()]);
      await Promise.all([cloned.drop(), beside.drop()]);
    }
  },
);

test("what an earlier version knew of contacts' companies is kept by the kind of association", async () => {
  const cloned = await cloneDatabase({ template: "template1" });
  const database = openDatabase({
    url: cloned.url,
    poolSize: 2,
    log: createLog("silent"),
  });
  const { owner } = database;
  try {
    await migrate(owner, { until: "0026-request-content" });
    await sql`
      insert into link (portal_id, object_type, record_id, object_id, edges_settled)
      values (1, 'contact', gen_random_uuid(), 1, true), (1, 'contact', gen_random_uuid(), 2, false)`.execute(
      owner,
    );
    await sql`insert into waiting_edge (portal_id, company_object_id, contact_object_id) values (1, 10, 1)`.execute(
      owner,
    );
    await migrate(owner);
    const links = await sql`
      select object_id::int, edges_settled from link order by object_id`.execute(
      owner,
    );
    expect(links.rows).toEqual([
      { object_id: 1, edges_settled: ["contact_to_company"] },
      { object_id: 2, edges_settled: [] },
    ]);
    const waiting = await sql`
      select kind, parent_object_id::int as parent, child_object_id::int as child from waiting_edge`.execute(
      owner,
    );
    expect(waiting.rows).toEqual([
      { kind: "contact_to_company", parent: 10, child: 1 },
    ]);
  } finally {
    await database.close();
    await cloned.drop();
  }
});

test("8-A2c rows that an earlier version let a login write are repaired or removed, and can't be written again", async () => {
  const cloned = await cloneDatabase({ template: "template1" });
  const database = openDatabase({
    url: cloned.url,
    poolSize: 2,
    log: createLog("silent"),
  });
  const { owner } = database;
  try {
    await migrate(owner, { until: "0019-sync-both-ways" });
    await sql`
      insert into record (portal_id, id, object_type, revision, settled_revision, created_at, updated_at, deleted_at) values
        (1, '00000000-0000-4000-8000-000000000001', 'contact', 9007199254740993, 1, now(), now(), null),
        (1, '00000000-0000-4000-8000-000000000002', 'contact', 1, 1, '-infinity', 'infinity', null),
        (1, '00000000-0000-4000-8000-000000000003', 'contact', 1, 1, now(), now(), 'infinity')`.execute(
      owner,
    );
    await sql`
      insert into dirty (portal_id, object_type, record_id, revision, since)
      select 1, t, gen_random_uuid(), 9223372036854775807, '-infinity' from unnest(array['contact', 'unicorn']) t`.execute(
      owner,
    );
    await migrate(owner);
    const { rows } = await sql`
      select right(r.id::text, 1) as id, revision::int, isfinite(created_at) and isfinite(updated_at) as finite,
        deleted_at <= now() as deleted, (
          select d.revision::int from dirty d where d.record_id = r.id) as dirty
      from record r order by r.id`.execute(owner);
    expect(rows).toEqual([
      { id: "1", revision: 2, finite: true, deleted: null, dirty: 2 },
      { id: "2", revision: 1, finite: true, deleted: null, dirty: null },
      { id: "3", revision: 2, finite: true, deleted: true, dirty: 2 },
    ]);
    const { rows: dirty } =
      await sql`select count(*)::int as count from dirty`.execute(owner);
    expect(dirty).toEqual([{ count: 2 }]);
    for (const [table, values] of [
      ["record", "deleted_at = 'infinity'"],
      ["record", "updated_at = '-infinity'"],
      ["record", "revision = 9007199254740992"],
      ["dirty", "revision = 9007199254740992"],
      ["dirty", "object_type = 'unicorn'"],
      ["dirty", "since = '-infinity'"],
    ] as const)
      await expect(
        sql`update ${sql.table(table)} set ${sql.raw(values)}`.execute(owner),
        values,
      ).rejects.toMatchObject({ code: "23514" });
  } finally {
    await database.close();
    await cloned.drop();
  }
});

describe("8-B8 a database that a newer build has migrated", () => {
  const newer = "0999-newer";
  const real = new URL("../../../migrations/", import.meta.url);

  /** A build like this one with a migration more. */
  async function newerBuild(firstLine: string): Promise<URL> {
    const folder = await mkdtemp(join(tmpdir(), "migrations-"));
    await cp(real, folder, { recursive: true });
    await writeFile(
      join(folder, `${newer}.sql`),
      `${firstLine}\ncreate table newer (id int);\n`,
    );
    return pathToFileURL(`${folder}/`);
  }

  async function after(
    firstLine: string,
    look: (database: Database) => Promise<void>,
  ): Promise<void> {
    const cloned = await cloneDatabase();
    const database = openDatabase({
      url: cloned.url,
      poolSize: 2,
      log: createLog("silent"),
    });
    try {
      const folder = await newerBuild(firstLine);
      expect(await migrate(database.owner, { folder })).toEqual([newer]);
      await look(database);
    } finally {
      await database.close();
      await cloned.drop();
    }
  }

  test("is used as it is, if its migrations say that they work with this build", async () => {
    const newest = (await readdir(real)).toSorted().at(-1) ?? "";
    const name = newest.replace(".sql", "");
    await after(`-- compatible-with: ${name}`, async (database) => {
      expect(await migrate(database.owner)).toEqual([]);
      expect(await migrationsAhead(database.owner)).toEqual([newer]);
    });
  });

  test.each([
    ["say nothing of this build", "-- A table."],
    ["name a newer build", "-- compatible-with: 0998-other"],
  ])("is refused with what it has, if they %s", async (_what, firstLine) => {
    await after(firstLine, async (database) => {
      await expect(migrate(database.owner)).rejects.toThrow(
        /newer than this build: it has the migrations 0999-newer/,
      );
    });
  });
});
