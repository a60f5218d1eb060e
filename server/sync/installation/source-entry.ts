import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { resolvedBy } from "../../database/resolved-by.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";

/** The one entry that tells admins of a source that HubSpot rejects: objects are created all the same (X-10). */

/** The code of that entry, which is of a type and of no record. */
export const SOURCE_REJECTED = "source_rejected";

/**
 * Opens a type's entry, unless it is open.
 * @param rejected why, in a sentence
 */
export async function openSourceEntry(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    property,
    rejected,
  }: { readonly property: string; readonly rejected: string },
): Promise<void> {
  const { plural, label } = descriptorOf(type).names;
  await sql`
    insert into attention (portal_id, kind, code, object_type, cause, fix, details, initiator)
    values (${portalId}, 'problem', ${sql.lit(SOURCE_REJECTED)}, ${type},
      ${`${label.plural} were created in HubSpot without a source. ${rejected}`},
      ${`Choose another source for ${plural} in the settings, or correct the property in HubSpot. Then retry.`},
      ${toJson({ property })}, 'workspace')
    on conflict (portal_id, object_type) where state = 'open' and code = ${sql.lit(SOURCE_REJECTED)} do nothing`.execute(
    db,
  );
}

/** Closes a type's entry, if it is open. Index attention_source. */
export async function closeSourceEntry(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<void> {
  await db
    .updateTable("attention")
    .set(resolvedBy("sync"))
    .where("portal_id", "=", portalId)
    .where("object_type", "=", type)
    .where("state", "=", sql.lit("open"))
    .where("code", "=", sql.lit(SOURCE_REJECTED))
    .execute();
}
