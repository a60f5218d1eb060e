import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { isSelected } from "../../settings/pipelines.ts";
import type { Settings } from "../../settings/schema.ts";
import type { CountBound, EffectCode } from "./pure/effect-wording.ts";
import { typesWithOtherPipelines } from "./follow-pipelines.ts";
import { loadPipelineCounts } from "./pipeline-counts.ts";
import { loadPipelines } from "./definitions.ts";
import { countInPipelines, pipelinesInUse } from "./pipeline-records.ts";

/** Returns how many records come and leave with a type's pipelines once others are selected. */
export async function pipelineEffects(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { before, after }: { readonly before: Settings; readonly after: Settings },
): Promise<{ code: EffectCode; count: number; bound?: CountBound }[]> {
  if (!typesWithOtherPipelines(before, after).includes(type)) return [];
  // A type that stays off stays as it is.
  if ([before, after].every((each) => each[type].enabled === false)) return [];
  const counts = await loadPipelineCounts(db, portalId, type);
  const changing = (from: Settings, to: Settings, ids: Iterable<string>) =>
    [...ids].filter(
      (id) => isSelected(from, type, id) && !isSelected(to, type, id),
    );
  const there = (ids: readonly string[]): number =>
    ids.reduce((sum, id) => sum + (counts.get(id)?.count ?? 0), 0);
  const inUse = await pipelinesInUse(db, portalId, type, before);
  const { records, unpushed } = await countInPipelines(
    db,
    portalId,
    type,
    before,
    changing(before, after, inUse),
  );
  // Of records whose pipeline isn't known, no more leave than HubSpot has in these pipelines; or all of them, as long as
  // HubSpot hasn't counted these lately.
  const known = (await loadPipelines(db, portalId, type)).map(({ id }) => id);
  const leaving = changing(before, after, known);
  const isCounted = leaving.every((id) => counts.get(id)?.fresh === true);
  const mayLeave = isCounted ? Math.max(0, there(leaving) - records) : Infinity;
  const unknown =
    mayLeave === 0
      ? { records: 0, unpushed: 0 }
      : await countInPipelines(db, portalId, type, before, "unknown");
  const bound = unknown.records === 0 ? "exact" : "at-most";
  const coming = changing(after, before, new Set([...known, ...counts.keys()]));
  return [
    {
      code: "pipeline_removed",
      count: records + Math.min(unknown.records, mayLeave),
      bound,
    },
    {
      code: "pipeline_unpushed",
      count: unpushed + Math.min(unknown.unpushed, mayLeave),
      bound,
    },
    {
      code: "pipeline_added",
      count: there(coming),
      bound: boundOf(
        coming.filter((id) => !counts.has(id)).length,
        there(coming),
      ),
    },
  ];
}

/** What a sum is worth if some of what it sums up was never counted. */
function boundOf(uncounted: number, sum: number): CountBound {
  if (uncounted === 0) return "exact";
  return sum > 0 ? "at-least" : "unknown";
}
