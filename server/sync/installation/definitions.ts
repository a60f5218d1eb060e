import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  Owner,
  Pipeline,
  PropertyDefinition as HubSpotProperty,
} from "../../hubspot/gateway.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { OwnerOverride } from "../../settings/owners.ts";
import type { OptionLabels, Owners, PropertyDefinition } from "../model.ts";
import type { MappedOwner } from "../values/owner-map.ts";
import { mapOwners, ownersOf } from "../values/owner-map.ts";
import type { PropertyRule } from "./pure/property-rules.ts";

/** What HubSpot says of its properties and owners, as last read (refresh-definitions.ts). */

/** The name of the one stored row of a type that has the properties which its schema requires. */
export const REQUIRED_ROW = "required";

/** Whether HubSpot's properties of a type were ever read. */
export async function hasDefinitions(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<boolean> {
  const { rows } = await sql`
    select from hubspot_definition
    where portal_id = ${portalId} and kind = 'property' and object_type = ${type} limit 1`.execute(
    db,
  );
  return rows.length > 0;
}

/** HubSpot's property for the currency of an amount. Its options are the account's currencies. */
const CURRENCY = "deal_currency_code";

/** What HubSpot says of the named properties of a type, as last read; unknown names are absent. */
export async function loadPropertyDefinitions(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  names: readonly string[],
): Promise<Record<string, PropertyDefinition>> {
  const { rows } = await sql<{
    name: string;
    body: HubSpotProperty;
    timeZone: string | null;
    currencies: readonly string[] | null;
  }>`
    select d.name, d.body,
      case when d.body ->> 'type' = 'datetime' then nullif(i.account ->> 'timeZone', '') end as "timeZone",
      case when d.name = ${CURRENCY} and i.account ->> 'companyCurrency' <> '' then jsonb_build_array(i.account -> 'companyCurrency') || (i.account -> 'additionalCurrencies') end as currencies
    from hubspot_definition d
    left join installation i on i.portal_id = d.portal_id and (d.body ->> 'type' = 'datetime' or d.name = ${CURRENCY})
    where d.portal_id = ${portalId} and d.kind = 'property' and d.object_type = ${type} and d.name = any (${names}::text[])`.execute(
    db,
  );
  return Object.fromEntries(
    rows.map(({ name, body, timeZone, currencies }) => [
      name,
      {
        ...propertyDefinition(body),
        ...(timeZone === null ? {} : { timeZone }),
        ...(currencies === null ? {} : { currencies }),
      },
    ]),
  );
}

/** Returns all that HubSpot says of a property, as last read; null if it has none of this name. */
export async function loadProperty(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  name: string,
): Promise<HubSpotProperty | null> {
  const { rows } = await sql<{ body: HubSpotProperty }>`
    select body from hubspot_definition
    where portal_id = ${portalId} and kind = 'property' and object_type = ${type} and name = ${name}`.execute(
    db,
  );
  return rows[0]?.body ?? null;
}

/** HubSpot's pipelines of a type with their stages, as last read, in the order in which HubSpot shows them. */
export async function loadPipelines(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<Pipeline[]> {
  const { rows } = await sql<{ body: Pipeline }>`
    select body from hubspot_definition
    where portal_id = ${portalId} and kind = 'pipeline' and object_type = ${type}
    order by (body ->> 'displayOrder')::numeric, name`.execute(db);
  return rows.map(({ body }) => body);
}

/** The rules by which HubSpot checks values of the named properties of a type, by property. */
export async function loadPropertyRules(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  names: readonly string[],
): Promise<Readonly<Record<string, readonly PropertyRule[]>>> {
  const { rows } = await sql<{ name: string; body: PropertyRule[] }>`
    select name, body from hubspot_definition
    where portal_id = ${portalId} and kind = 'rule' and object_type = ${type} and name = any (${names}::text[])`.execute(
    db,
  );
  return Object.fromEntries(rows.map(({ name, body }) => [name, body]));
}

/** HubSpot's words for the options of the named properties of a type: property, value, label. */
export async function loadOptionLabels(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  names: readonly string[],
): Promise<OptionLabels> {
  const { rows } = await sql<{ name: string; labels: Record<string, string> }>`
    select d.name, jsonb_object_agg(o.value, o.label) as labels
    from hubspot_definition d, jsonb_to_recordset(d.body -> 'options') as o(value text, label text)
    where d.portal_id = ${portalId} and d.kind = 'property' and d.object_type = ${type} and d.name = any (${names}::text[])
      and o.value is not null and o.label <> ''
    group by d.name`.execute(db);
  return Object.fromEntries(rows.map(({ name, labels }) => [name, labels]));
}

function propertyDefinition(property: HubSpotProperty): PropertyDefinition {
  // External options (owners, currencies …) are not listed with the property.
  const fixed =
    property.type === "enumeration" &&
    !property.externalOptions &&
    property.options.length > 0;
  return {
    type: property.type,
    fieldType: property.fieldType,
    readOnly: !property.writable,
    unique: property.hasUniqueValue,
    options: fixed ? property.options.map(({ value }) => value) : null,
    label: property.label,
    ...(fixed ? stagesOf(property) : {}),
  };
}

/** What HubSpot says of the stages that are a property's options; nothing of other properties. */
function stagesOf({
  options,
}: HubSpotProperty): Pick<PropertyDefinition, "stages"> {
  const stages = options.flatMap(({ value, stage }) =>
    stage === undefined ? [] : [[value, stage] as const],
  );
  return stages.length === 0 ? {} : { stages: Object.fromEntries(stages) };
}

/**
 * Returns every owner of HubSpot, as last read, with the emails of the product that are this owner (values/owner-map.ts).
 * @param overrides those of the document that is to be followed
 */
export async function loadOwnerMap(
  db: Db,
  portalId: PortalId,
  overrides: readonly OwnerOverride[],
): Promise<readonly MappedOwner[]> {
  const { rows } = await sql<{ body: Owner; userEmail: string | null }>`
    select d.body, u.email as "userEmail" from hubspot_definition d
    left join workspace_user u on u.portal_id = d.portal_id and u.hubspot_user_id::text = d.body ->> 'userId'
    where d.portal_id = ${portalId} and d.kind = 'owner' and d.object_type = ''
    order by d.name`.execute(db);
  const links = new Map(
    rows.flatMap(({ body: { userId }, userEmail }) =>
      userId === null || userEmail === null ? [] : [[userId, userEmail]],
    ),
  );
  return mapOwners(
    rows.map(({ body }) => body),
    links,
    overrides,
  );
}

/** Returns HubSpot's owners by email and by id, as conversions need them. */
export const loadOwners = async (
  db: Db,
  portalId: PortalId,
  overrides: readonly OwnerOverride[],
): Promise<Owners> => ownersOf(await loadOwnerMap(db, portalId, overrides));

/** Whether HubSpot lists a user only as a former owner: deactivated, or removed from the account (AP-110). */
export async function isFormerUser(
  db: Db,
  portalId: PortalId,
  user: { id: number; email: string },
): Promise<boolean> {
  const { rows } = await sql<{ archived: boolean }>`
    select (body ->> 'archived')::boolean as archived from hubspot_definition
    where portal_id = ${portalId} and kind = 'owner'
      and (body ->> 'userId' = ${String(user.id)} or (body ->> 'userId' is null and body ->> 'email' = lower(${user.email})))`.execute(
    db,
  );
  return rows.length > 0 && rows.every(({ archived }) => archived);
}
