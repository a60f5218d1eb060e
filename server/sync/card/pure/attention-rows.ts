import { choicesOf, namedObjects } from "../../attention/pure/choices.ts";
import { neededPermission } from "../../attention/pure/needed-permission.ts";
import { notPermitted, pullButton, pushButton } from "./buttons.ts";
import type { ApprovalRow, Help, ProblemRow } from "./card-view.ts";
import type { AttentionFacts, ClaimFacts } from "../../preview/load-facts.ts";
import type { CardData } from "../../preview/read-card.ts";
import { objectUrl } from "./object-url.ts";
import { nameOf } from "../../values/shown-text.ts";

/** What needs attention, as a card's rows: problems with what resolves them, and what needs an approval. Pure. */

export function problemRow(
  look: CardData,
  problem: AttentionFacts,
): ProblemRow {
  const { correlationId } = problem.details;
  const stopped = retryStop(look, problem);
  return {
    id: problem.id,
    code: problem.code,
    field: problem.field,
    record: null,
    cause: problem.cause,
    fix: problem.fix,
    since: problem.createdAt.toISOString(),
    attempts: problem.tries,
    correlationId: typeof correlationId === "string" ? correlationId : null,
    retry: { allowed: stopped === null, reason: stopped },
    objects: linkable(look, problem),
    help: problem.code === "missing_scope" ? reconnect(look) : null,
  };
}

/** A problem of another record that the card's own object can resolve. */
export function claimRow(look: CardData, claim: ClaimFacts): ProblemRow {
  const { recordId, properties } = claim;
  const row = problemRow(look, claim);
  return {
    ...row,
    record: { id: recordId, name: nameOf(properties, recordId) },
    objects: row.objects
      .filter(({ id }) => id === look.objectId)
      .map((object) => ({
        ...object,
        holder:
          look.record === null || !look.linked
            ? null
            : nameOf(look.record.properties, look.record.id),
      })),
  };
}

/**
 * Why a retry isn't possible, or null: a permission that the person lacks; otherwise only what stops all sync prevents a
 * retry, except a retry of exactly that.
 */
export function retryStop(
  look: CardData,
  problem: AttentionFacts,
): string | null {
  const unpermitted = notPermitted(look, neededPermission(problem, "retry"));
  if (unpermitted !== null) return unpermitted.reason;
  if (look.reading !== null) return null;
  if (problem.code === "missing_scope" && look.unreadable !== null) return null;
  return (
    problem.initiator === "workspace" ? pushButton(look) : pullButton(look)
  ).reason;
}

/** The companies that the record can be linked to instead, if the entry offers that. */
function linkable(
  look: CardData,
  { kind, code, details }: AttentionFacts,
): ProblemRow["objects"] {
  const offered = choicesOf({ kind, code, details, state: "open" });
  if (!offered.includes("link_existing")) return [];
  return namedObjects(details).map(({ objectId, recordId }) => {
    const holder =
      recordId === null ? undefined : look.facts.companyNames.get(recordId);
    return {
      id: objectId,
      url: objectUrl(look, objectId),
      holder:
        recordId === null
          ? null
          : holder === undefined
            ? recordId
            : nameOf(holder, recordId),
    };
  });
}

const verbOf = { approve: "Approve changes", refuse: "Refuse changes" };
const approvalVerbs: Readonly<
  Record<keyof typeof verbOf, Readonly<Record<string, string>>>
> = {
  approve: {
    mass_deletion: "Delete",
    mass_creation: "Create",
    mass_update: "Update",
  },
  refuse: {
    mass_deletion: "Keep",
    mass_creation: "Don't create",
    mass_update: "Don't update",
  },
};

/** Approving applies all changes of the entry; refusing leaves everything as it is. */
export function approvalRow(
  look: CardData,
  entry: AttentionFacts,
): ApprovalRow {
  const { id, kind, code, cause, fix, details, initiator, createdAt } = entry;
  const place = initiator === "hubspot" ? "in the workspace" : "in HubSpot";
  return {
    id,
    code,
    cause,
    fix,
    since: createdAt.toISOString(),
    choices: choicesOf({ kind, code, details, state: "open" }).flatMap(
      (choice): ApprovalRow["choices"] =>
        choice === "approve" || choice === "refuse"
          ? [
              {
                choice,
                label: `${approvalVerbs[choice][code] ?? verbOf[choice]} ${place}`,
                destructive: choice === "approve" && code === "mass_deletion",
              },
            ]
          : [],
    ),
    refused:
      notPermitted(look, neededPermission(entry, "approve"))?.reason ?? null,
  };
}

const reconnect = ({ connectUrl }: CardData): Help => ({
  action: "reconnect",
  label: "Reconnect HubSpot",
  url: connectUrl,
  who: "An admin can reconnect HubSpot.",
});

/** What helps if nothing syncs in the whole account. */
export function accountHelp(look: CardData): Help | null {
  switch (look.installation.state) {
    case "disconnected":
    case "uninstalled":
      return reconnect(look);
    case "held":
      return {
        action: "resume",
        label: "Resume sync",
        url: null,
        who: "An admin can resume sync.",
      };
    case "setting-up":
      return {
        action: "start",
        label: "Start sync",
        url: null,
        who: "An admin can start sync now.",
      };
    case "first-pull":
    case "active":
      return look.unreadable?.code === "missing_scope" ? reconnect(look) : null;
  }
}
