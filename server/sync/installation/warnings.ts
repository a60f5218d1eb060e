import type { Cause } from "../../causes.ts";
import { explanations } from "../../causes.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { Installation } from "./installation.ts";
import { isSyncCapability, describeMissing } from "./pure/missing-scope.ts";
import type { MisfitSource } from "./source-faults.ts";
import type { LaneHealth } from "./work-health.ts";

/** Why a portal does not sync as it should, for its admins and for the operator. */
export type Warning = {
  code: string;
  /** What is wrong, as a sentence. */
  message: string;
  /** What somebody can do about it. */
  remedy: string;
  since: Date | null;
};

/** A request that claimed to be HubSpot's and was refused, within the last hour. */
export type RefusedSignature = { reason: string; since: Date };

/** Mappings with an open entry of the kind drift, and since when there is one. */
export type Drift = { mappings: number; since: Date | null };

/** A wait for HubSpot's limit is normal for a while. */
const LONG_WAIT_MS = 5 * 60_000;

/** Returns what an admin or the operator should know of an installation; none if all is well. Pure. */
export function warningsOf(
  installation: Installation,
  {
    lanes,
    refused,
    isFormerUser,
    misfitSources,
    drift,
    now,
  }: {
    lanes: readonly LaneHealth[];
    refused: readonly RefusedSignature[];
    /** The user whose connection sync uses is no longer active in HubSpot. */
    isFormerUser: boolean;
    /** Sources of new objects that HubSpot's definitions speak against. */
    misfitSources: readonly MisfitSource[];
    /** What of the mappings no longer fits HubSpot. */
    drift: Drift;
    now: Date;
  },
): Warning[] {
  return [
    ...ofState(installation),
    ...ofWork(installation, lanes, now),
    ...refused.flatMap(ofRefused),
    ...(isFormerUser ? [ofFormerUser(installation, "HubSpot")] : []),
    ...ofInactiveSyncUser(installation, isFormerUser),
    ...ofCapabilities(installation),
    ...ofUniqueProperty(installation),
    ...misfitSources.map(ofSource),
    ...ofDrift(drift),
  ];
}

function ofSource({ type, message }: MisfitSource): Warning {
  const { plural, label } = descriptorOf(type).names;
  return {
    code: "source_misfit",
    message: `${label.plural} are created in HubSpot without a source. ${message}`,
    remedy: `An admin can choose another source for new ${plural} in the settings.`,
    since: null,
  };
}

function ofState(installation: Installation): Warning[] {
  const { state, stateSince, stateReason, copiedFrom } = installation;
  if (state === "disconnected")
    return [
      {
        code: "disconnected",
        message: `HubSpot isn't connected. ${stateReason}`.trim(),
        remedy: explanations.disconnected.remedy,
        since: stateSince,
      },
    ];
  return copiedFrom === null
    ? []
    : [
        {
          code: "restored_copy",
          message: `Sync is paused because this database is a restored copy (${stateReason.replace(/^restored copy: /, "")}).`,
          remedy:
            "If no other server syncs this HubSpot account, resume sync with POST /api/v1/installation/start. The operator resumes all accounts with npx node server/resume-copy.ts.",
          since: stateSince,
        },
      ];
}

/** One warning for each cause, however many kinds of work it stops. In a state in which nothing syncs, there is none. */
function ofWork(
  { state }: Installation,
  lanes: readonly LaneHealth[],
  now: Date,
): Warning[] {
  if (state === "disconnected" || state === "uninstalled" || state === "held")
    return [];
  const since = new Map<Cause, Date>();
  for (const { cause, troubledSince } of lanes) {
    if (cause === null || troubledSince === null) continue;
    const isLong = now.getTime() - troubledSince.getTime() > LONG_WAIT_MS;
    if (cause === "hubspot_limit" && !isLong) continue;
    const known = since.get(cause);
    if (!known || troubledSince < known) since.set(cause, troubledSince);
  }
  const overdue = lanes.flatMap(({ overdueSince }) => overdueSince ?? []);
  return [
    ...[...since].map(([cause, start]) => ({
      code: cause,
      message: explanations[cause].meaning,
      remedy: explanations[cause].remedy,
      since: start,
    })),
    ...(overdue.length === 0
      ? []
      : [
          {
            code: "no_worker",
            message: "Work is due, but no worker runs it.",
            remedy:
              "The operator checks that a server whose ROLE is worker or all runs, and its load.",
            since: new Date(Math.min(...overdue.map((at) => at.getTime()))),
          },
        ]),
  ];
}

