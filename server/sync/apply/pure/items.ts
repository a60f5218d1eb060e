import type { ObjectType, RecordId } from "../../../settings/object-type.ts";
import { changesOf } from "../../decide/plan.ts";
import type { PassItem } from "../../decide/plan.ts";
import type { AttemptResult } from "./attempt-result.ts";
import type { Placed } from "../write-workspace.ts";

/** How each pair of a batch ended: by HubSpot's answer where it was asked, else as it was decided. Pure. */
export function itemsOf(
  type: ObjectType,
  placed: readonly Placed[],
  passedBy: {
    readonly moved: ReadonlySet<Placed>;
    readonly claimed: ReadonlySet<RecordId>;
  },
  settled: readonly AttemptResult[],
): PassItem[] {
  const ends = new Map(settled.map((one) => [one.attempt.plan, one]));
  return placed.map((plan): PassItem => {
    const { pair, decision, recordId } = plan;
    const end = ends.get(plan);
    const common = {
      objectType: type,
      recordId,
      objectId: end?.objectId ?? pair.object?.id ?? pair.link?.objectId ?? null,
    };
    if (end !== undefined) {
      const ours = changesOf(plan).filter(
        (change) => change.side === "workspace",
      );
      return {
        ...common,
        outcome: end.outcome,
        code: end.code,
        reason: end.reason,
        changes: [...ours, ...end.changes],
      };
    }
    if (passedBy.moved.has(plan)) {
      return {
        ...common,
        // What was to be created was not.
        recordId: pair.record?.id ?? null,
        outcome: "skipped",
        code: "moved_on",
        reason: `This ${type} changed during the sync. Counterpart will check it again.`,
        changes: [],
      };
    }
    if (recordId !== null && passedBy.claimed.has(recordId)) {
      return {
        ...common,
        outcome: "skipped",
        code: "busy",
        reason: `Another sync of this ${type} is in progress. Counterpart will check it again.`,
        changes: [],
      };
    }
    return {
      ...common,
      outcome: decision.outcome,
      code: decision.code,
      reason: decision.reason,
      changes: changesOf(plan),
    };
  });
}
