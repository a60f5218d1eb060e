import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { mappingChanges } from "../../settings/differences/mapping-differences.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { objectTypes } from "../../settings/types/index.ts";
import { APPLIES_MAPPINGS } from "../decide/triggers.ts";
import { startRun } from "../runs/runs.ts";

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
