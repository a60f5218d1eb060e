import type { ObjectType } from "../../../settings/object-type.ts";
import { descriptorOf } from "../../../settings/types/index.ts";
import type { InstallationStatus } from "../installation-state.ts";

/** Why an installation lets nothing move just now, for a person and for a program. */
export type Refusal = {
  code:
    | "setup_window"
    | "held_by_admin"
    | "restored_copy"
    | "disconnected"
    | "type_off"
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
  if (isConnected(standing) && !standing.enabledTypes.includes(type))
    return {
      code: "type_off",
      reason: `${descriptorOf(type).names.label.plural} aren't synced.`,
      remedy:
        "An admin can switch them on in the settings and reconnect HubSpot to grant the permissions.",
      endsAt: null,
    };
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
      return action === "push" && standing.firstPullEnded[type] === undefined
        ? {
            code: "first_pull_running",
            reason:
              "The first pull from HubSpot is running. Push starts when it ends.",
            remedy: "Wait until the first pull has ended.",
            endsAt: null,
          }
        : null;
    case "active":
      return null;
  }
}

const isConnected = ({ state }: InstallationStatus): boolean =>
  state !== "disconnected" && state !== "uninstalled";
