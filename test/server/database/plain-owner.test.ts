import { mkdtemp, rm } from "node:fs/promises";
import { sql } from "kysely";
import { Client } from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openDatabase } from "../../../server/database/database.ts";
import type { Database } from "../../../server/database/database.ts";
import { startEmbeddedPostgres } from "../../../server/database/embedded.ts";
import type { EmbeddedPostgres } from "../../../server/database/embedded.ts";
import { endOverdueLogins } from "../../../server/database/end-overdue-logins.ts";
import {
  becomeNewDeployment,
  checkRoles,
} from "../../../server/database/group-roles.ts";
import { migrate } from "../../../server/database/migrate.ts";
import { createProductLogin } from "../../../server/database/product-login.ts";
import { startLoginWatch } from "../../../server/jobs/watch-logins.ts";
import { createLog } from "../../../server/log.ts";
import { World } from "../../acceptance/world.ts";
import { withDatabase } from "../../postgres.ts";
import { addPortal } from "../jobs/portal.ts";
import { migrateAsBefore } from "./earlier-version.ts";
import { makePlainOwner } from "./plain-owners.ts";
import { syncBothWays } from "./sync-both-ways.ts";

/** 8-B2: a Postgres that somebody else runs. Its databases' owners may create roles, and are no superusers. */
let dataDir: string;
let postgres: EmbeddedPostgres;
const opened: Database[] = [];

function open(url: string): Database {
  const database = openDatabase({
    url,
    poolSize: 4,
    log: createLog("silent"),
  });
  opened.push(database);
  return database;
}

/** What a login gets for a statement. */
async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(statement)).rows;
  } finally {
    await client.end();
  }
}

const emails = (url: string): Promise<unknown[]> =>
  ask(url, "select email from workspace.contacts order by email desc");

/** A migrated database of a plain owner, with one portal and one contact of it. */
async function deployment(name: string): Promise<Database> {
  const { url } = await makePlainOwner(postgres.url, name);
  const database = open(url);
  await migrate(database.owner);
  await addPortal(database, 1);
  await database.inPortal(1, (db) =>
    sql`insert into record (portal_id, object_type, properties)
      values (1, 'contact', jsonb_build_object('email', ${name}::text))`.execute(
      db,
    ),
  );
  return database;
}

