import { sql } from "kysely";
import type { Database, Db } from "../../database/database.ts";
import type { Identity } from "../../database/identity.ts";
import { differenceOf, readIdentity } from "../../database/identity.ts";
import { resumeCopied } from "./installation-moves.ts";
import type { CopiedFrom } from "./installation-state.ts";

/** Those in which a portal's tokens are used; one that an admin paused reads HubSpot's definitions. */
const callingStates: readonly CopiedFrom[] = [
  "setting-up",
  "first-pull",
  "active",
  "held",
];

/** What `pauseRestoredCopy` found: why this start is one of a copy, or null, and how many portals wait to be resumed. */
export type CopyVerdict = { why: string | null; portals: number };

/**
 * Pauses every portal if this database is a copy of the one that a server last started on: two deployments must not
 * both sync with the same HubSpot accounts, nor both rotate their tokens. The tokens are not used until an admin or the
 * operator resumes. Call it before anything can call HubSpot. The first start only notes what the database is known by.
 * @param publicUrl PUBLIC_URL as configured; a disk that was copied block by block can be told by nothing else
 */
export async function pauseRestoredCopy(
  database: Database,
  publicUrl: string | null,
): Promise<CopyVerdict> {
  const now = await readIdentity(database.owner, publicUrl);
  return database.crossing(async (db) => {
    const noted = await notedIdentity(db);
    const why = noted && differenceOf(noted, now);
    if (why) await pauseAll(db, why);
    await note(db, now);
    const { rows } = await sql<{ portals: number }>`
      select count(*)::int as portals from installation where copied_from is not null`.execute(
      db,
    );
    return { why, portals: rows[0]?.portals ?? 0 };
  });
}

/** Resumes every portal that was paused as a copy, as it stood before. Returns how many there were. */
export async function resumeRestoredCopy(database: Database): Promise<number> {
  const portals = await database.crossing((db) =>
    db
      .selectFrom("installation")
      .select("portal_id as portalId")
      .where("copied_from", "is not", null)
      .orderBy("portal_id")
      .execute(),
  );
  for (const { portalId } of portals)
    await database.inPortal(portalId, (db) => resumeCopied(db, portalId));
  return portals.length;
}

async function notedIdentity(db: Db): Promise<Identity | null> {
  // The row is locked: of several starters, one pauses.
  const row = await db
    .selectFrom("database_identity")
    .select([
      "cluster",
      "database_oid as databaseOid",
      "table_oid as tableOid",
      "public_url as publicUrl",
    ])
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

async function pauseAll(db: Db, why: string): Promise<void> {
  await sql`
    update installation set
      copied_from = state, state = 'held', state_since = now(), resume_state = null, updated_at = now(),
      state_reason = ${`restored copy: ${why}`}
    where state = any (${callingStates}::text[]) and copied_from is null`.execute(
    db,
  );
}

async function note(db: Db, now: Identity): Promise<void> {
  await sql`
    insert into database_identity (cluster, database_oid, table_oid, public_url)
    values (${now.cluster}, ${now.databaseOid}, ${now.tableOid}, ${now.publicUrl})
    on conflict (single) do update set
      cluster = coalesce(excluded.cluster, database_identity.cluster),
      database_oid = excluded.database_oid, table_oid = excluded.table_oid,
      public_url = coalesce(excluded.public_url, database_identity.public_url), noted_at = now()`.execute(
    db,
  );
}
