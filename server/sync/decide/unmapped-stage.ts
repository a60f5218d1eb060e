import type { ObjectType } from "../../settings/types/index.ts";
import type { FieldOutcome, Rules } from "../model.ts";
import { pipelineMappings } from "../values/stages.ts";
import { STAGE_ELSEWHERE, UNMAPPED_OPTION } from "../values/value.ts";
import type { Unmet } from "./conditions.ts";

/**
 * Why a new record or object is left out because the portal maps its pipeline or its stage to nothing on the other side
 * (BN-111), or because its stage is one of another pipeline; null if neither is so. Pure.
 */
export function unmappedStage(
  rules: Pick<Rules, "settings">,
  type: ObjectType,
  fields: readonly FieldOutcome[],
): Unmet | null {
  const mapped = pipelineMappings(rules, type);
  if (mapped === null) return null;
  const isUnmapped = ({ code }: FieldOutcome): boolean =>
    code === UNMAPPED_OPTION;
  const of = (name: string | undefined): FieldOutcome | undefined =>
    fields.find(({ field }) => field === name);
  const pipeline = of(mapped.pipeline?.field);
  if (pipeline !== undefined && isUnmapped(pipeline))
    return {
      code: "pipeline_not_mapped",
      reason: `Excluded by pipeline. ${pipeline.parked?.message ?? ""}`.trim(),
    };
  const stage = of(mapped.stage.field);
  if (stage !== undefined && isUnmapped(stage))
    return {
      code: "stage_not_mapped",
      reason: `Excluded by stage. ${stage.parked?.message ?? ""}`.trim(),
    };
  return stage?.parked?.code === STAGE_ELSEWHERE
    ? { code: STAGE_ELSEWHERE, reason: stage.parked.message }
    : null;
}
