import { sql } from "kysely";
import { LeaseLost } from "../../database/fence.ts";
import type {
  CapabilityMissingError,
  RefusedError,
} from "../../hubspot/errors.ts";
import {
  CancelledError,
  DisconnectedError,
  WaitError,
} from "../../hubspot/errors.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Engine } from "../engine.ts";
import type { Run } from "./runs.ts";

/** A run in the log: ids, kinds and counts, never a record's values nor HubSpot's words, which may repeat them. */

/** The engine for the turns of one run: its own lines and those of its calls to HubSpot carry the run's id. */
export function engineOf(engine: Engine, portalId: PortalId, run: Run): Engine {
  const { hubspot } = engine;
  const about = { runId: run.id };
  return {
    ...engine,
    log: engine.log.child({ portalId, ...about }),
    hubspot: { ...hubspot, portal: (id) => hubspot.portal(id, about) },
  };
}

export function logStart(
  { log }: Engine,
  { kind, objectType, mode, source }: Run,
): void {
  log.info({ kind, objectType, mode, source }, "a run started");
}

/** Tells of a run that has ended by now, with its counts; says nothing of one that goes on. */
export async function logEnd(
  { database, log }: Engine,
  portalId: PortalId,
  { id, kind, objectType }: Run,
): Promise<void> {
  const { rows } = await database.inPortal(portalId, (db) =>
    sql<Record<string, unknown>>`
      select state, requested, created, updated, unchanged, skipped, held, failed,
        round(extract(epoch from ended_at - started_at) * 1000)::int as ms
      from run where portal_id = ${portalId} and id = ${id} and state in ('done', 'failed')`.execute(
      db,
    ),
  );
  const [row] = rows;
  if (row === undefined) return;
  const { state, ms, ...counts } = row;
  log.info({ kind, objectType, state, ms, counts }, "a run ended");
}

/** HubSpot's refusal ended a run: its correlation id is what HubSpot's support asks for. */
export function logRefusal(
  { log }: Engine,
  { name, body }: CapabilityMissingError | RefusedError,
): void {
  const { status, category, correlationId } = body;
  log.warn(
    { refusal: name, status, category, correlationId },
    "a run ended because HubSpot rejected a request",
  );
}

/** A turn failed that nobody expected to; the run goes on where it stood. Waiting and being asked to stop is no failure. */
export function logFailure({ log }: Engine, error: unknown): void {
  const expected =
    error instanceof WaitError ||
    error instanceof DisconnectedError ||
    error instanceof CancelledError ||
    error instanceof LeaseLost;
  if (!expected) log.warn({ err: error }, "a turn of a run failed");
}
