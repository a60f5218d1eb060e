import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Database, Db } from "./database.ts";
import { readDeployment, rolesOf } from "./deployment.ts";
import { limitDatabase, limitLogin } from "./login-limits.ts";
import { LOGIN_PORT_SETTING } from "./login-proxy.ts";

/**
 * Gives a portal's product a login of its own that sees that portal's views and nothing else; an existing one gets the
 * new password. Returns its connection URL: over TCP where this Postgres listens, otherwise over the owner's socket.
 * Roles belong to the whole cluster, and everyone who can connect can list them: the login's name says the deployment,
 * not the portal. The owner needs no more than CREATEROLE.
 */
export async function createProductLogin(
  database: Database,
  portalId: number,
  password: string = randomBytes(24).toString("base64url"),
): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      const role = await database.owner
        .transaction()
        .execute((db) => writeLogin(db, portalId, password));
      return await loginUrl(database, role, password);
    } catch (error) {
      // Another database of this cluster writes a row that this one writes, and its lock is not ours.
      if (!isConcurrentUpdate(error) || tries === 5) throw error;
    }
  }
}

const isConcurrentUpdate = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  error.code === "XX000" &&
  error.message.includes("concurrently updated");

async function writeLogin(
  db: Db,
  portalId: number,
  password: string,
): Promise<string> {
  // Two at once would both create one. Reading who a login is stays possible.
  await sql`lock table portal_login in share row exclusive mode`.execute(db);
  await limitDatabase(db);
  const deployment = await readDeployment(db);
  const prefix = `workspace_${deployment}_`;
  const { rows } = await sql<{ role: string; ours: boolean }>`
    select l.role_name as role, starts_with(l.role_name, ${prefix}) and r.oid is not null as ours
    from portal_login l left join pg_roles r on r.rolname = l.role_name
    where l.portal_id = ${portalId}`.execute(db);
  const existing = rows.find(({ ours }) => ours)?.role;
  const role = existing ?? `${prefix}${randomBytes(6).toString("hex")}`;
  const verb = sql.raw(existing === undefined ? "create" : "alter");
  await sql`${verb} role ${sql.id(role)} login password ${sql.lit(password)}`.execute(
    db,
  );
  const { product } = rolesOf(deployment);
  await sql`grant ${sql.id(product)} to ${sql.id(role)}`.execute(db);
  await limitLogin(db, role);
  await seeSessionsOf(db, role);
  for (const old of rows)
    if (old.role !== role) await endLogin(db, old.role, product);
  if (existing === undefined)
    await db
      .insertInto("portal_login")
      .values({ role_name: role, portal_id: portalId })
      .execute();
  return role;
}

// A member sees what a role's sessions do, and may end them. A superuser may anyway.
async function seeSessionsOf(db: Db, role: string): Promise<void> {
  const { rows } = await sql<{ can: boolean }>`
    select pg_has_role(${role}, 'usage') as can`.execute(db);
  if (rows[0]?.can !== true)
    await sql`grant ${sql.id(role)} to current_user`.execute(db);
}

// A login of an earlier version (workspace_<portalId>) may be that of another database, too: it loses this one.
async function endLogin(db: Db, role: string, product: string): Promise<void> {
  await db.deleteFrom("portal_login").where("role_name", "=", role).execute();
  const { rows } = await sql`
    select from pg_auth_members m
    where m.member = to_regrole(quote_ident(${role})) and m.roleid = to_regrole(${product})`.execute(
    db,
  );
  if (rows.length > 0)
    await sql`revoke ${sql.id(product)} from ${sql.id(role)}`.execute(db);
}

async function loginUrl(
  database: Database,
  role: string,
  password: string,
): Promise<string> {
  const url = new URL(database.url);
  if (!url.searchParams.has("host")) {
    url.username = role;
    url.password = password;
    return url.href;
  }
  const { addresses, port } = await listening(database.owner);
  if (addresses === "") {
    url.searchParams.set("user", role);
    url.searchParams.set("password", password);
    return url.href;
  }
  return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}${url.pathname}`;
}

async function listening(
  owner: Db,
): Promise<{ addresses: string; port: string }> {
  const { rows } = await sql<{ addresses: string; port: string }>`
    select current_setting('listen_addresses') as addresses,
      coalesce(current_setting(${LOGIN_PORT_SETTING}, true), current_setting('port')) as port`.execute(
    owner,
  );
  return rows[0] ?? { addresses: "", port: "" };
}
