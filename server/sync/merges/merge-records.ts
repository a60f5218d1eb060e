import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { realChanges } from "../journal/journal.ts";
import type { FieldChange, Properties } from "../model.ts";
import { MAX_RECORD_BYTES, recordBytes } from "../../workspace/record-bytes.ts";
import { boundedProperties, isTooLarge } from "../../workspace/stored-bytes.ts";
import { isBlank } from "../values/value.ts";

interface RecordRow {
  readonly id: RecordId;
  readonly properties: Properties;
  /** Its values are not loaded: they exceed what a record can have, and stay where they are. */
  readonly too_large: boolean;
  readonly company_id: RecordId | null;
  readonly deleted_at: Date | null;
  /** The product made it, or has changed it. */
  readonly is_products: boolean;
}

/**
 * Merges one record into another, as HubSpot merged their objects: what only the loser held fills blanks, the rest
 * goes into the journal, its children point to the survivor, its id forwards there, and it is deleted softly. So does
 * what the survivor has no room for.
 */
export async function mergeRecords(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  merge: {
    readonly survivor: RecordId;
    readonly loser: RecordId;
    readonly objectId: ObjectId;
  },
): Promise<void> {
  const { rows } = await sql<RecordRow>`
    select id, ${boundedProperties("record")} as properties, ${isTooLarge("record")} as too_large, company_id, deleted_at,
      origin <> 'hubspot' or taken_over as is_products from record
    where portal_id = ${portalId} and id = any (${[merge.survivor, merge.loser]}::uuid[])
    order by id for update`.execute(db);
  const survivor = rows.find((row) => row.id === merge.survivor);
  const loser = rows.find((row) => row.id === merge.loser);
  if (survivor === undefined || loser === undefined) return;

  const filled = survivor.too_large ? {} : blanksFilled(survivor, loser);
  const company = survivor.company_id ?? loser.company_id;
  if (Object.keys(filled).length > 0 || company !== survivor.company_id) {
    // Not numbered as settled: what was filled in is to reach HubSpot like any change of the workspace.
    await sql`
      update record set properties = properties || ${toJson(filled)}::jsonb, company_id = ${company}
      where portal_id = ${portalId} and id = ${survivor.id}`.execute(db);
  }
  // What was filled in says nothing of that: a merge of two that were only pulled leaves one that was only pulled.
  await db
    .updateTable("record")
    .set({ taken_over: survivor.is_products || loser.is_products })
    .where("portal_id", "=", portalId)
    .where("id", "=", survivor.id)
    .execute();
  await movePointers(db, portalId, loser.id, survivor.id);
  await sql`
    update record set deleted_at = coalesce(deleted_at, now()), updated_at = now(), revision = revision + 1, settled_revision = revision + 1
    where portal_id = ${portalId} and id = ${loser.id}`.execute(db);
  await db
    .deleteFrom("dirty")
    .where("portal_id", "=", portalId)
    .where("record_id", "=", loser.id)
    .execute();
  await db
    .updateTable("attention")
    .set({
      state: "resolved",
      resolved_at: sql<Date>`now()`,
      resolved_by: "merge",
    })
    .where("portal_id", "=", portalId)
    .where("record_id", "=", loser.id)
    .where("state", "=", sql.lit("open"))
    .execute();
  await journal(db, portalId, type, { merge, survivor, loser, filled });
}

/** What of the loser fills blanks of the survivor: as much as a record can have. */
function blanksFilled(survivor: RecordRow, loser: RecordRow): Properties {
  const filled: Record<string, unknown> = {};
  let bytes = recordBytes(survivor.properties);
  for (const [field, value] of Object.entries(loser.properties)) {
    if (isBlank(value) || !isBlank(survivor.properties[field])) continue;
    // As many as braces are a comma and a blank.
    const more = recordBytes({ [field]: value });
    if (bytes + more > MAX_RECORD_BYTES) continue;
    filled[field] = value;
    bytes += more;
  }
  return filled;
}

async function movePointers(
  db: Db,
  portalId: PortalId,
  from: RecordId,
  to: RecordId,
): Promise<void> {
  await db
    .insertInto("record_alias")
    .values({ portal_id: portalId, old_id: from, record_id: to })
    .onConflict((conflict) =>
      conflict.columns(["portal_id", "old_id"]).doUpdateSet({ record_id: to }),
    )
    .execute();
  await db
    .updateTable("record_alias")
    .set({ record_id: to })
    .where("portal_id", "=", portalId)
    .where("record_id", "=", from)
    .execute();
  await db
    .updateTable("record")
    .set((eb) => ({
      company_id: to,
      updated_at: sql<Date>`now()`,
      revision: eb("revision", "+", 1),
    }))
    .where("portal_id", "=", portalId)
    .where("company_id", "=", from)
    .execute();
  for (const end of ["from_id", "to_id"] as const) {
    const other = end === "from_id" ? "to_id" : "from_id";
    for (const table of ["association", "association_base"] as const) {
      // Where the survivor has the same edge already, the loser's is one too many.
      await sql`
        delete from ${sql.table(table)} e
        where e.portal_id = ${portalId} and e.${sql.ref(end)} = ${from} and exists (
          select from ${sql.table(table)} k
          where k.portal_id = e.portal_id and k.${sql.ref(end)} = ${to} and k.${sql.ref(other)} = e.${sql.ref(other)})`.execute(
        db,
      );
      await sql`
        update ${sql.table(table)} set ${sql.ref(end)} = ${to}
        where portal_id = ${portalId} and ${sql.ref(end)} = ${from}`.execute(
        db,
      );
    }
  }
}

async function journal(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    merge,
    survivor,
    loser,
    filled,
  }: {
    readonly merge: { readonly objectId: ObjectId };
    readonly survivor: RecordRow;
    readonly loser: RecordRow;
    readonly filled: Properties;
  },
): Promise<void> {
  const change = (
    field: string,
    before: unknown,
    after: unknown,
  ): FieldChange => ({
    field,
    property: "",
    side: "workspace",
    before,
    after,
  });
  const gains = Object.entries(filled).map(([field, value]) =>
    change(field, null, value),
  );
  const losses = Object.entries(loser.properties)
    .filter(([field, value]) => !isBlank(value) && !(field in filled))
    .map(([field, value]) =>
      change(field, value, survivor.properties[field] ?? null),
    );
  const entry = (
    recordId: RecordId,
    code: string,
    reason: string,
    changes: readonly FieldChange[],
  ) =>
    db
      .insertInto("journal")
      .values({
        portal_id: portalId,
        object_type: type,
        record_id: recordId,
        object_id: merge.objectId,
        action: "merged",
        source: "merge",
        initiator: "hubspot",
        code,
        reason,
        changes: toJson(realChanges(changes)),
      })
      .execute();
  await entry(
    survivor.id,
    "merge_survivor",
    `Merged in HubSpot: record ${loser.id} was merged into this one.`,
    gains,
  );
  await entry(
    loser.id,
    "merge_loser",
    `Merged in HubSpot: this record was merged into ${survivor.id}. Its values are kept here.`,
    losses,
  );
}
