import { descriptorOf } from "../../../settings/types/index.ts";
import type { FieldChange, OpenAttempt, Rules } from "../../model.ts";
import { changesOf } from "../../decide/plan.ts";
import { isBlank } from "../../values/value.ts";
import type { JournalLine } from "../../journal/journal.ts";
import type { Placed } from "../write-workspace.ts";

/** The journal's lines of a batch, before HubSpot has answered. Pure. */

/** The line for what this batch did to the workspace and to links; HubSpot's part is told with its answer. */
export function workspaceLine(plan: Placed): JournalLine[] {
  const { pair, decision, recordId } = plan;
  const line = {
    recordId,
    objectId: pair.object?.id ?? pair.link?.objectId ?? null,
    code: decision.code,
    reason: decision.reason,
    changes: changesOf(plan).filter((change) => change.side === "workspace"),
  };
  if (decision.hubspot.kind === "archive") return [];
  if (decision.workspace.kind === "create")
    return [{ ...line, action: "created" }];
  if (decision.workspace.kind === "delete")
    return [
      { ...line, action: "deleted", changes: lastValues(plan, "workspace") },
    ];
  if (decision.workspace.kind === "restore" || decision.link.kind === "revive")
    return [{ ...line, action: "restored" }];
  if (decision.link.kind === "end") return [{ ...line, action: "unlinked" }];
  if (decision.link.kind === "create" && decision.hubspot.kind !== "create")
    return [{ ...line, action: "linked" }];
  if (decision.workspace.kind === "update")
    return [{ ...line, action: "updated" }];
  if (decision.outcome === "failed") return [{ ...line, action: "failed" }];
  return edgeLine(plan);
}

function edgeLine({ pair, edges, recordId }: Placed): JournalLine[] {
  if (recordId === null) return [];
  const moved = edges.filter(
    ({ outcome }) =>
      outcome.addToWorkspace.length + outcome.removeFromWorkspace.length > 0 ||
      outcome.primaryInWorkspace !== undefined,
  );
  if (moved.length === 0) return [];
  const parents = moved.map(({ kind }) => descriptorOf(kind.to).names.plural);
  const before = pair.record?.companyId ?? null;
  return [
    {
      recordId,
      objectId: pair.object?.id ?? null,
      action: "associated",
      code: "associations_updated",
      reason: `This ${pair.objectType}'s ${parents.join(" and ")} changed in HubSpot.`,
      changes: moved.flatMap(({ kind: { primary }, outcome }) =>
        primary === null
          ? []
          : [
              {
                field: primary.column,
                property: primary.property ?? "",
                side: "workspace",
                before,
                after:
                  outcome.primaryInWorkspace === undefined
                    ? before
                    : (outcome.primaryInWorkspace?.parentId ?? null),
              },
            ],
      ),
    },
  ];
}

/** Why a record that stays behind without its object is no longer in HubSpot: what the views show as its reason. */
export function unlinkedLine(
  plan: Placed,
): Pick<JournalLine, "recordId" | "code" | "reason">[] {
  const { decision, pair } = plan;
  return decision.link.kind === "end" &&
    decision.workspace.kind === "none" &&
    pair.record?.deletedAt === null
    ? [
        {
          recordId: pair.record.id,
          code: decision.code,
          reason: decision.reason,
        },
      ]
    : [];
}

/**
 * What a side had when it was deleted: the fields of a record (of a large one, those that sync uses), the mapped
 * properties of an object.
 */
export function lastValues(
  { pair }: Pick<Placed, "pair">,
  side: FieldChange["side"],
): FieldChange[] {
  const base = pair.link?.base ?? {};
  const values =
    side === "workspace"
      ? Object.entries(pair.record?.properties ?? {}).map(
          ([field, value]) => [field, base[field]?.p ?? "", value] as const,
        )
      : Object.entries(base).map(
          ([field, { p }]) => [field, p, pair.object?.properties[p]] as const,
        );
  return values.flatMap(([field, property, before]) =>
    isBlank(before) ? [] : [{ field, property, side, before, after: null }],
  );
}

export function skipLine({ decision, pair, recordId }: Placed): JournalLine[] {
  return decision.outcome !== "skipped"
    ? []
    : [
        {
          recordId,
          // By a merged-away object's id a privacy deletion finds the line, which names the survivor.
          objectId:
            pair.object?.id ??
            (pair.link?.state === "merged-away" ? pair.link.objectId : null),
          action: "skipped",
          code: decision.code,
          reason: decision.reason,
          changes: [],
        },
      ];
}

/** An update whose worker did not live to tell of it: what it wrote, and what HubSpot had held. */
export function arrivedLine(
  rules: Rules,
  { pair, recordId }: Placed,
  attempt: OpenAttempt,
): JournalLine[] {
  if (attempt.operation !== "update") return [];
  const { mappings } = rules.settings[pair.objectType];
  return [
    {
      recordId,
      objectId: pair.object?.id ?? pair.link?.objectId ?? null,
      action: "updated",
      ...(pair.object === null && attempt.answered !== true
        ? {
            code: "may_have_landed",
            reason: `HubSpot may have received these values before an interruption. This ${pair.objectType} is no longer in HubSpot.`,
          }
        : {
            code: "landed",
            reason: "HubSpot had received these values before an interruption.",
          }),
      changes: Object.entries(attempt.sent).map(([property, value]) => ({
        field:
          mappings.find((mapping) => mapping.property === property)?.field ??
          property,
        property,
        side: "hubspot",
        before: value.before ?? null,
        after: value.h,
      })),
    },
  ];
}
