import type { Db } from "../../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { pushedKindsOf } from "../../settings/types/index.ts";
import { loadChildIds } from "../preview/load-children.ts";
import type { Account } from "../decide/plan.ts";
import { startRun } from "../runs/runs.ts";

/** A run that pushes the children of one type. */
export type ChildRun = {
  readonly runId: string;
  readonly type: ObjectType;
  readonly count: number;
};

/**
 * Records' children follow them, those of each type as a run of its own, which works through them a hundred at a time
 * (AC-014); of runs that wait, parents' come first. Types of which there are no children get no run.
 * @param children the types that are pushed; what isn't pushed after records of this type is ignored
 * @param confirmed newer values of the children in HubSpot may be undone
 */
export async function pushChildrenOf(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    parentIds,
    children,
    account: { source, by },
    confirmed = false,
  }: {
    readonly parentIds: readonly RecordId[];
    readonly children: readonly ObjectType[];
    readonly account: Pick<Account, "source" | "by">;
    readonly confirmed?: boolean;
  },
): Promise<ChildRun[]> {
  const runs: ChildRun[] = [];
  for (const kind of pushedKindsOf(type)) {
    if (!children.includes(kind.from)) continue;
    const recordIds = await loadChildIds(db, portalId, kind, parentIds);
    if (recordIds.length === 0) continue;
    const { runId } = await startRun(db, portalId, {
      kind: "push",
      objectType: kind.from,
      mode: "selection",
      scope: { recordIds },
      manual: true,
      confirmed,
      source,
      requestedBy: by,
    });
    runs.push({ runId, type: kind.from, count: recordIds.length });
  }
  return runs;
}
