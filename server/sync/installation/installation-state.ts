import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import type { InstallationState } from "../../database/tables.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { PortalTypes } from "./portal-types.ts";
import { descriptorOf } from "../../settings/types/index.ts";

export type { InstallationState };

/** Which state may follow which. `disconnected` is also written by the gateway, when a refresh token turns out dead. */
export const transitions: Readonly<
  Record<InstallationState, readonly InstallationState[]>
> = {
  "setting-up": ["first-pull", "held", "disconnected", "uninstalled"],
  "first-pull": ["active", "held", "disconnected", "uninstalled"],
  active: ["held", "disconnected", "uninstalled"],
  // back to setting-up: a restored copy whose setup window is still open
  held: ["setting-up", "first-pull", "active", "disconnected", "uninstalled"],
  disconnected: ["setting-up", "first-pull", "active", "held", "uninstalled"],
  uninstalled: ["setting-up", "first-pull", "active"],
};

/** What of an installation says how far it is. */
export type InstallationStatus = {
  state: InstallationState;
  windowEndsAt: Date;
  firstPullEnded: Readonly<Partial<Record<ObjectType, string>>>;
  types: PortalTypes;
  /** The state in which a restored copy was found and paused; null for any other installation. */
  copiedFrom: CopiedFrom | null;
};

export type CopiedFrom = "setting-up" | "first-pull" | "active" | "held";

/** How far an installation is by what it has done, whatever held or disconnected it in between. */
export function stateToResume(
  standing: Pick<
    InstallationStatus,
    "windowEndsAt" | "firstPullEnded" | "types"
  >,
  now: Date,
): "setting-up" | "first-pull" | "active" {
  if (hasPulledAll(standing)) return "active";
  return standing.windowEndsAt > now ? "setting-up" : "first-pull";
}

/** Whether the first pull of every type that is synced has ended. */
export const hasPulledAll = ({
  types,
  firstPullEnded,
}: Pick<InstallationStatus, "types" | "firstPullEnded">): boolean =>
  types.enabled.every(
    (type) =>
      !descriptorOf(type).flows.pull || firstPullEnded[type] !== undefined,
  );

/**
 * Moves an installation from one of the states `from` to `to`, if it is in one of them and the table allows it.
 * Answers whether it moved.
 * What it returns to later is derived (standingState); resume_state is the gateway's, which fills it when it disconnects
 * an installation that was not held.
 */
export async function changeState(
  db: Db,
  portalId: PortalId,
  from: readonly InstallationState[],
  to: InstallationState,
  reason: string,
): Promise<boolean> {
  const allowed = from.filter((state) => transitions[state].includes(to));
  const { numUpdatedRows } = await db
    .updateTable("installation")
    .set({
      state: to,
      state_since: sql<Date>`now()`,
      state_reason: reason,
      updated_at: sql<Date>`now()`,
      resume_state: null,
    })
    .where("portal_id", "=", portalId)
    .where("state", "=", anyOf(allowed))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
