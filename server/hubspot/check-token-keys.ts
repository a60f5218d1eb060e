import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import type { Log } from "../log.ts";
import type { PortalId } from "../settings/object-type.ts";
import { SealError, unseal } from "./seal.ts";
import type { SealKey } from "./seal.ts";

/** Stored tokens that are tried for each key: one may be damaged, a hundred tell no more than three. */
const SAMPLE = 3;

/** No key in TOKEN_KEY opens what is stored: nothing could sync. */
export class TokenKeyError extends Error {
  override name = "TokenKeyError";
}

/**
 * Tries TOKEN_KEY on the stored refresh tokens of connected portals, a few for each key id. Throws `TokenKeyError` if
 * none opens, and warns of the key ids of which none does.
 */
export async function checkTokenKeys(
  database: Database,
  keys: readonly SealKey[],
  log: Log,
): Promise<void> {
  const sample = await readSample(database);
  const opening = new Map<string, { opens: boolean; portals: number }>();
  for (const { keyId, portals, portalId, sealed } of sample)
    opening.set(keyId, {
      portals,
      opens:
        (opening.get(keyId)?.opens ?? false) ||
        isOpened(keys, portalId, sealed),
    });
  const shut = [...opening].filter(([, { opens }]) => !opens);
  if (shut.length === 0) return;
  const names = shut.map(([keyId]) => keyId).join(", ");
  if (shut.length === opening.size)
    throw new TokenKeyError(
      `No key in TOKEN_KEY opens the stored tokens, which were sealed with the key ids ${names}. Set TOKEN_KEY to the keys that sealed them. If they are lost, run npx node server/disconnect-unreadable.ts, and have an admin of each HubSpot account reconnect.`,
    );
  for (const [keyId, { portals }] of shut)
    log.warn(
      { cause: "token_key", keyId, portals },
      "no key in TOKEN_KEY opens the tokens of these portals: add the key with this id, or have an admin reconnect each account",
    );
}

/** Whether any of the keys opens a portal's sealed token. */
export function isOpened(
  keys: readonly SealKey[],
  portalId: PortalId,
  sealed: string,
): boolean {
  try {
    unseal(keys, portalId, sealed);
    return true;
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}

type Sealed = {
  keyId: string;
  /** How many portals have a token of this key id. */
  portals: number;
  portalId: PortalId;
  sealed: string;
};

function readSample(database: Database): Promise<Sealed[]> {
  return database.crossing(async (db) => {
    const { rows } = await sql<Sealed>`
      select "keyId", portals, "portalId", sealed from (
        select split_part(refresh_token, '.', 2) as "keyId", portal_id as "portalId", refresh_token as sealed,
          count(*) over same::int as portals, row_number() over (same order by updated_at desc) as place
        from installation
        where refresh_token is not null and state not in ('disconnected', 'uninstalled')
        window same as (partition by split_part(refresh_token, '.', 2))) t
      where place <= ${SAMPLE}`.execute(db);
    return rows;
  });
}
