import { createHash, randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Database, Db } from "./database.ts";

/** How long an old key stays valid if the caller asks for it: long enough to deploy the new one. */
const OLD_KEY_MINUTES = 60;

/** What is stored of a key: its SHA-256, and its last characters, by which people tell it from others. */
export type StoredKey = { hash: Buffer; hint: string };

/** A new key for a portal's product, and what is stored of it. The key itself is shown once. */
export function newApiKey(): { key: string; stored: StoredKey } {
  const key = `cpk_${randomBytes(32).toString("base64url")}`;
  return { key, stored: { hash: hashOf(key), hint: key.slice(-4) } };
}

/** Returns the last characters of a portal's key, and when it was made; null for a key that is older than these. */
export async function readKeyHint(
  db: Db,
  portalId: number,
): Promise<{ hint: string; madeAt: Date } | null> {
  const row = await db
    .selectFrom("installation")
    .select(["api_key_hint as hint", "api_key_made_at as madeAt"])
    .where("portal_id", "=", portalId)
    .executeTakeFirst();
  if (row === undefined || row.hint === null || row.madeAt === null)
    return null;
  return { hint: row.hint, madeAt: row.madeAt };
}

/** Whether a text has the form of a key; any other names no portal. */
export const mayBeApiKey = (text: string): boolean =>
  /^cpk_[A-Za-z0-9_-]{43}$/.test(text);

/** Returns the portal whose key this is, or null. A plain hash suffices: the key is 256 random bits, not a password. */
export async function portalOfKey(
  database: Database,
  key: string,
): Promise<number | null> {
  const hash = hashOf(key);
  // Indexes installation_api_key and installation_old_api_key.
  const { rows } = await database.crossing((db) =>
    sql<{ portal_id: number }>`
      select portal_id from installation
      where api_key_hash = ${hash} or (old_api_key_hash = ${hash} and old_api_key_ends_at > now())`.execute(
      db,
    ),
  );
  return rows[0]?.portal_id ?? null;
}

/**
 * Returns the portals of all valid keys by the base64 of their hashes: for a guess at whose a key is. Only `portalOfKey`
 * says whether it still is.
 */
export async function portalsOfKeys(
  database: Database,
): Promise<Map<string, number>> {
  const { rows } = await database.crossing((db) =>
    sql<{ hash: Buffer; portal_id: number }>`
      select api_key_hash as hash, portal_id from installation
      union all
      select old_api_key_hash, portal_id from installation where old_api_key_ends_at > now()`.execute(
      db,
    ),
  );
  return new Map(
    rows.map(({ hash, portal_id }) => [hash.toString("base64"), portal_id]),
  );
}

export type ReplacedKey = {
  apiKey: string;
  /** When the old key stops working; null if it already has. */
  oldKeyEndsAt: Date | null;
};

/**
 * Gives a portal a new key in place of the one that `usedKey` names, or in place of any if it is null. Returns null if
 * the used key is not valid any more, or if the portal has no installation.
 * During its hour, an old key can ask again: so a product that never got the response is not locked out. That does not
 * prolong the hour.
 */
export async function replaceApiKey(
  db: Db,
  portalId: number,
  usedKey: string | null,
  { keepOldForAnHour }: { keepOldForAnHour: boolean },
): Promise<ReplacedKey | null> {
  const { key, stored } = newApiKey();
  const used = usedKey === null ? null : hashOf(usedKey);
  const usesOld = sql`(old_api_key_hash = ${used}::bytea and old_api_key_ends_at > now())`;
  const { rows } = await sql<{ old_api_key_ends_at: Date | null }>`
    update installation set
      api_key_hash = ${stored.hash}, api_key_hint = ${stored.hint}, api_key_made_at = now(),
      old_api_key_hash = case
        when not ${keepOldForAnHour}::boolean then null
        when ${usesOld} then old_api_key_hash
        else api_key_hash end,
      old_api_key_ends_at = case
        when not ${keepOldForAnHour}::boolean then null
        when ${usesOld} then old_api_key_ends_at
        else now() + make_interval(mins => ${OLD_KEY_MINUTES}) end,
      updated_at = now()
    where portal_id = ${portalId}
      and (${used}::bytea is null or api_key_hash = ${used}::bytea or ${usesOld})
    returning old_api_key_ends_at`.execute(db);
  const row = rows[0];
  return row ? { apiKey: key, oldKeyEndsAt: row.old_api_key_ends_at } : null;
}

/** Returns what is stored of a key: its SHA-256. */
export function hashOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
