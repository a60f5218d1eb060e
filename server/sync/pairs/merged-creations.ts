import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { ExecutedCreation } from "./link-creations.ts";

/**
 * Returns the creations that HubSpot has answered with an object that was merged since, or with one that another was
 * merged into, and that their worker did not live to link. All of a merge at once: which record the survivor belongs to
 * is decided among all of its links. Index attempt_open_record.
 */
export async function loadMergedCreations(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  objects: readonly HubSpotObject[],
): Promise<ExecutedCreation[]> {
  const ids = objects.flatMap(({ id, mergedIds }) =>
    mergedIds.length === 0 ? [] : [id, ...mergedIds],
  );
  const { rows } = await sql<ExecutedCreation>`
    select id, record_id as "recordId", sent, answer ->> 'objectId' as made from attempt
    where portal_id = ${portalId} and object_type = ${type} and operation = 'create' and settled_at is null
      and answer ->> 'objectId' = any (${ids}::text[]) and not (claimed and claim_ends_at > now())`.execute(
    db,
  );
  return rows;
}