/** By the reason under which the refusal was counted. */
const refusals: Readonly<Record<string, { message: string; remedy: string }>> =
  {
    stale: {
      message:
        "The server refused requests that claim to be HubSpot's, because their time is over five minutes off the server's clock.",
      remedy: "The operator sets the clock of the server's machine.",
    },
    wrong_address: {
      message:
        "The server refused HubSpot's webhooks or card requests, because HubSpot sends them to another address than PUBLIC_URL.",
      remedy:
        "The operator sets PUBLIC_URL to the address in the app's settings in HubSpot; the server's log names it.",
    },
    bad: {
      message:
        "The server refused requests that claim to be HubSpot's, because their signature is wrong.",
      remedy:
        "If webhooks or cards fail, the operator checks that HUBSPOT_CLIENT_SECRET is the app's and that no proxy changes addresses or bodies. Otherwise someone else sent them.",
    },
  };

function ofRefused({ reason, since }: RefusedSignature): Warning[] {
  const found = refusals[reason];
  return found ? [{ code: `signature_${reason}`, ...found, since }] : [];
}

function ofFormerUser({ syncUser }: Installation, place: string): Warning {
  return {
    code: "sync_user_deactivated",
    message: `${syncUser.email || "The user who connected HubSpot"} is no longer active in ${place}. Sync still works with that user's connection.`,
    remedy: "Another admin can reconnect HubSpot.",
    since: null,
  };
}

/** The sync user was deactivated in the workspace (AP-110). */
function ofInactiveSyncUser(
  installation: Installation,
  isFormerUser: boolean,
): Warning[] {
  const { syncUserInactive, chosenSyncUser } = installation;
  if (!syncUserInactive) return [];
  if (chosenSyncUser === null)
    return isFormerUser ? [] : [ofFormerUser(installation, "the workspace")];
  return [
    {
      code: "sync_user_deactivated",
      message: `${chosenSyncUser.email}, the sync user, is no longer active in the workspace. Sync still works, and this user's permissions still count.`,
      remedy: "An admin can choose another sync user.",
      since: null,
    },
  ];
}

function ofCapabilities({ missingCapabilities }: Installation): Warning[] {
  return Object.entries(missingCapabilities).map(([capability, missing]) => ({
    code: "missing_capability",
    message: isSyncCapability(capability)
      ? describeMissing(capability, missing.scopes).cause
      : `Counterpart doesn't have the permission ${capability} in HubSpot. ${missing.reason}`,
    remedy: explanations.missing_scope.remedy,
    since: new Date(missing.since),
  }));
}

function ofUniqueProperty({ uniqueProperty }: Installation): Warning[] {
  return Object.entries(uniqueProperty).flatMap(([type, verdict]) =>
    verdict.exists
      ? []
      : [
          {
            code: "no_unique_property",
            message: `Counterpart couldn't create the property that prevents duplicates of a ${type}, so creations run one at a time. ${verdict.reason}`,
            remedy:
              "An admin can delete another property with unique values in HubSpot, or grant the permission to create this one. Counterpart retries every hour.",
            since: null,
          },
        ],
  );
}

function ofDrift({ mappings, since }: Drift): Warning[] {
  return mappings === 0
    ? []
    : [
        {
          code: "drift",
          message: `${mappings === 1 ? "1 mapping no longer fits" : `${mappings} mappings no longer fit`} what HubSpot has.`,
          remedy:
            "The settings page lists the causes under Connection, and GET /api/v1/attention?kind=drift does so too. Each says what to do.",
          since,
        },
      ];
}
