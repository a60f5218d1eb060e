import { writesEdges } from "../apply/write-links.ts";
import { decideLeaving } from "../decide/decide.ts";
import { isRemoval, pushedFirst } from "../decide/pipelines.ts";
import type { Planned } from "../decide/plan.ts";
import type { Rules, Trigger } from "../model.ts";

/**
 * Returns the plans with those settled that remove a record with its pipeline, once its parents are known: a record whose
 * parents changed in the workspace stays until HubSpot has them, and of the others nothing is written to parents. Pure.
 */
export const settleRemovals = (
  rules: Rules,
  trigger: Trigger,
  planned: readonly Planned[],
): readonly Planned[] =>
  planned.map((plan): Planned => {
    if (!isRemoval(plan.decision)) return plan;
    const { pair } = plan;
    if (writesEdges(plan))
      return {
        ...plan,
        decision: pushedFirst(pair, decideLeaving(rules, pair, trigger)),
      };
    const { edgesStopped: _, ...rest } = plan;
    return { ...rest, edges: [] };
  });
