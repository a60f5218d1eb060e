import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { PropertyDefinition } from "../../hubspot/gateway.ts";
import type { PortalId } from "../../settings/object-type.ts";
import {
  conversionSchema,
  fieldMappingSchema,
} from "../../settings/mapping.ts";
import type { Settings } from "../../settings/schema.ts";
import { readSettings } from "../../settings/store.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import {
  addField,
  changeField,
} from "../../sync/installation/change-fields.ts";
import { loadProperty } from "../../sync/installation/definitions.ts";
import {
  fieldFor,
  fittingOf,
  fittingTypes,
} from "../../sync/installation/pure/fitting.ts";
import type { DeclaredField } from "../../workspace/declared-field.ts";
import {
  isStandard,
  listFields,
  loadFields,
  MOST_FIELDS,
} from "../../workspace/field-catalogue.ts";
import { isReserved } from "../../workspace/fields.ts";
import { Problem } from "../problem.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import {
  changedFieldSchema,
  newFieldSchema,
  optionSchema,
  typeOfFieldSchema,
} from "./field-input.ts";
import { writtenField } from "./field-problem.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { pageOf, pageQuery } from "./schemas.ts";

const fieldSchema = z
  .object({
    name: z.string().meta({
      description: "A column of the view, or a key of `custom`.",
    }),
    label: z.string(),
    type: typeOfFieldSchema,
    options: z.array(optionSchema).meta({
      description: "Of the types option and options; otherwise empty.",
    }),
    standard: z.boolean().meta({
      description: "A standard field, which can't be changed.",
    }),
    mapped: z.string().nullable().meta({
      description:
        "HubSpot's property that the field is mapped to in the saved settings.",
    }),
  })
  .meta({ id: "Field" });

const fittingSchema = z.object({
  conversion: conversionSchema,
  direction: z.enum(["both", "pull"]),
  note: z.string().nullable().meta({
    description: "What the conversion loses or can't carry over.",
  }),
});

const listedSchema = fieldSchema.extend({
  fitting: fittingSchema.optional().meta({
    description: "If asked for: how the field is mapped with the property.",
  }),
});

const addedSchema = fieldSchema.extend({
  mapping: fieldMappingSchema.optional().meta({
    description:
      "Of a field that was made for a property: a mapping of both, to be added to the settings. Nothing is saved of it yet.",
  }),
  note: z.string().nullable().optional().meta({
    description: "What this mapping loses or can't carry over.",
  }),
});

const position = z.object({ ordinal: z.int(), name: z.string().max(100) });

/** The tag of these routes. */
export const FIELDS = "fields";

