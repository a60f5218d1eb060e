import { refusalOf } from "../installation-gate.ts";
import type { SyncView } from "./card-view.ts";
import { movesCompanies } from "./buttons.ts";
import type { Look, Reading } from "./look.ts";
import { counted } from "./shown-text.ts";

type Standing = Pick<SyncView, "status" | "code" | "reason">;

/**
 * One word, its code and a sentence. From the installation, what is open for a person, the link and what decide says
 * automatic sync would do; where HubSpot was not read, from what is stored. The order is that of the view
 * workspace.sync_status. Pure.
 */
export function statusOf(look: Look, fields: SyncView["fields"]): Standing {
  const { installation, objectType, linked, facts, reading } = look;
  const refusal = refusalOf(installation, "pull", objectType);
  if (refusal?.code === "disconnected")
    return {
      status: "disconnected",
      code: refusal.code,
      reason: refusal.reason,
    };
  if (!linked && refusal !== null)
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
        reason: "It has not been pulled into the workspace.",
      }
    : { status: stored.status, code: stored.code, reason: stored.reason };
}

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
        .map(({ field }) => field),
    ),
  );
  const waiting = fields.filter(({ field }) => moving.has(field));
  if (waiting.length > 0) return waitingStatus(waiting);
  if (movesCompanies(reading.push) || movesCompanies(reading.pull))
    return {
      status: "changes_waiting",
      code: "waiting_companies",
      reason: "Its companies differ between the workspace and HubSpot.",
    };
  if (pushes && reading.companies.length > 0)
    return {
      status: "changes_waiting",
      code: "waiting_push",
      reason: "Its company is waiting to be created in HubSpot.",
    };
  return { status: "in_sync", code: "in_sync", reason: decision.reason };
}

function waitingStatus(waiting: SyncView["fields"]): Standing {
  const theirs = waiting.filter(({ state }) => state === "changed_in_hubspot");
  const ours = waiting.filter(({ state }) => state === "changed_in_workspace");
  const named = (code: string, reason: string): Standing => ({
    status: "changes_waiting",
    code,
    reason,
  });
  if (theirs.length === waiting.length)
    return named(
      "waiting_pull",
      `${values(waiting.length)} changed in HubSpot.`,
    );
  if (ours.length === waiting.length)
    return named(
      "waiting_push",
      `${values(waiting.length)} changed in the workspace.`,
    );
  return named("waiting_both", `${values(waiting.length)} changed.`);
}

const values = (count: number): string =>
  `${counted(count, "value")} ${count === 1 ? "was" : "were"}`;

function unlinkedStatus({ pair, automatic }: Reading): Standing {
  if (pair.object !== null && pair.record !== null && pair.conflict === null)
    return {
      status: "not_synced",
      code: "match_found",
      reason: "A record that matches it is there; the two are not linked yet.",
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
        reason: "It is waiting to be created in HubSpot.",
      }
    : {
        status: "not_synced",
        code: "never_pulled",
        reason: "It has not been pulled into the workspace yet.",
      };
}
