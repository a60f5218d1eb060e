import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { APPLIES_MAPPINGS } from "../decide/triggers.ts";
import { addPage, endRun } from "./runs.ts";
import type { Run } from "./runs.ts";

/**
 * A sync both ways of a whole type goes through HubSpot's objects first, and decides of both sides of each pair; then
 * through the workspace's records that no object led to.
 */

const recordPhase = { phase: "records" } as const;

export const inRecordPhase = ({ kind, position }: Run): boolean =>
  kind === "both" && position["phase"] === recordPhase.phase;

/** The objects have all been seen: a pull is done, and of a sync both ways the records follow. */
export async function endObjects(
  db: Db,
  portalId: PortalId,
  run: Run,
  reason: string,
): Promise<void> {
  // Changed mappings concern only what is linked, and HubSpot's side has led to all of that.
  if (run.kind === "both" && run.source !== APPLIES_MAPPINGS)
    await addPage(db, portalId, run.id, [], recordPhase);
  else await endRun(db, portalId, run.id, "done", reason);
}
