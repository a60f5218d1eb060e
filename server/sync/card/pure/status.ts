import { descriptorOf } from "../../../settings/types/index.ts";
import { EMAIL_UNVERIFIED } from "../../decide/unverified-email.ts";
import { refusalOf } from "../../installation/pure/installation-gate.ts";
import type { SyncView } from "./card-view.ts";
import { movedKinds } from "./buttons.ts";
import type { CardData, Reading } from "../../preview/read-card.ts";
import type { AttentionFacts } from "../../preview/load-facts.ts";
import { ago, counted, listed } from "../../values/shown-text.ts";

type Standing = Pick<SyncView, "status" | "code" | "reason">;
type Known = NonNullable<SyncView["lastKnown"]>;

/**
 * The status. If the two sides weren't compared, also the last known status with its time: without a comparison, the
 * status is never "in sync".
 */
export function standingOf(
  look: CardData,
  fields: SyncView["fields"],
): Standing & Pick<SyncView, "lastKnown"> {
  const { status, code, reason } = statusOf(look, fields);
  const known = lastKnown(look);
  return known === null || !unsure.has(status)
    ? { status, code, reason, lastKnown: null }
    : {
        status,
        code,
        reason: saidOf.has(status)
          ? `${reason} Last known: ${told(known, look.now)}.`
          : reason,
        lastKnown: known,
      };
}

/** Statuses whose reason also gives the last known status. */
const saidOf = new Set<Standing["status"]>(["not_checked", "paused"]);

const unsure = new Set<Standing["status"]>([
  "not_checked",
  "paused",
  "setting_up",
  "disconnected",
]);

/**
 * The status, its code, and its reason: from the installation, what needs attention, the link, and what automatic sync
 * would do; if HubSpot wasn't read, from what is stored. The order is that of the view workspace.sync_status. Pure.
 */
function statusOf(look: CardData, fields: SyncView["fields"]): Standing {
  const { installation, objectType, linked, facts, reading, unreadable } = look;
  const refusal = refusalOf(installation, "pull", objectType);
  if (refusal?.code === "disconnected")
    return {
      status: "disconnected",
      code: refusal.code,
      reason: refusal.reason,
    };
  if (
    refusal?.code === "held_by_admin" ||
    refusal?.code === "restored_copy" ||
    refusal?.code === "type_off"
  )
    return { status: "paused", code: refusal.code, reason: refusal.reason };
  if (refusal !== null)
    return { status: "setting_up", code: refusal.code, reason: refusal.reason };
  if (!linked && installation.state === "first-pull")
    return {
      status: "setting_up",
      code: "first_pull_running",
      reason: "The first pull from HubSpot is running.",
    };
  const problem = facts.attention.find(({ kind }) => kind === "problem");
  if (problem !== undefined)
    return { status: "problem", code: problem.code, reason: problem.cause };
  const held = facts.attention.find(({ kind }) => kind === "held");
  if (held !== undefined)
    return { status: "held", code: held.code, reason: held.cause };
  if (reading !== null)
    return linked
      ? linkedStatus(reading, fields, look.rules.settings.automatic.push)
      : unlinkedStatus(reading);
  const { stored } = look;
  return stored === null
    ? {
        status: "not_synced",
        code: "never_pulled",
        reason: `This ${objectType} hasn't been pulled into the workspace.`,
      }
    : linked
      ? {
          status: "not_checked",
          code: unreadable?.code ?? stored.code,
          reason: unreadable?.reason ?? stored.reason,
        }
      : {
          status: stored.status,
          code: stored.code,
          reason: [stored.reason, unreadable?.reason ?? ""].join(" ").trim(),
        };
}

/** The last known status of a linked record, if HubSpot wasn't read. */
function lastKnown({ facts, stored, linked, reading }: CardData): Known | null {
  if (reading !== null || stored === null || !linked) return null;
  const has = (kind: AttentionFacts["kind"]): boolean =>
    facts.attention.some((entry) => entry.kind === kind);
  return {
    status: has("problem")
      ? "problem"
      : has("held")
        ? "held"
        : stored.waits
          ? "changes_waiting"
          : "in_sync",
    at: stored.knownAt?.toISOString() ?? null,
  };
}

const knownNames: Readonly<Partial<Record<Standing["status"], string>>> = {
  problem: "a problem",
  held: "a conflict",
  changes_waiting: "changes pending",
  in_sync: "in sync",
};

