import { refusalOf } from "../installation-gate.ts";
import { refusalFor } from "../missing-scope.ts";
import type { Decision } from "../model.ts";
import type { Planned } from "../plan.ts";
import type { Button, SyncView } from "./card-view.ts";
import type { Look } from "./look.ts";
import { counted, labelOf, listed, nameOf } from "./shown-text.ts";

/** Pull and Push: what each would do, or why it cannot and what would make it possible. Pure. */

const typeNames = { contact: "contact", company: "company" } as const;

export function pullButton(look: Look): Button {
  const waits = installationRefusal(look, "pull");
  if (waits !== null) return refused(waits);
  const { reading } = look;
  if (reading === null || reading.pair.object === null)
    return refused({
      code: "no_object",
      reason: `HubSpot has no ${typeNames[look.objectType]} for this record.`,
      remedy: "Push it first.",
    });
  return decided(look, reading.pull, "pull");
}

export function pushButton(look: Look): SyncView["push"] {
  const { facts, objectType, record } = look;
  const more = {
    contacts:
      objectType === "company" && record !== null
        ? { count: facts.contacts }
        : null,
    company:
      facts.company === null
        ? null
        : {
            name: nameOf(facts.company.properties, "its company"),
            choice: look.rules.settings.contact.companyWithContact,
          },
  };
  const waits = installationRefusal(look, "push");
  if (waits !== null) return { ...refused(waits), ...more };
  const { reading } = look;
  if (reading === null || reading.pair.record === null)
    return {
      ...refused({
        code: "no_record",
        reason: `The workspace has no record of this ${typeNames[objectType]}.`,
        remedy: "Pull it first.",
      }),
      ...more,
    };
  return { ...decided(look, reading.push, "push"), ...more };
}

type Why = {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string | null;
};

const refused = ({ code, reason, remedy }: Why): Button => ({
  allowed: false,
  creates: false,
  summary: "",
  code,
  reason,
  remedy,
});

function installationRefusal(look: Look, action: "pull" | "push"): Why | null {
  const refusal = refusalOf(look.installation, action, look.objectType);
  if (refusal?.code === "first_pull_running")
    return {
      ...refusal,
      reason: `${firstPullProgress(look)}; pushing begins when it has ended.`,
      remedy: null,
    };
  return refusal ?? look.unreadable ?? missingScope(look, action);
}

/** "First pull 43 %". */
export function firstPullProgress({ facts: { firstPull } }: Look): string {
  if (firstPull === null || firstPull.total === null || firstPull.total === 0)
    return firstPull === null
      ? "The first pull has not ended yet"
      : `First pull: ${firstPull.done} so far`;
  const share = Math.min(
    99,
    Math.floor((firstPull.done / firstPull.total) * 100),
  );
  return `First pull ${share} %`;
}

function missingScope(
  { installation, objectType }: Look,
  action: "pull" | "push",
): Why | null {
  const capability =
    action === "push"
      ? (`write:${objectType}` as const)
      : (`read:${objectType}` as const);
  const missing = installation.missingCapabilities[capability];
  return missing === undefined ? null : refusalFor(capability);
}

const remedies: Readonly<Record<string, string>> = {
  push_off: "Switch pushing on in the sync settings.",
  first_pull_running: "Wait until the first pull has ended.",
  nothing_to_identify: "Give it an email or a name.",
};

function decided(look: Look, plan: Planned, action: "pull" | "push"): Button {
  const { decision } = plan;
  if (decision.problem !== null)
    return refused({
      code: decision.problem.code,
      reason: decision.problem.cause,
      remedy: decision.problem.fix,
    });
  if (decision.outcome === "skipped")
    return refused({
      code: decision.code,
      reason: decision.reason,
      remedy: remedies[decision.code] ?? null,
    });
  return {
    allowed: true,
    creates:
      decision.hubspot.kind === "create" ||
      decision.workspace.kind === "create",
    summary: withCompany(look, summaryOf(look, plan, action), action),
    code: null,
    reason: null,
    remedy: null,
  };
}

/** A company that HubSpot lacks goes before its contact (AP-011). */
function withCompany(
  { reading }: Look,
  summary: string,
  action: "pull" | "push",
): string {
  if (action === "pull" || reading === null || reading.companies.length === 0)
    return summary;
  return summary.startsWith("Nothing")
    ? "Creates its company in HubSpot"
    : `${summary}; creates its company first`;
}

function summaryOf(look: Look, plan: Planned, action: "pull" | "push"): string {
  const { decision } = plan;
  const { taken, sent } = movesOf(decision);
  const type = typeNames[look.objectType];
  if (decision.workspace.kind === "create")
    return `Creates the ${type} in the workspace with ${counted(taken, "value")}`;
  if (decision.hubspot.kind === "create")
    return `Creates the ${type} in HubSpot with ${counted(sent, "value")}`;
  if (decision.link.kind === "end" || decision.workspace.kind === "restore")
    return decision.reason;
  const parts = [
    taken > 0 ? `takes ${counted(taken, "value")} from HubSpot` : "",
    sent > 0 ? `writes ${counted(sent, "value")} to HubSpot` : "",
  ];
  if (action === "push") parts.reverse();
  if (movesCompanies(plan)) parts.push("brings its companies in step");
  if (decision.link.kind !== "keep") parts.unshift("links the two");
  const said = parts.filter((part) => part !== "").join(" and ");
  if (said !== "") return said.charAt(0).toUpperCase() + said.slice(1);
  if (decision.outcome === "held") return decision.reason;
  const parked = notTaken(look, decision);
  if (parked !== "") return `Nothing to ${action}: ${parked}`;
  return decision.fields.some(({ kind }) => kind === "waiting")
    ? `Nothing to ${action}: ${action === "pull" ? "HubSpot" : "the workspace"} has changed nothing`
    : `Nothing to ${action}: ${decision.reason.charAt(0).toLowerCase()}${decision.reason.slice(1)}`;
}

/** "HubSpot did not take Email and Contact owner"; "" where nothing is parked. */
function notTaken(look: Look, { fields }: Decision): string {
  const said = (["hubspot", "workspace"] as const).flatMap((side) => {
    const labels = fields
      .filter(({ parked }) => parked?.side === side)
      .map(({ field, property }) => labelOf(look.rules, field, property));
    return labels.length === 0
      ? []
      : [
          `${side === "hubspot" ? "HubSpot" : "the workspace"} did not take ${listed(labels)}`,
        ];
  });
  return said.join("; ");
}

/** How many values a decision takes from HubSpot, and how many it sends there. */
export const movesOf = (
  decision: Decision,
): { taken: number; sent: number } => ({
  taken: decision.fields.filter(({ kind }) => kind === "to-workspace").length,
  sent: decision.fields.filter(({ kind }) => kind === "to-hubspot").length,
});

/** Whether a contact's associations would move, on either side. */
export const movesCompanies = ({ edges }: Planned): boolean =>
  edges !== null &&
  (edges.outcome.addToWorkspace.length > 0 ||
    edges.outcome.removeFromWorkspace.length > 0 ||
    edges.outcome.addToHubSpot.length > 0 ||
    edges.outcome.removeFromHubSpot.length > 0 ||
    edges.outcome.primaryInWorkspace !== undefined ||
    edges.outcome.primaryInHubSpot !== undefined);
