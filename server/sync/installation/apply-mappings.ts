import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { mappingChanges } from "../../settings/differences/mapping-differences.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { objectTypes } from "../../settings/types/index.ts";
import { APPLIES_MAPPINGS } from "../decide/triggers.ts";
import { startRun } from "../runs/runs.ts";
import { readInstallation } from "./installation.ts";
import { refusalOf } from "./pure/installation-gate.ts";

/** A run that applies the changed mappings of a type. */
export type MappingRun = {
  readonly objectType: ObjectType;
  readonly runId: string;
};

/** Returns the types whose mappings or policy differ and that are switched on, parents first. Pure. */
export const typesWithOtherMappings = (
  before: Settings,
  after: Settings,
): ObjectType[] =>
  objectTypes.filter(
    (type) =>
      after[type].enabled !== false &&
      (before[type].policy !== after[type].policy ||
        mappingChanges(type, before[type].mappings, after[type].mappings)
          .length > 0),
  );

/** Returns the runs in progress that apply changed mappings: one for a type at most. Index run_active. */
export async function runningMappingRuns(
  db: Db,
  portalId: PortalId,
): Promise<MappingRun[]> {
  const { rows } = await sql<MappingRun>`
    select object_type as "objectType", id as "runId" from run
    where portal_id = ${portalId} and kind = 'both' and mode = 'full' and state in ('queued', 'running', 'paused')
      and (source = ${APPLIES_MAPPINGS} or scope -> 'whole' ->> 'source' = ${APPLIES_MAPPINGS})
    order by object_type`.execute(db);
  return rows;
}

/** Returns why changed mappings of these types can't be applied now, or null. */
export async function applyRefusal(
  db: Db,
  portalId: PortalId,
  types: readonly ObjectType[],
): Promise<{ readonly code: string; readonly reason: string } | null> {
  const installation = await readInstallation(db, portalId);
  if (installation === null) return null;
  for (const type of types) {
    const refusal = refusalOf(installation, "push", type);
    if (refusal !== null) return refusal;
  }
  return null;
}

/**
 * Queues a check of a type's linked pairs, so that its saved mappings reach them (BN-013), in the transaction that saves
 * them. A check of everything that is in progress starts over as this one when it ends: its first pages knew the old
 * mappings.
 */
export async function applyMappings(
  db: Db,
  portalId: PortalId,
  objectType: ObjectType,
  by: string,
): Promise<MappingRun> {
  const asked = {
    manual: false,
    confirmed: true,
    source: APPLIES_MAPPINGS,
    requestedBy: by,
  };
  const { runId, coalesced } = await startRun(db, portalId, {
    kind: "both",
    objectType,
    mode: "full",
    ...asked,
  });
  if (coalesced)
    await sql`
      update run set scope = scope || ${toJson({ whole: asked })}::jsonb
      where portal_id = ${portalId} and id = ${runId} and state in ('running', 'paused')`.execute(
      db,
    );
  return { objectType, runId };
}
