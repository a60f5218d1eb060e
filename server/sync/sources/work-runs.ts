import { analyzeOutgrown } from "../../database/analyze-outgrown.ts";
import type { Fence } from "../../database/fence.ts";
import { CapabilityMissingError, RefusedError } from "../../hubspot/errors.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { SyncCapability } from "../../hubspot/errors.ts";
import type { MissingCapabilities } from "../installation/capabilities.ts";
import { noteMissing } from "../installation/capabilities.ts";
import type { Engine } from "../engine.ts";
import { refusalOfType } from "../installation/pure/installation-gate.ts";
import { describeMissing } from "../installation/pure/missing-scope.ts";
import { endRun, takeNextRun } from "../runs/runs.ts";
import type { Run } from "../runs/runs.ts";
import { changedPull } from "./changed-pull.ts";
import { fullPull } from "./full-pull.ts";
import {
  engineOf,
  logEnd,
  logFailure,
  logRefusal,
  logStart,
} from "../runs/run-log.ts";
import { inRecordPhase } from "../runs/both-phases.ts";
import { addPipeline } from "./pipeline-addition.ts";
import { removePipeline } from "./pipeline-removal.ts";
import { selection } from "./selection.ts";
import { sweepStep } from "./sweep.ts";
import { loadStanding } from "../installation/standing.ts";

/** A run's turn within so few milliseconds fills no table. */
const SHORT_TURN_MS = 100;

type Turn = { readonly fence: Fence; readonly signal: AbortSignal };

/** One turn of the run that is next: some pages of it. Answers "now" while any run waits, or when to look again. */
export async function processRuns(
  engine: Engine,
  portalId: PortalId,
  turn: Turn,
): Promise<"now" | Date | null> {
  const { run, standing } = await engine.database.inPortal(
    portalId,
    async (db) => {
      await turn.fence(db);
      return {
        run: await takeNextRun(db, portalId),
        standing: await loadStanding(db, portalId),
      };
    },
  );
  if (run === null) return null;
  const bound = engineOf(engine, portalId, run);
  if (run.begins) logStart(bound, run);
  const { types, missing } = standing;
  const refusal = refusalOfType(types, run.objectType);
  // Asked for before its type was switched off.
  if (refusal !== null) await fail(bound, portalId, run, turn, refusal.reason);
  const again =
    refusal === null
      ? await workTurn(bound, portalId, run, turn, missing)
      : "now";
  await logEnd(bound, portalId, run);
  return again;
}

async function workTurn(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  turn: Turn,
  missing: MissingCapabilities,
): Promise<"now" | Date> {
  const lacking = needsOf(run).find((name) => missing[name] !== undefined);
  if (lacking !== undefined) {
    await fail(engine, portalId, run, turn, stopOf(lacking, missing));
    return "now";
  }
  await analyzeOutgrown(engine.database);
  try {
    const again = await workRun(engine, portalId, run, turn);
    // The product's statements come after a first pull's last turn, which may have been its only one.
    await analyzeOutgrown(engine.database, { apartMs: SHORT_TURN_MS });
    return again;
  } catch (error) {
    if (error instanceof CapabilityMissingError)
      await goOnWithout(engine, portalId, { run, turn, missing, error });
    else if (error instanceof RefusedError)
      await refuse(engine, portalId, run, turn, error);
    else {
      logFailure(engine, error);
      throw error;
    }
  }
  return "now";
}

/** What a run cannot do without. Whatever else is missing, it passes over. */
const needsOf = ({ kind, objectType }: Run): SyncCapability[] => [
  `read:${objectType}`,
  ...(kind === "push" ? ([`write:${objectType}`] as const) : []),
];

const stopOf = (
  lacking: SyncCapability,
  missing: MissingCapabilities,
): string => describeMissing(lacking, missing[lacking]?.scopes ?? []).cause;

async function refuse(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  turn: Turn,
  error: RefusedError | CapabilityMissingError,
): Promise<void> {
  logRefusal(engine, error);
  const said = error.body.message.slice(0, 500);
  await fail(
    engine,
    portalId,
    run,
    turn,
    `HubSpot rejected a request: ${said}`,
  );
}

/** Notes what HubSpot does not allow. The run goes on where it stood, without that; it fails where that is all it is for. */
async function goOnWithout(
  engine: Engine,
  portalId: PortalId,
  {
    run,
    turn,
    missing,
    error,
  }: {
    readonly run: Run;
    readonly turn: Turn;
    readonly missing: MissingCapabilities;
    readonly error: CapabilityMissingError;
  },
): Promise<void> {
  const { capability, scopes } = error;
  await noteMissing(engine, portalId, turn.fence, error);
  const needed = needsOf(run).find((name) => name === capability);
  if (needed !== undefined) {
    logRefusal(engine, error);
    await fail(
      engine,
      portalId,
      run,
      turn,
      describeMissing(needed, scopes).cause,
    );
  }
  // Known before, and asked for all the same: not twice.
  else if (missing[capability] !== undefined)
    await refuse(engine, portalId, run, turn, error);
}

async function fail(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  turn: Turn,
  reason: string,
): Promise<void> {
  await engine.database.inPortal(portalId, async (db) => {
    await turn.fence(db);
    await endRun(db, portalId, run.id, "failed", reason);
  });
}

/** Which source a run draws from. */
async function workRun(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  turn: Turn,
): Promise<"now" | Date> {
  const { pipeline } = run.scope;
  if (pipeline !== undefined)
    return (pipeline.moves === "out" ? removePipeline : addPipeline)(
      engine,
      portalId,
      run,
      pipeline,
      turn,
    );
  if (run.kind === "sweep") await sweepStep(engine, portalId, run, turn.fence);
  else if (
    run.kind === "push" ||
    run.mode === "selection" ||
    inRecordPhase(run)
  )
    return selection(engine, portalId, run, turn);
  else if (run.mode === "changed")
    await changedPull(engine, portalId, run, turn);
  else await fullPull(engine, portalId, run, turn);
  return "now";
}
