import { sql } from "kysely";
import type { Database, Db } from "./database.ts";
import { newDeploymentId, readDeployment, rolesOf } from "./deployment.ts";

/**
 * Creates the group roles of a deployment where they are missing, and lets the owner act as them. For the cluster that a
 * backup is to be restored in: what it says of rights and policies names these roles. The owner needs CREATEROLE.
 */
export async function createRoles(db: Db, deployment: string): Promise<void> {
  const roles = rolesOf(deployment);
  for (const role of Object.values(roles)) {
    const { rows } =
      await sql`select from pg_roles where rolname = ${role}`.execute(db);
    if (rows.length > 0) continue;
    await sql`create role ${sql.id(role)} nologin`.execute(db);
    if (role !== roles.product)
      await sql`grant ${sql.id(role)} to current_user`.execute(db);
  }
}

/**
 * Makes the database a deployment of its own, for a copy of another one's: new roles get its rights, and the logins of
 * the other one lose this database; nothing changes for the other one. Stop the server before. Returns the new id.
 */
export async function becomeNewDeployment(owner: Db): Promise<string> {
  return owner.transaction().execute(async (db) => {
    await sql`lock table deployment in access exclusive mode`.execute(db);
    const before = rolesOf(await readDeployment(db));
    const deployment = newDeploymentId();
    const after = rolesOf(deployment);
    await createRoles(db, deployment);
    for (const kind of ["portal", "crossing", "product"] as const)
      await sql`call move_rights(${before[kind]}, ${after[kind]})`.execute(db);
    await db.deleteFrom("portal_login").execute();
    await db.updateTable("deployment").set({ id: deployment }).execute();
    return deployment;
  });
}

/** Throws if the owner cannot act as the engine's roles: those of a database that was restored from elsewhere. */
export async function checkRoles(database: Database): Promise<void> {
  const { portal, crossing } = await database.roles();
  const { rows } = await sql<{ member: boolean }>`
    select coalesce(bool_and(pg_has_role(oid, 'member')), false) and count(*) = 2 as member
    from pg_roles where rolname in (${portal}, ${crossing})`.execute(
    database.owner,
  );
  if (rows[0]?.member === true) return;
  throw new Error(
    `The roles ${portal} and ${crossing} are missing, or they are another owner's: this database is a copy. ` +
      "To make it a deployment of its own, run: npx node server/new-deployment.ts",
  );
}
