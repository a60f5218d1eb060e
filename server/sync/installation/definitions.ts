import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  Owner,
  PropertyDefinition as HubSpotProperty,
} from "../../hubspot/gateway.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { OptionLabels, Owners, PropertyDefinition } from "../model.ts";

/** What HubSpot says of its properties and owners, as last read (refresh-definitions.ts). */

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

/** What HubSpot says of the named properties of a type, as last read; unknown names are absent. */
export async function loadPropertyDefinitions(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  names: readonly string[],
): Promise<Record<string, PropertyDefinition>> {
  const { rows } = await sql<{ name: string; body: HubSpotProperty }>`
    select name, body from hubspot_definition
    where portal_id = ${portalId} and kind = 'property' and object_type = ${type} and name = any (${names}::text[])`.execute(
    db,
  );
  return Object.fromEntries(
    rows.map(({ name, body }) => [name, propertyDefinition(body)]),
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
  };
}

/**
 * HubSpot's owners by email and by id. Only live ones can be assigned; archived ones can still be read. An owner who is a
 * user of the product under another email is found by that email, too.
 */
export async function loadOwners(db: Db, portalId: PortalId): Promise<Owners> {
  const { rows } = await sql<{ body: Owner; userEmail: string | null }>`
    select d.body, u.email as "userEmail" from hubspot_definition d
    left join workspace_user u on u.portal_id = d.portal_id and u.hubspot_user_id::text = d.body ->> 'userId'
    where d.portal_id = ${portalId} and d.kind = 'owner' and d.object_type = ''
    order by d.name`.execute(db);
  const idByEmail: Record<string, string> = {};
  const emailById: Record<string, string> = {};
  for (const { body: owner } of rows) {
    if (owner.email === "") continue;
    emailById[owner.id] = owner.email;
    if (!owner.archived) idByEmail[owner.email] ??= owner.id;
  }
  for (const { body: owner, userEmail } of rows)
    if (userEmail !== null && !owner.archived)
      idByEmail[userEmail] ??= owner.id;
  return { idByEmail, emailById };
}

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
