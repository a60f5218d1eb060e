import type { Db } from "../../database/database.ts";
import type { PortalId, RecordId } from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import type { ParentStatus } from "../model.ts";
import { parentsHere } from "./stored-edges.ts";

/** Whether a record has parents of a kind in the workspace. */
export type ParentHere = Pick<ParentStatus, "kind" | "has">;

/** Returns which of some records have parents in the workspace, by kind: a query for each kind. */
export async function loadParentsHere(
  db: Db,
  portalId: PortalId,
  kinds: readonly ParentKind[],
  ids: readonly RecordId[],
): Promise<(id: RecordId) => ParentHere[]> {
  const ofKinds: { kind: ParentKind; children: ReadonlySet<RecordId> }[] = [];
  for (const kind of kinds) {
    const { rows } = await parentsHere(portalId, kind, ids).execute(db);
    ofKinds.push({ kind, children: new Set(rows.map((row) => row.child_id)) });
  }
  return (id) =>
    ofKinds.map(({ kind, children }) => ({ kind, has: children.has(id) }));
}
