import { sql } from "kysely";
import type { Db } from "./database.ts";
import { newDeploymentId, readDeployment, rolesOf } from "./deployment.ts";

/** The migration that gives a database its deployment; older ones may have run with roles that all databases shared. */
const DEPLOYMENT_MIGRATION = "0020";

/**
 * Puts a deployment's own names into migrations. Their text says `counterpart_portal`, `counterpart_crossing` and
 * `counterpart_product` for its roles, and `{deployment}` for its id.
 */
export class RoleNames {
  /** The id of a database that has none yet: one for all files of a migration. */
  readonly #fresh = newDeploymentId();

  /** Returns the text of the migration `name` as it is to be executed in this database. */
  async fill(db: Db, name: string, text: string): Promise<string> {
    const stored = await storedDeployment(db);
    // A database of an earlier version, not yet at its deployment: its roles have the bare names.
    if (stored === "" && name < DEPLOYMENT_MIGRATION) return text;
    const deployment = stored || this.#fresh;
    const roles = rolesOf(deployment);
    return text
      .replaceAll("{deployment}", deployment)
      .replaceAll(
        /\bcounterpart_(portal|crossing|product)\b/g,
        (_, role: keyof typeof roles) => roles[role],
      );
  }
}

/** Returns the deployment's id, "" where the roles have the bare names of an earlier version, or null in a new database. */
async function storedDeployment(db: Db): Promise<string | null> {
  const { rows } = await sql<{
    named: boolean;
    role: string | null;
  }>`
    select to_regclass('deployment') is not null as named, (
      select polroles[1]::regrole::text from pg_policy
      where polrelid = to_regclass('installation') and polname = 'by_portal') as role`.execute(
    db,
  );
  const found = rows[0];
  if (found?.named === true) return readDeployment(db);
  // Between 0002 and 0020, the roles' names are all that says the id.
  const match = /^counterpart_(?:([0-9a-z]+)_)?portal$/.exec(found?.role ?? "");
  return match ? (match[1] ?? "") : null;
}
