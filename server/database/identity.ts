import { sql } from "kysely";
import type { Db } from "./database.ts";

/** What a database is known by; a copy of it is known by something else. */
export type Identity = {
  /** The cluster's system identifier; null where this owner may not read it. */
  cluster: string | null;
  /** Of the database in its cluster. Another cluster may give out the same one. */
  databaseOid: string;
  /** Of one of our tables: a dump that is restored creates its tables again, also in the same database. */
  tableOid: string;
  /** PUBLIC_URL; null where it says nothing (`knownAddress`). */
  publicUrl: string | null;
};

/** Reads what this database is known by, as its owner. `publicUrl` is the configured one. */
export async function readIdentity(
  owner: Db,
  publicUrl: string | null,
): Promise<Identity> {
  const { rows } = await sql<{
    readable: boolean;
    database_oid: string;
    table_oid: string;
  }>`
    select has_function_privilege('pg_control_system()', 'execute') as readable,
      (select oid::text from pg_database where datname = current_database()) as database_oid,
      'database_identity'::regclass::oid::text as table_oid`.execute(owner);
  const row = rows[0];
  if (!row) throw new Error("A select without from has a row.");
  return {
    cluster: row.readable ? await readCluster(owner) : null,
    databaseOid: row.database_oid,
    tableOid: row.table_oid,
    publicUrl: knownAddress(publicUrl),
  };
}

/**
 * Says how `now` differs from what was noted: a sentence's end for people, or null for the same database. A part that
 * one of the two lacks says nothing.
 */
export function differenceOf(noted: Identity, now: Identity): string | null {
  if (noted.cluster !== null && now.cluster !== null)
    if (noted.cluster !== now.cluster)
      return "the database is in another Postgres cluster than before";
  if (noted.databaseOid !== now.databaseOid)
    return "this is another database than before";
  if (noted.tableOid !== now.tableOid)
    return "its tables were restored from a dump";
  return noted.publicUrl !== null &&
    now.publicUrl !== null &&
    noted.publicUrl !== now.publicUrl
    ? `PUBLIC_URL was ${noted.publicUrl} and is ${now.publicUrl}`
    : null;
}

async function readCluster(owner: Db): Promise<string | null> {
  const { rows } = await sql<{
    cluster: string;
  }>`select system_identifier::text as cluster from pg_control_system()`.execute(
    owner,
  );
  return rows[0]?.cluster ?? null;
}

/** The address of a development machine changes with each start, and tells nothing of the database. */
function knownAddress(publicUrl: string | null): string | null {
  if (publicUrl === null) return null;
  const { hostname } = new URL(publicUrl);
  const isLocal =
    hostname === "localhost" ||
    hostname === "[::1]" ||
    hostname.startsWith("127.");
  return isLocal ? null : publicUrl;
}
