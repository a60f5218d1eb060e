import { z } from "zod";
import type { Db } from "../../database/database.ts";
import { conversionSchema } from "../../settings/mapping.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import {
  loadProperty,
  loadPropertyRules,
} from "../../sync/installation/definitions.ts";
import {
  fittingsOf,
  fittingTypes,
} from "../../sync/installation/pure/fitting.ts";
import { rulesNote } from "../../sync/installation/pure/property-rules.ts";
import { own } from "../../sync/values/value.ts";
import type { DeclaredField } from "../../workspace/declared-field.ts";
import { loadFields, nameFields } from "../../workspace/field-catalogue.ts";
import type { NamedField } from "../../workspace/field-catalogue.ts";
import { fieldFault, standardKindOf } from "../../workspace/fields.ts";
import { Problem } from "../problem.ts";

/** The catalogue of fields as the settings page reads it: without options, and with what fits a property. */

/** Returns a type's fields, those that fit a property if one is named (BN-109). Throws a 404 if HubSpot lacks that. */
export async function listNamedFields(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  property: string | null,
): Promise<{ results: readonly NamedField[] }> {
  const types =
    property === null
      ? null
      : fittingTypes(await propertyIn(db, portalId, type, property));
  return { results: await nameFields(db, portalId, type, types) };
}

/** Returns a field that the portal has declared, with its options. Throws a 404 if there is none of this name. */
export async function declaredField(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  name: string,
): Promise<DeclaredField> {
  const field = own(await loadFields(db, portalId, type, [name]), name);
  if (field !== undefined) return field;
  throw new Problem(
    404,
    "field_not_found",
    "This field doesn't exist. Reload the page.",
  );
}

export const fittingAnswer = z.object({
  /** Why no mapping can have this field, in a sentence; null if one can. */
  fault: z.string().nullable(),
  /** The field's type, if it is a standard one or declared. */
  type: z.string().nullable(),
  /** Ways to map the two, the usual one first; none if they don't fit. */
  fittings: z.array(
    z.object({
      conversion: conversionSchema,
      direction: z.enum(["both", "pull"]),
      note: z.string().nullable(),
    }),
  ),
  /** What HubSpot checks of the property's values, in a sentence; null if nothing. */
  note: z.string().nullable(),
});

/** Returns how a field can be mapped with a property (BN-105). Throws a 404 if HubSpot lacks the property. */
export async function fittingWith(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { property: name, field }: { property: string; field: string },
): Promise<z.infer<typeof fittingAnswer>> {
  const property = await propertyIn(db, portalId, type, name);
  const kind = standardKindOf(type, field);
  const declared = own(await loadFields(db, portalId, type, [field]), field);
  const shape =
    kind === undefined ? (declared ?? null) : { type: kind, options: [] };
  const rules = await loadPropertyRules(db, portalId, type, [name]);
  return {
    // Null clears any field, so that only its name can be wrong.
    fault: fieldFault(type, field, null),
    type: shape?.type ?? null,
    fittings: fittingsOf(property, shape),
    note: rulesNote(property.label || name, own(rules, name) ?? []),
  };
}

async function propertyIn(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  name: string,
) {
  const property = await loadProperty(db, portalId, type, name);
  if (property !== null) return property;
  throw new Problem(
    404,
    "no_such_property",
    `HubSpot has no property ${name}, as last read. If it's new, choose Check now.`,
  );
}
