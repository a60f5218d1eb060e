import { sql } from "kysely";
import type { Database, Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { CapabilityMissingError } from "../../hubspot/errors.ts";
import type { CallOptions, Gateway } from "../../hubspot/gateway.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/object-type.ts";
import { addMissingCapability, restoreCapabilities } from "./capabilities.ts";
import { checkDrift } from "./drift.ts";
import { loadTypes } from "./portal-types.ts";
import { markParkedDirty } from "../recheck/mark-parked-dirty.ts";

type Stored = {
  kind: "property" | "owner";
  objectType: ObjectType | "";
  rows: { name: string; body: unknown }[];
};

/**
 * Reads properties and owners from HubSpot and replaces what was stored of them. What a missing scope hides keeps its
 * last stored state, and is named in missing_capabilities. If anything changed, and once a day, the mappings are
 * compared with it.
 */
export async function refreshDefinitions(
  database: Database,
  gateway: Gateway,
  portalId: PortalId,
  options: CallOptions,
): Promise<void> {
  const read: Stored[] = [];
  const missing: CapabilityMissingError[] = [];
  const attempt = async (work: () => Promise<Stored>): Promise<void> => {
    try {
      read.push(await work());
    } catch (error) {
      if (!(error instanceof CapabilityMissingError)) throw error;
      missing.push(error);
    }
  };
  const { enabled } = await database.inPortal(portalId, (db) =>
    loadTypes(db, portalId),
  );
  for (const type of enabled)
    await attempt(async () => ({
      kind: "property",
      objectType: type,
      rows: (await gateway.properties(type, options)).map((property) => ({
        name: property.name,
        body: property,
      })),
    }));
  await attempt(async () => ({
    kind: "owner",
    objectType: "",
    rows: (await gateway.owners(options)).map((owner) => ({
      name: owner.id,
      body: owner,
    })),
  }));
  await database.inPortal(portalId, async (db) => {
    let changed = false;
    for (const part of read)
      if (await replaceDefinitions(db, portalId, part)) changed = true;
    for (const error of missing)
      await addMissingCapability(db, portalId, error);
    await restoreCapabilities(
      db,
      portalId,
      read.map(({ kind, objectType }) =>
        kind === "owner" ? "read-owners" : `read-properties:${objectType}`,
      ),
    );
    await db
      .updateTable("installation")
      .set({
        definitions_read_at: sql<Date>`now()`,
        ...(changed ? { drift_checked_at: null } : {}),
      })
      .where("portal_id", "=", portalId)
      .execute();
  });
  // By itself: the definitions count at once, and are kept whatever becomes of this.
  await database.inPortal(portalId, (db) => checkDrift(db, portalId, "due"));
}

/** Returns whether anything is other than before. */
async function replaceDefinitions(
  db: Db,
  portalId: PortalId,
  { kind, objectType, rows }: Stored,
): Promise<boolean> {
  const page = toJson(rows);
  const { numAffectedRows: removed } = await sql`
    delete from hubspot_definition
    where portal_id = ${portalId} and kind = ${kind} and object_type = ${objectType}
      and name not in (select n.name from jsonb_to_recordset(${page}::jsonb) as n(name text))`.execute(
    db,
  );
  const { rows: changed } = await sql`
    insert into hubspot_definition as d (portal_id, kind, object_type, name, body)
    select ${portalId}, ${kind}, ${objectType}, n.name, n.body
    from jsonb_to_recordset(${page}::jsonb) as n(name text, body jsonb)
    on conflict (portal_id, kind, object_type, name) do update set body = excluded.body, read_at = excluded.read_at
    where d.body <> excluded.body
    returning name`.execute(db);
  if (changed.length === 0 && (removed ?? 0n) === 0n) return false;
  // Owners are of no type: whoever has come, or is back, may own either.
  for (const type of objectType === "" ? objectTypes : [objectType])
    await markParkedDirty(db, portalId, type);
  return true;
}
