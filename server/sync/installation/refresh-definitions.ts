import { sql } from "kysely";
import type { Database, Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import {
  CapabilityMissingError,
  GoneError,
  RefusedError,
  UnavailableError,
} from "../../hubspot/errors.ts";
import type { CallOptions, Gateway } from "../../hubspot/gateway.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { addMissingCapability, restoreCapabilities } from "./capabilities.ts";
import { REQUIRED_ROW } from "./definitions.ts";
import { checkDrift } from "./drift.ts";
import { loadTypes } from "./portal-types.ts";
import { withPipelines } from "./pure/with-pipelines.ts";
import { readAccount } from "./read-account.ts";
import { markParkedDirty } from "../recheck/mark-parked-dirty.ts";

type Stored = {
  kind: "property" | "pipeline" | "owner" | "group" | "rule" | "schema";
  objectType: ObjectType | "";
  rows: { name: string; body: unknown }[];
};

/**
 * Reads the account, properties, pipelines, and owners from HubSpot and replaces what was stored of them. What a
 * missing scope hides keeps its last stored state, and is named in missing_capabilities. So does what is only good to
 * know of properties (their groups, rules, and what a schema requires), without being named: sync works without it. If
 * anything changed, and once a day, the mappings are compared with it.
 * @param compare `now`: compares the mappings even if nothing changed, because records may have
 */
export async function refreshDefinitions(
  database: Database,
  gateway: Gateway,
  portalId: PortalId,
  options: CallOptions,
  compare: "now" | "due" = "due",
): Promise<void> {
  await readAccount(database, gateway, portalId, options);
  const read: Stored[] = [];
  const missing: CapabilityMissingError[] = [];
  const attempt = async (work: () => Promise<Stored[]>): Promise<void> => {
    try {
      read.push(...(await work()));
    } catch (error) {
      if (!(error instanceof CapabilityMissingError)) throw error;
      missing.push(error);
    }
  };
  const { enabled } = await database.inPortal(portalId, (db) =>
    loadTypes(db, portalId),
  );
  for (const type of enabled) {
    await attempt(() => readProperties(gateway, type, options));
    read.push(...(await readTerms(gateway, type, options)));
  }
  await attempt(async () => [
    {
      kind: "owner",
      objectType: "",
      rows: (await gateway.owners(options)).map((owner) => ({
        name: owner.id,
        body: owner,
      })),
    },
  ]);
  await database.inPortal(portalId, async (db) => {
    let changed = false;
    for (const part of read)
      if (await replaceDefinitions(db, portalId, part)) changed = true;
    for (const error of missing)
      await addMissingCapability(db, portalId, error);
    await restoreCapabilities(
      db,
      portalId,
      read.flatMap(({ kind, objectType }) =>
        kind === "owner"
          ? ["read-owners"]
          : kind === "property"
            ? [`read-properties:${objectType}`]
            : [],
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
  await database.inPortal(portalId, (db) => checkDrift(db, portalId, compare));
}

/** A type's properties, and its pipelines, if it has any: both or neither, because they are the options of two properties. */
async function readProperties(
  gateway: Gateway,
  objectType: ObjectType,
  options: CallOptions,
): Promise<Stored[]> {
  const properties = await gateway.properties(objectType, options);
  const named = descriptorOf(objectType).hubspot.pipelines;
  const pipelines =
    named === undefined ? [] : await gateway.pipelines(objectType, options);
  return [
    {
      kind: "property",
      objectType,
      rows: properties.map((property) => ({
        name: property.name,
        body:
          named === undefined
            ? property
            : withPipelines(property, named, pipelines),
      })),
    },
    ...(named === undefined
      ? []
      : [
          {
            kind: "pipeline" as const,
            objectType,
            rows: pipelines.map((pipeline) => ({
              name: pipeline.id,
              body: pipeline,
            })),
          },
        ]),
  ];
}

/** What HubSpot says of a type's properties beside their definitions, as far as it says that now. */
async function readTerms(
  gateway: Gateway,
  objectType: ObjectType,
  options: CallOptions,
): Promise<Stored[]> {
  const parts = await Promise.all([
    ifTold(async () => ({
      kind: "group",
      objectType,
      rows: (await gateway.propertyGroups(objectType, options)).map(
        (group) => ({ name: group.name, body: group }),
      ),
    })),
    ifTold(async () => ({
      kind: "rule",
      objectType,
      rows: (await gateway.propertyRules(objectType, options)).map(
        ({ property, rules }) => ({ name: property, body: rules }),
      ),
    })),
    ifTold(async () => ({
      kind: "schema",
      objectType,
      rows: [
        {
          name: REQUIRED_ROW,
          body: await gateway.requiredProperties(objectType, options),
        },
      ],
    })),
  ]);
  return parts.filter((part) => part !== null);
}

/** Null if HubSpot doesn't say it to this app, or not now. */
async function ifTold(work: () => Promise<Stored>): Promise<Stored | null> {
  try {
    return await work();
  } catch (error) {
    const isUntold = [
      CapabilityMissingError,
      GoneError,
      RefusedError,
      UnavailableError,
    ].some((kind) => error instanceof kind);
    if (!isUntold) throw error;
    return null;
  }
}

/** Returns whether anything is other than before that may let a value through, or stop it. */
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
  if (kind === "group") return false;
  // Owners are of no type: whoever has come, or is back, may own either.
  for (const type of objectType === "" ? objectTypes : [objectType])
    await markParkedDirty(db, portalId, type);
  return true;
}
