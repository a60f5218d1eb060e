import type { Db } from "../database/database.ts";
import type { PortalId } from "../settings/object-type.ts";
import { readSettings } from "../settings/store.ts";
import { readInstallation } from "../sync/installation/installation.ts";
import type { Actor, ActorRefusal } from "../sync/people/pure/actor.ts";
import { refusalOfActor, refusalToSave } from "../sync/people/pure/actor.ts";
import type { Permission } from "../sync/people/pure/permissions.ts";
import { Problem } from "./problem.ts";

/** The response to a person who may not do what was asked. */
export const notPermitted = ({ code, reason, remedy }: ActorRefusal): Problem =>
  new Problem(403, code, `${reason} ${remedy}`, { reason, remedy });

/** Throws a 403 unless the actor has all of these permissions. */
export async function requirePermissions(
  db: Db,
  portalId: PortalId,
  actor: Actor,
  permissions: readonly Permission[],
): Promise<void> {
  if (actor.kind === "product") return;
  const unknownUsers =
    actor.user === null
      ? (await readSettings(db, portalId)).settings.unknownUsers
      : "deny";
  for (const permission of permissions) {
    const refusal = refusalOfActor(actor, permission, unknownUsers);
    if (refusal !== null) throw notPermitted(refusal);
  }
}

/** Throws a 403 unless the actor may change settings, users, and the connection to HubSpot. */
export async function requireSettingsPermission(
  db: Db,
  portalId: PortalId,
  actor: Actor,
): Promise<void> {
  if (actor.kind === "product") return;
  const installation = await readInstallation(db, portalId);
  const refusal = installation && refusalToSave(actor, installation.syncUser);
  if (refusal !== null) throw notPermitted(refusal);
}
