import type { NotNull } from "kysely";
import type { Database } from "../database/database.ts";
import type { PortalId } from "../settings/object-type.ts";
import { isOpened } from "./check-token-keys.ts";
import type { SealKey } from "./seal.ts";
import { createTokenRows } from "./tokens/token-rows.ts";

/** Marks connected portals whose refresh token none of the keys opens as disconnected. Returns their ids. */
export async function disconnectUnreadable(
  database: Database,
  keys: readonly SealKey[],
): Promise<PortalId[]> {
  const stored = await database.crossing((db) =>
    db
      .selectFrom("installation")
      .select([
        "portal_id as portalId",
        "refresh_token as sealed",
        "token_generation as tokenGeneration",
      ])
      .where("refresh_token", "is not", null)
      .where("state", "not in", ["disconnected", "uninstalled"])
      .orderBy("portal_id")
      .$narrowType<{ sealed: NotNull }>()
      .execute(),
  );
  const tokens = createTokenRows(database);
  const disconnected: PortalId[] = [];
  for (const { portalId, sealed, tokenGeneration } of stored)
    if (
      !isOpened(keys, portalId, sealed) &&
      (await tokens.disconnect(
        portalId,
        tokenGeneration,
        "No key in TOKEN_KEY opens the stored tokens.",
      ))
    )
      disconnected.push(portalId);
  return disconnected;
}
