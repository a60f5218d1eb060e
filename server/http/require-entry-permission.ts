import type { Db } from "../database/database.ts";
import type { PortalId } from "../settings/object-type.ts";
import type { Choice } from "../sync/attention/pure/choices.ts";
import { neededPermission } from "../sync/attention/pure/needed-permission.ts";
import type { Actor } from "../sync/people/pure/actor.ts";
import { loadEntry } from "../sync/resolve/attention-entry.ts";
import { requirePermissions } from "./require-permission.ts";

/** Throws a 403 unless the actor may make this choice for an entry, or retry it. An entry that doesn't exist needs nothing. */
export async function requireEntryPermission(
  db: Db,
  portalId: PortalId,
  actor: Actor,
  id: string,
  choice: Choice | "retry",
): Promise<void> {
  if (actor.kind === "product") return;
  const entry = await loadEntry(db, portalId, id);
  if (entry === null) return;
  await requirePermissions(db, portalId, actor, [
    neededPermission(entry, choice),
  ]);
}