/** "in sync, 5 minutes ago" */
const told = ({ status, at }: Known, now: Date): string =>
  [
    knownNames[status] ?? status,
    ...(at === null ? [] : [ago(now.getTime() - Date.parse(at))]),
  ].join(", ");

function linkedStatus(
  reading: Reading,
  fields: SyncView["fields"],
  pushes: boolean,
): Standing {
  const decision = reading.automatic.hubspot;
  if (decision.problem !== null)
    return {
      status: "problem",
      code: decision.problem.code,
      reason: decision.problem.cause,
    };
  if (decision.link.kind === "end" || decision.outcome === "skipped")
    return {
      status: "changes_waiting",
      code: decision.code,
      reason: decision.reason,
    };
  if (decision.outcome === "held")
    return { status: "held", code: decision.code, reason: decision.reason };
  const moving = new Set(
    [reading.automatic.hubspot, reading.automatic.workspace].flatMap((one) =>
      one.fields
        .filter(({ kind }) =>
          ["to-workspace", "to-hubspot", "waiting"].includes(kind),
        )
        // A value that the portal's rules keep here isn't pending.
        .filter(({ code }) => code !== EMAIL_UNVERIFIED)
        .map(({ field }) => field),
    ),
  );
  const waiting = fields.filter(({ field }) => moving.has(field));
  // A rejected value needs attention, and has a problem of its own.
  const ready = waiting.filter(({ state }) => state !== "parked");
  if (waiting.length > 0)
    return waitingStatus(ready.length > 0 ? ready : waiting);
  const { objectType } = reading.pair;
  const [moved] = [...movedKinds(reading.push), ...movedKinds(reading.pull)];
  if (moved !== undefined) {
    const { plural } = descriptorOf(moved.to).names;
    return {
      status: "changes_waiting",
      code: `waiting_${plural}`,
      reason: `This ${objectType}'s ${plural} are different in HubSpot and the workspace.`,
    };
  }
  const [created] = reading.parents;
  if (pushes && created !== undefined)
    return {
      status: "changes_waiting",
      code: "waiting_push",
      reason: `This ${objectType}'s ${created.kind.to} will be created in HubSpot.`,
    };
  return { status: "in_sync", code: "in_sync", reason: decision.reason };
}

const places = {
  changed_in_hubspot: ["waiting_pull", "in HubSpot"],
  changed_in_workspace: ["waiting_push", "in the workspace"],
  changed_in_both: ["waiting_both", "on both sides"],
} as const;

/** "2 values were changed in HubSpot and 1 in the workspace." */
function waitingStatus(waiting: SyncView["fields"]): Standing {
  const groups = Object.entries(places).flatMap(([state, [code, where]]) => {
    const count = waiting.filter((field) => field.state === state).length;
    return count > 0 ? [{ code, count, where }] : [];
  });
  const changed = groups.map(({ count, where }, place) =>
    place === 0
      ? `${counted(count, "value")} ${count === 1 ? "was" : "were"} changed ${where}`
      : `${count} ${where}`,
  );
  const others = waiting.filter(({ state }) => !(state in places)).length;
  if (others > 0)
    changed.push(
      `${groups.length === 0 ? counted(others, "value") : `${others} more`} ${others === 1 ? "differs" : "differ"}`,
    );
  const [first] = groups;
  return {
    status: "changes_waiting",
    code:
      groups.length === 1 && first !== undefined && others === 0
        ? first.code
        : "waiting_both",
    reason: `${listed(changed)}.`,
  };
}

function unlinkedStatus({ pair, automatic }: Reading): Standing {
  const type = pair.objectType;
  if (pair.object !== null && pair.record !== null && pair.conflict === null)
    return {
      status: "not_synced",
      code: "match_found",
      reason: `A matching ${type} exists in the workspace but isn't linked yet.`,
    };
  const decision =
    pair.object === null ? automatic.workspace : automatic.hubspot;
  if (decision.problem !== null)
    return {
      status: "problem",
      code: decision.problem.code,
      reason: decision.problem.cause,
    };
  if (decision.outcome !== "created")
    return {
      status: "not_synced",
      code: decision.code,
      reason: decision.reason,
    };
  return pair.object === null
    ? {
        status: "changes_waiting",
        code: "waiting_push",
        reason: `This ${type} will be created in HubSpot.`,
      }
    : {
        status: "not_synced",
        code: "never_pulled",
        reason: `This ${type} hasn't been pulled into the workspace.`,
      };
}
