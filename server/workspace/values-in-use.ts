import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import { MAX_SETTING_LIST, MAX_SETTING_TEXT } from "../settings/limits.ts";
import type { ObjectType, PortalId } from "../settings/object-type.ts";

/** Records that are looked at, the oldest first: a request takes some 10 ms per 1,000 of them. */
const MOST_READ = 100_000;

/** Returns the texts that live records have in a field, in order of the alphabet, as many as settings can list. */
export async function valuesInUse(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  field: string,
): Promise<string[]> {
  const { rows } = await sql<{ value: string }>`
    select distinct value collate "C" as value from (
      select properties ->> ${field} as value from record
      where portal_id = ${portalId} and object_type = ${type} and deleted_at is null
        and jsonb_typeof(properties -> ${field}) = 'string'
      order by id limit ${MOST_READ}
    ) r
    where btrim(value) <> '' and char_length(value) <= ${MAX_SETTING_TEXT}
    order by 1 limit ${MAX_SETTING_LIST}`.execute(db);
  return rows.map(({ value }) => value);
}
