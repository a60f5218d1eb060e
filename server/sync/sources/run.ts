import { analyzeOutgrown } from "../../database/analyze-outgrown.ts";
import type { Fence } from "../../database/fence.ts";
import { CapabilityMissingError, RefusedError } from "../../hubspot/errors.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { missCapability } from "../capabilities.ts";
import type { Engine } from "../engine.ts";
import { endRun, takeNextRun } from "../runs.ts";
import type { Run } from "../runs.ts";
import { changedPull } from "./changed-pull.ts";
import { fullPull } from "./full-pull.ts";
import { selection } from "./selection.ts";
import { sweepStep } from "./sweep.ts";

type Turn = { readonly fence: Fence; readonly signal: AbortSignal };

/** One turn of the run that is next: some pages of it. Answers "now" while any run waits, or when to look again. */
export async function workRuns(
  engine: Engine,
  portalId: PortalId,
  turn: Turn,
): Promise<"now" | Date | null> {
  const run = await engine.database.inPortal(portalId, async (db) => {
    await turn.fence(db);
    return takeNextRun(db, portalId);
  });
  if (run === null) return null;
  await analyzeOutgrown(engine.database);
  try {
    return await workRun(engine, portalId, run, turn);
  } catch (error) {
    if (!(
      error instanceof CapabilityMissingError || error instanceof RefusedError
    ))
      throw error;
    await engine.database.inPortal(portalId, async (db) => {
      await turn.fence(db);
      if (error instanceof CapabilityMissingError)
        await missCapability(db, portalId, error);
      await endRun(
        db,
        portalId,
        run.id,
        "failed",
        `HubSpot refused it: ${error.body.message.slice(0, 500)}`,
      );
    });
  }
  return "now";
}

/** Which source a run draws from. */
async function workRun(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  turn: Turn,
): Promise<"now" | Date> {
  if (run.kind === "sweep") await sweepStep(engine, portalId, run, turn.fence);
  else if (run.kind === "push" || run.mode === "selection")
    return selection(engine, portalId, run, turn);
  else if (run.mode === "changed")
    await changedPull(engine, portalId, run, turn);
  else await fullPull(engine, portalId, run, turn);
  return "now";
}
