import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { isSelected } from "../../settings/pipelines.ts";
import type { Settings } from "../../settings/schema.ts";
import type { EffectCode } from "./pure/effect-wording.ts";
import { typesWithOtherPipelines } from "./follow-pipelines.ts";
import { loadPipelineCounts } from "./pipeline-counts.ts";
import { countInPipelines, pipelinesInUse } from "./pipeline-records.ts";

/** Returns how many records come and leave with a type's pipelines once others are selected. */
export async function pipelineEffects(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { before, after }: { readonly before: Settings; readonly after: Settings },
): Promise<{ code: EffectCode; count: number }[]> {
  if (!typesWithOtherPipelines(before, after).includes(type)) return [];
  const leaving = (await pipelinesInUse(db, portalId, type, before)).filter(
    (id) => isSelected(before, type, id) && !isSelected(after, type, id),
  );
  const { records, unpushed } = await countInPipelines(
    db,
    portalId,
    type,
    before,
    leaving,
  );
  const counts = await loadPipelineCounts(db, portalId, type);
  const coming = [...counts].filter(
    ([id]) => !isSelected(before, type, id) && isSelected(after, type, id),
  );
  return [
    { code: "pipeline_removed", count: records },
    { code: "pipeline_unpushed", count: unpushed },
    {
      code: "pipeline_added",
      count: coming.reduce((sum, [, { count }]) => sum + count, 0),
    },
  ];
}
