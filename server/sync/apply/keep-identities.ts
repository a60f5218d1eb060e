import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { identityKeyOf } from "../values/identity.ts";
import { additionalIdentitiesOf } from "../pairs/object-identity.ts";
import type { Placed } from "./write-workspace.ts";

/**
 * Stores the additional domains of the companies that a batch has read, so that they are known before HubSpot's search
 * index shows them. A company that gave one up frees the records that could not be created because of it. Of a type
 * whose identity is unique, none is stored: HubSpot refuses a second contact itself and names the first.
 */
export async function keepIdentities(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  placed: readonly Placed[],
): Promise<void> {
  const key = identityKeyOf(type);
  if (key === null || key.unique) return;
  const read = placed.flatMap(({ object, pair: { link } }) =>
    object === null || object.updatedAt.getTime() < (link?.seenAt ?? 0)
      ? []
      : [object],
  );
  if (read.length === 0) return;
  const held = read.flatMap((object) =>
    additionalIdentitiesOf(type, object).map((identity) => ({
      objectId: object.id,
      identity,
    })),
  );
  const ids = read.flatMap(({ id, mergedIds }) => [id, ...mergedIds]);
  const { rows } = await sql<{ identity: string }>`
    with held as (
      select "objectId" as object_id, identity
      from jsonb_to_recordset(${toJson(held)}::jsonb) as h("objectId" bigint, identity text)
    ), added as (
      insert into object_identity (portal_id, object_type, object_id, identity)
      select ${portalId}, ${type}, object_id, identity from held
      on conflict do nothing
    )
    delete from object_identity o
    where o.portal_id = ${portalId} and o.object_type = ${type} and o.object_id = any (${ids}::bigint[])
      and not exists (select from held h where h.object_id = o.object_id and h.identity = o.identity)
    returning o.identity`.execute(db);
  if (rows.length > 0)
    await recheckRefused(
      db,
      portalId,
      type,
      rows.map((row) => row.identity),
    );
}

/** Indexes record_by_identity, attention_record. */
async function recheckRefused(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  identities: readonly string[],
): Promise<void> {
  await sql`
    insert into dirty as d (portal_id, object_type, record_id, revision)
    select r.portal_id, r.object_type, r.id, r.revision from record r
    where r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null
      and r.identity = any (${identities}::text[])
      and exists (
        select from attention a
        where a.portal_id = ${portalId} and a.record_id = r.id and a.state = 'open' and a.code = 'domain_conflict')
    on conflict (portal_id, record_id) do update set due_at = least(d.due_at, now())`.execute(
    db,
  );
}