beforeAll(async () => {
  dataDir = await mkdtemp("/tmp/counterpart-plain-owner-");
  postgres = await startEmbeddedPostgres({
    dataDir,
    tcp: true,
    settings: { fsync: "off" },
  });
});
// An install and a sync on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
afterAll(async () => {
  vi.resetConfig();
  await Promise.all(opened.map((database) => database.close()));
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test("8-B2 a plain owner's server installs and syncs both ways", async () => {
  const world = await World.start({
    database: await makePlainOwner(postgres.url, "served"),
  });
  try {
    await world.installed();
    await syncBothWays(world, "served");
    // Each process stops overdue logins, from its start on.
    const product = await createProductLogin(
      world.server.database,
      world.portalId,
    );
    await ask(product, "select lo_from_bytea(0, 'bytes')");
    const another = await world.another({ ROLE: "web" });
    await world.until(
      async () =>
        (
          await ask(
            world.database.url,
            "select oid from pg_largeobject_metadata",
          )
        ).length === 0,
      "no large object",
    );
    await another.stop();
  } finally {
    await world.stop();
  }
});

test("8-B2 a plain owner's migrations, portal scope and product logins work, and a login is made as often as wanted", async () => {
  const database = await deployment("app");
  expect(
    await database.inPortal(2, (db) =>
      db.selectFrom("record").select("id").execute(),
    ),
  ).toEqual([]);
  const first = await createProductLogin(database, 1);
  const second = await createProductLogin(database, 1);
  expect(new URL(second).username).toBe(new URL(first).username);
  await expect(emails(first)).rejects.toMatchObject({ code: "28P01" });
  expect(await emails(second)).toEqual([{ email: "app" }]);
});

test("8-B2 two deployments of one cluster, each of its own owner, have no access to each other", async () => {
  const [one, other] = [await deployment("one"), await deployment("other")];
  const product = await createProductLogin(one, 1);
  expect(await emails(product)).toEqual([{ email: "one" }]);
  expect(await emails(await createProductLogin(other, 1))).toEqual([
    { email: "other" },
  ]);
  const elsewhere = withDatabase(product, "other");
  for (const statement of [
    "select * from workspace.contacts",
    "select * from record",
    "select id from deployment",
    "create temporary table mine (id int)",
  ])
    await expect(ask(elsewhere, statement), statement).rejects.toMatchObject({
      code: "42501",
    });
  const { portal, product: group } = await one.roles();
  for (const statement of [
    `set role ${portal}`,
    `grant ${group} to current_user`,
    `alter role ${new URL(product).username} password 'x'`,
    `drop role ${portal}`,
  ])
    await expect(
      sql.raw(statement).execute(other.owner),
      statement,
    ).rejects.toMatchObject({ code: "42501" });
});

test("8-A2d a plain owner ends overdue sessions, and removes large objects, which it can't take from a login", async () => {
  const database = await deployment("overdue");
  const url = await createProductLogin(database, 1);
  await ask(url, "select lo_from_bytea(0, 'bytes')");
  const ended = [
    "set statement_timeout = 0; select pg_sleep(60)",
    "select pg_advisory_lock(n) from generate_series(1, 2000) n; select pg_sleep(60)",
  ].map((statement) => ask(url, statement).catch(() => "ended"));
  const lines: { cause?: unknown }[] = [];
  const log = pino(
    { level: "warn" },
    { write: (line: string) => lines.push(JSON.parse(line) as object) },
  );
  const watch = startLoginWatch({
    database,
    log,
    everyMs: 100,
    limits: { statement: 0.1 },
  });
  expect(await Promise.all(ended)).toEqual(["ended", "ended"]);
  await watch.stop();
  expect(lines.map(({ cause }) => cause)).toEqual(
    expect.arrayContaining(["large_object", "statement"]),
  );
  expect(
    await ask(database.url, "select oid from pg_largeobject_metadata"),
  ).toEqual([]);
});

test("8-A2d a login with every advisory lock of ours stops neither a start nor a new login, and loses them when they are too many", async () => {
  const database = await deployment("locked");
  const url = await createProductLogin(database, 1);
  const session = new Client({ connectionString: url });
  session.on("error", () => undefined);
  await session.connect();
  try {
    // Kysely's own, and those of earlier versions.
    await session.query(`
      select pg_advisory_lock(3853314791062309107), pg_advisory_lock(hashtext('counterpart product login')),
        pg_advisory_lock(hashtext('counterpart first migration'))`);
    expect(await migrate(database.owner)).toEqual([]);
    await createProductLogin(database, 2);
    expect(await endOverdueLogins(database)).toEqual([]);
    await session.query(
      "select pg_advisory_lock(n) from generate_series(1, 1000) n",
    );
    expect(await endOverdueLogins(database)).toEqual([
      { portal_id: 1, cause: "locks", ended: 1 },
    ]);
  } finally {
    await session.end();
  }
});

test("8-B2 a plain owner's database of an earlier version gets roles of its own, and its login keeps working until it is made again", async () => {
  const { url } = await makePlainOwner(postgres.url, "earlier");
  const database = open(url);
  await migrateAsBefore(database.owner, "0019-sync-both-ways");
  for (const statement of [
    "create role workspace_1 login password 'old'",
    "grant counterpart_product to workspace_1",
    "insert into portal_login values ('workspace_1', 1)",
  ])
    await sql.raw(statement).execute(database.owner);
  await migrate(database.owner);
  await checkRoles(database);
  const old = new URL(url);
  old.username = "workspace_1";
  old.password = "old";
  expect(await emails(old.href)).toEqual([]);
  const made = await createProductLogin(database, 1);
  expect(await emails(made)).toEqual([]);
  await expect(emails(old.href)).rejects.toMatchObject({ code: "42501" });
});

test("8-B2 a copy of a database becomes a deployment of its own, and neither one's login sees the other's data", async () => {
  const original = await deployment("original");
  const product = await createProductLogin(original, 1);
  await original.close();
  await ask(
    postgres.url,
    "create database copied template original owner original",
  );
  const again = open(original.url);
  const copy = open(withDatabase(original.url, "copied"));
  const before = await copy.roles();
  await becomeNewDeployment(copy.owner);
  const changed = open(copy.url);
  expect(Object.values(await changed.roles())).not.toEqual(
    Object.values(before),
  );
  await checkRoles(changed);
  const made = await createProductLogin(changed, 1);
  await ask(made, "insert into workspace.contacts (email) values ('copied')");
  expect(await emails(made)).toEqual([
    { email: "original" },
    { email: "copied" },
  ]);
  await expect(emails(withDatabase(product, "copied"))).rejects.toMatchObject({
    code: "42501",
  });
  await expect(emails(withDatabase(made, "original"))).rejects.toMatchObject({
    code: "42501",
  });
  expect(await emails(product)).toEqual([{ email: "original" }]);
  expect(
    await again.inPortal(1, (db) =>
      sql`select count(*)::int as records from record`
        .execute(db)
        .then(({ rows }) => rows),
    ),
  ).toEqual([{ records: 1 }]);
});

test("8-B2 a server does not start on a database whose roles another owner has, and says what to do", async () => {
  const original = await deployment("away");
  const { url } = await makePlainOwner(postgres.url, "thief");
  const owned = open(url);
  await migrate(owned.owner);
  const { rows } = await sql<{
    id: string;
  }>`select id from deployment`.execute(original.owner);
  await owned.owner
    .updateTable("deployment")
    .set({ id: rows[0]?.id ?? "" })
    .execute();
  await expect(checkRoles(owned)).rejects.toThrow(
    "npx node server/new-deployment.ts",
  );
});
