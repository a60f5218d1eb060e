import type { ObjectType } from "../../../settings/object-type.ts";
import { descriptorOf } from "../../../settings/types/index.ts";
import type { InstallationStatus } from "../installation-state.ts";
import type { PortalTypes } from "../portal-types.ts";

/** Why an installation lets nothing move just now, for a person and for a program. */
export type Refusal = {
  code:
    | "setup_window"
    | "held_by_admin"
    | "restored_copy"
    | "disconnected"
    | "type_off"
    | "type_preparing"
    | "first_pull_running";
  reason: string;
  remedy: string | null;
  /** When it ends by itself. */
  endsAt: Date | null;
};

/**
 * Whether a person's pull or push of this type has to wait, and why; null when it may go ahead (AP-003, AP-080).
 * Buttons, the API and the card all ask here.
 */
export function refusalOf(
  standing: InstallationStatus,
  action: "pull" | "push",
  type: ObjectType,
): Refusal | null {
  const ofType = refusalOfType(standing.types, type);
  if (isConnected(standing) && ofType?.code === "type_off") return ofType;
  switch (standing.state) {
    case "disconnected":
    case "uninstalled":
      return {
        code: "disconnected",
        reason: "HubSpot isn't connected.",
        remedy: "An admin can reconnect HubSpot.",
        endsAt: null,
      };
    case "setting-up":
      return {
        code: "setup_window",
        reason:
          "Sync hasn't started. You can choose settings until the setup window ends.",
        remedy: "Wait until it ends, or ask an admin to start sync now.",
        endsAt: standing.windowEndsAt,
      };
    case "held":
      if (standing.copiedFrom !== null)
        return {
          code: "restored_copy",
          reason:
            "Sync is paused because this database is a restored copy. Nothing syncs until it's resumed.",
          remedy:
            "An admin can resume sync if no other server syncs this HubSpot account.",
          endsAt: null,
        };
      return {
        code: "held_by_admin",
        reason: "An admin paused sync. Nothing syncs until it's resumed.",
        remedy: "An admin can resume sync.",
        endsAt: null,
      };
    case "first-pull":
    case "active":
      return ofType ?? firstPullRunning(standing, action, type);
  }
}

/** Why a type is not synced, or not yet; null if it is. */
export function refusalOfType(
  { enabled, preparing }: PortalTypes,
  type: ObjectType,
): Refusal | null {
  const { plural } = descriptorOf(type).names.label;
  if (!enabled.includes(type))
    return {
      code: "type_off",
      reason: `${plural} aren't synced.`,
      remedy:
        "An admin can switch them on in the settings and reconnect HubSpot to grant the permissions.",
      endsAt: null,
    };
  if (preparing.includes(type))
    return {
      code: "type_preparing",
      reason: `${plural} don't sync yet. Counterpart is reading their properties from HubSpot.`,
      remedy: "Wait a minute, then try again.",
      endsAt: null,
    };
  return null;
}

/** Only push waits for the first pull, and only while the installation as a whole does. */
const firstPullRunning = (
  { state, firstPullEnded }: InstallationStatus,
  action: "pull" | "push",
  type: ObjectType,
): Refusal | null =>
  state === "first-pull" &&
  action === "push" &&
  firstPullEnded[type] === undefined
    ? {
        code: "first_pull_running",
        reason:
          "The first pull from HubSpot is running. Push starts when it ends.",
        remedy: "Wait until the first pull has ended.",
        endsAt: null,
      }
    : null;

const isConnected = ({ state }: InstallationStatus): boolean =>
  state !== "disconnected" && state !== "uninstalled";
