import { sql } from "kysely";
import type { Database } from "../server/database/database.ts";
import type { ObjectType } from "../server/settings/object-type.ts";

/**
 * Adds a record as a database older than the limits may have it: no trigger weighs it, and none marks it dirty. Returns
 * its id. `weighed` sets its bytes, as migration 0023 did for the large ones.
 */
export async function addOlderRecord(
  database: Database,
  portalId: number,
  record: {
    readonly type?: ObjectType;
    /** Text in `notes`, beside the others. */
    readonly notes: number;
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly weighed?: boolean;
  },
): Promise<string> {
  const { type = "contact", notes, properties = {}, weighed = true } = record;
  return database.owner.transaction().execute(async (db) => {
    await sql`set local session_replication_role = replica`.execute(db);
    const { rows } = await sql<{ id: string }>`
      with given as (
        select ${JSON.stringify(properties)}::jsonb || jsonb_build_object('notes', repeat('x', ${notes}::int)) as properties
      )
      insert into record (portal_id, object_type, properties, bytes)
      select ${portalId}, ${type}, properties, case when ${weighed}::boolean then octet_length(properties::text) end
      from given returning id`.execute(db);
    const [row] = rows;
    if (row === undefined) throw new Error("An insert returns its row.");
    return row.id;
  });
}