/** The catalogue of a type's fields: standard ones, and those that a portal has declared. */
export function fieldRoutes(type: ObjectType): ApiRoute[] {
  const { route, plural } = descriptorOf(type).names;
  const base = { tag: FIELDS };
  return [
    apiRoute({
      ...base,
      method: "get",
      path: `/fields/${route}`,
      summary: `List the fields of ${plural}: the standard ones, then your own by name`,
      query: z.strictObject({
        ...pageQuery,
        fitting: z.string().min(1).max(200).optional().meta({
          description:
            "A property of HubSpot's: lists only fields that can be mapped with it, each with its conversion.",
        }),
      }),
      answers: { 200: { description: "A page", schema: pageOf(listedSchema) } },
      handle: async ({ inPortal, portalId, query }) => {
        const after = readCursor(position, query.cursor);
        const { fitting: name, limit } = query;
        return inPortal(async (db) => {
          const property =
            name === undefined
              ? null
              : await existingProperty(db, portalId, type, name);
          const { settings } = await readSettings(db, portalId);
          const types = property === null ? null : fittingTypes(property);
          const list = { limit, after, types };
          const page = await listFields(db, portalId, type, list);
          const last = page.rows.at(-1);
          return {
            status: 200,
            body: {
              results: page.rows.map((field) => ({
                ...fieldDocument(settings, type, field),
                ...(property === null
                  ? {}
                  : { fitting: fittingOf(property, field) ?? undefined }),
              })),
              next:
                page.more && last
                  ? writeCursor({ ordinal: last.ordinal, name: last.name })
                  : null,
            },
          };
        });
      },
    }),
    apiRoute({
      ...base,
      method: "post",
      path: `/fields/${route}`,
      summary: `Add a field to ${plural}, by its description or for a property of HubSpot's`,
      body: newFieldSchema(type),
      answers: { 201: { description: "The new field", schema: addedSchema } },
      handle: ({ inPortal, portalId, body }) =>
        inPortal(async (db) => {
          const { field, ...more } = await fieldToAdd(db, portalId, type, body);
          const written = await addField(db, portalId, type, field);
          const { settings } = await readSettings(db, portalId);
          return {
            status: 201,
            body: {
              ...fieldDocument(
                settings,
                type,
                writtenField(type, field.name, written),
              ),
              ...more,
            },
          };
        }),
    }),
    apiRoute({
      ...base,
      method: "patch",
      path: `/fields/${route}/{name}`,
      summary: `Change the label, type, or options of a field of ${plural}`,
      params: z.object({ name: z.string().max(100) }),
      body: changedFieldSchema,
      answers: {
        200: { description: "The changed field", schema: fieldSchema },
      },
      handle: ({ inPortal, portalId, params: { name }, body }) =>
        inPortal(async (db) => {
          if (isStandard(type, name))
            throw new Problem(
              409,
              "standard_field",
              `${name} is a standard field, which can't be changed. Add a field of your own instead.`,
            );
          const { force, label, type: newType, options } = body;
          const written = await changeField(db, portalId, type, name, {
            force,
            ...(label === undefined ? {} : { label }),
            ...(newType === undefined ? {} : { type: newType }),
            ...(options === undefined ? {} : { options }),
          });
          const { settings } = await readSettings(db, portalId);
          return {
            status: 200,
            body: fieldDocument(
              settings,
              type,
              writtenField(type, name, written),
            ),
          };
        }),
    }),
  ];
}

type NewField = z.output<ReturnType<typeof newFieldSchema>>;

/** The field that a request describes, and how it is mapped if it is made for a property. */
async function fieldToAdd(
  db: Db,
  portalId: PortalId,
  objectType: ObjectType,
  { fromProperty, name, label, type, options }: NewField,
) {
  if (fromProperty === undefined) {
    // The schema lets nothing through without both.
    if (name === undefined || type === undefined)
      throw new TypeError("a field without a name or a type");
    return {
      field: { name, label: label ?? name, type, options: options ?? [] },
    };
  }
  const property = await existingProperty(
    db,
    portalId,
    objectType,
    fromProperty,
  );
  const candidates = [property.name, ...numbered(property.name)];
  const declared = await loadFields(db, portalId, objectType, candidates);
  return fieldFor(
    property,
    {
      ...(name === undefined ? {} : { name }),
      ...(label === undefined ? {} : { label }),
    },
    (wanted) =>
      Object.hasOwn(declared, wanted) ||
      isStandard(objectType, wanted) ||
      isReserved(objectType, wanted),
  );
}

/** Names that a field gets if the property's own is taken: as many as there can be fields. */
const numbered = (name: string): string[] =>
  Array.from(
    { length: MOST_FIELDS },
    (_, index) => `${name.slice(0, 90)}_${index + 2}`,
  );

async function existingProperty(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  name: string,
): Promise<PropertyDefinition> {
  const property = await loadProperty(db, portalId, type, name);
  if (property !== null) return property;
  throw new Problem(
    404,
    "no_such_property",
    `HubSpot has no ${type} property ${name}, as last read. If it's new, read HubSpot's definitions again with POST /api/v1/installation/definitions.`,
  );
}

const fieldDocument = (
  settings: Settings,
  objectType: ObjectType,
  field: DeclaredField & { readonly standard?: boolean },
) => {
  const { name, label, type, options, standard = false } = field;
  return {
    name,
    label,
    type,
    options,
    standard,
    mapped:
      settings[objectType].mappings.find((mapping) => mapping.field === name)
        ?.property ?? null,
  };
};
