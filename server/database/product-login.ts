import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Database, Db } from "./database.ts";

/**
 * Gives a portal's product a login of its own, `workspace_<portalId>`, that sees that portal's views and nothing else;
 * an existing one gets the new password. Answers its connection URL: over TCP where this Postgres listens, else over the
 * owner's socket. Roles belong to the whole cluster: two databases of one cluster share the login of a portal.
 */
export async function createProductLogin(
  database: Database,
  portalId: number,
  password: string = randomBytes(24).toString("base64url"),
): Promise<string> {
  const role = `workspace_${portalId}`;
  for (let tries = 1; ; tries++) {
    try {
      await writeRole(database, portalId, role, password);
      return await loginUrl(database, role, password);
    } catch (error) {
      // Another database of this cluster writes the same role, and its lock is not ours.
      if (!isConcurrentUpdate(error) || tries === 5) throw error;
    }
  }
}

const isConcurrentUpdate = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  error.code === "XX000" &&
  error.message.includes("concurrently updated");

async function writeRole(
  database: Database,
  portalId: number,
  role: string,
  password: string,
): Promise<void> {
  await database.owner.transaction().execute(async (db) => {
    // Two at once would both create the role.
    await sql`select pg_advisory_xact_lock(hashtext('counterpart product login'))`.execute(
      db,
    );
    const { rows } =
      await sql`select from pg_roles where rolname = ${role}`.execute(db);
    const verb = rows.length > 0 ? "alter" : "create";
    await sql`${sql.raw(verb)} role ${sql.id(role)} login nobypassrls password ${sql.lit(password)}`.execute(
      db,
    );
    await sql`grant counterpart_product to ${sql.id(role)}`.execute(db);
    await db
      .insertInto("portal_login")
      .values({ role_name: role, portal_id: portalId })
      .onConflict((conflict) =>
        conflict.column("role_name").doUpdateSet({ portal_id: portalId }),
      )
      .execute();
  });
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
    select current_setting('listen_addresses') as addresses, current_setting('port') as port`.execute(
    owner,
  );
  return rows[0] ?? { addresses: "", port: "" };
}
