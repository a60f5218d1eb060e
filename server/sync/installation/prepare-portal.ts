import { sql } from "kysely";
import type { Database, Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { CapabilityMissingError, RefusedError } from "../../hubspot/errors.ts";
import type { CallOptions, Gateway } from "../../hubspot/gateway.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { addMissingCapability } from "./capabilities.ts";
import { refreshDefinitions } from "./refresh-definitions.ts";
import type { UniqueProperty } from "./installation.ts";
import { loadTypes } from "./portal-types.ts";
import { creationKeyProperty } from "../values/identity.ts";

/**
 * Readies a portal: the unique property on each type (or the reason why not), its account's details, owners, and
 * properties. Safe to repeat; upkeep does so until it has been through once.
 */
export async function preparePortal(
  database: Database,
  gateway: Gateway,
  portalId: PortalId,
  options: CallOptions,
): Promise<void> {
  const { enabled } = await database.inPortal(portalId, (db) =>
    loadTypes(db, portalId),
  );
  for (const type of enabled)
    await createUniqueProperty(database, gateway, portalId, type, options);
  await refreshDefinitions(database, gateway, portalId, options);
}

async function createUniqueProperty(
  database: Database,
  gateway: Gateway,
  portalId: PortalId,
  type: ObjectType,
  options: CallOptions,
): Promise<void> {
  try {
    const property = await gateway.createProperty(
      type,
      {
        name: creationKeyProperty,
        label: "Counterpart record ID",
        type: "string",
        fieldType: "text",
        groupName: descriptorOf(type).hubspot.propertyGroup,
        description:
          "Counterpart sets this value when it creates a record, so that a repeated request can't create a second one.",
        hasUniqueValue: true,
      },
      options,
    );
    const verdict: UniqueProperty = property.hasUniqueValue
      ? { exists: true }
      : {
          exists: false,
          code: "not_unique",
          reason: `The property ${creationKeyProperty} already exists and doesn't require unique values.`,
        };
    await database.inPortal(portalId, (db) =>
      storeVerdict(db, portalId, type, verdict),
    );
  } catch (error) {
    if (!(
      error instanceof CapabilityMissingError || error instanceof RefusedError
    ))
      throw error;
    await database.inPortal(portalId, async (db) => {
      await storeVerdict(db, portalId, type, {
        exists: false,
        code:
          error instanceof CapabilityMissingError
            ? "missing_scope"
            : (error.body.category ?? "refused"),
        reason: error.body.message,
      });
      if (error instanceof CapabilityMissingError)
        await addMissingCapability(db, portalId, error);
    });
  }
}

async function storeVerdict(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  verdict: UniqueProperty,
): Promise<void> {
  await sql`
    update installation set
      unique_property = unique_property || jsonb_build_object(${type}::text, ${toJson(verdict)}::jsonb), updated_at = now()
    where portal_id = ${portalId}`.execute(db);
}
