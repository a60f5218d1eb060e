import type { InstallationState, LaneKind } from "../database/tables.ts";
import type { Fence } from "../database/fence.ts";
import type { PortalId } from "../settings/object-type.ts";

export type { LaneKind };

/** Each kind is done by one worker of a portal at a time; different kinds side by side. */
export const laneKinds = [
  "inbox",
  "dirty",
  "run",
  "changed-pull",
  "sweep",
  "upkeep",
] as const satisfies readonly LaneKind[];

/** What the work is given: the check that each of its commits makes, and a signal that asks it to stop soon. */
export type LaneTurn = { fence: Fence; signal: AbortSignal };

/**
 * One turn of a portal's work: a batch or a few, seconds rather than minutes, so that portals take turns.
 * `again`: "now" when more waits (the lane goes to the end of the queue), a moment to come back at (new work may wake
 * it sooner), null when there is nothing left (a lane with an interval then comes back after it).
 * A thrown `WaitError` puts the lane off until its moment; `DisconnectedError` lets it rest; `LeaseLost` ends the turn;
 * anything else counts as a failure and backs off.
 */
export type LaneWork = (
  portalId: PortalId,
  turn: LaneTurn,
) => Promise<{ again: Date | "now" | null }>;

export type LaneWorks = Record<LaneKind, LaneWork>;

/** In which states of the installation each kind works. In any other, its lanes rest. */
export const workingStates: Record<LaneKind, readonly InstallationState[]> = {
  inbox: ["first-pull", "active"],
  dirty: ["first-pull", "active"],
  run: ["first-pull", "active"],
  // of the types that have been pulled once
  "changed-pull": ["first-pull", "active"],
  sweep: ["active"],
  // ends setup windows, keeps retention, also of portals that are gone
  upkeep: [
    "setting-up",
    "first-pull",
    "active",
    "held",
    "disconnected",
    "uninstalled",
  ],
};

/** A worker that says nothing for this long has lost its lane. */
export const LEASE_SECONDS = 3;
