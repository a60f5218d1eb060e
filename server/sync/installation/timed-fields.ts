import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { newestMappings } from "../../settings/newest-fields.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { listedTypes } from "../../settings/types/index.ts";

/**
 * From now on, the times of the product's changes are kept of exactly the fields in which the newer change wins. A field
 * that stays keeps its times; one that comes back begins anew, because what changed meanwhile has none.
 */
export async function keepFieldTimes(
  db: Db,
  portalId: PortalId,
  settings: Settings,
): Promise<void> {
  const wanted = listedTypes.flatMap((type) =>
    newestMappings(settings[type]).map(({ field }) => ({
      object_type: type,
      field,
    })),
  );
  await sql`
    with wanted as (
      select * from jsonb_to_recordset(${toJson(wanted)}::jsonb) as w(object_type text, field text)
    ), ended as (
      delete from timed_field t
      where t.portal_id = ${portalId}
        and not exists (select from wanted w where w.object_type = t.object_type and w.field = t.field)
    )
    insert into timed_field (portal_id, object_type, field)
    select ${portalId}, object_type, field from wanted
    on conflict do nothing`.execute(db);
}
