import { createHash, randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import type { PortalId } from "../settings/object-type.ts";

/** A new key for a portal's product, and what is stored of it. The key itself is shown once. */
export function newApiKey(): { key: string; hash: Buffer } {
  const key = `cpk_${randomBytes(32).toString("base64url")}`;
  return { key, hash: hashOf(key) };
}

/** The portal whose key this is, or null. A plain hash will do: the key is 256 random bits, not a password. */
export async function portalOfKey(
  database: Database,
  key: string,
): Promise<PortalId | null> {
  const { rows } = await database.crossing((db) =>
    sql<{ portal_id: PortalId }>`
      select portal_id from installation where api_key_hash = ${hashOf(key)}`.execute(
      db,
    ),
  );
  return rows[0]?.portal_id ?? null;
}

function hashOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
