import type { Db } from "../../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { pushedKindOf } from "../../settings/types/index.ts";
import { loadContactsOf } from "../preview/load-contacts.ts";
import type { Account } from "../decide/plan.ts";
import { startRun } from "../runs/runs.ts";

/**
 * Companies' contacts follow them as a run of their own, which works through them a hundred at a time (AC-014); of
 * runs that wait, companies' come first. Null: they have none.
 * @param confirmed newer values of the contacts in HubSpot may be undone
 */
export async function pushContactsOf(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    companyIds,
    account: { source, by },
    confirmed = false,
  }: {
    readonly companyIds: readonly RecordId[];
    readonly account: Pick<Account, "source" | "by">;
    readonly confirmed?: boolean;
  },
): Promise<{ runId: string; type: ObjectType; count: number } | null> {
  const kind = pushedKindOf(type);
  if (kind === null) return null;
  const recordIds = await loadContactsOf(db, portalId, kind, companyIds);
  if (recordIds.length === 0) return null;
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
  return { runId, type: kind.from, count: recordIds.length };
}
