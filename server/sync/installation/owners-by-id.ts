import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";

/** An owner of HubSpot, as people read one. */
export type NamedOwner = {
  readonly id: string;
  readonly email: string;
  /** First and last name; the email if HubSpot has neither. */
  readonly name: string;
};

/** Returns owners by their ids; unknown ids are absent. */
export async function ownersById(
  db: Db,
  portalId: PortalId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NamedOwner>> {
  const { rows } = await sql<NamedOwner>`
    select name as id, body ->> 'email' as email,
      coalesce(nullif(trim(concat_ws(' ', body ->> 'firstName', body ->> 'lastName')), ''), body ->> 'email') as name
    from hubspot_definition
    where portal_id = ${portalId} and kind = 'owner' and object_type = '' and name = any (${ids}::text[])`.execute(
    db,
  );
  return new Map(rows.map((owner) => [owner.id, owner]));
}
