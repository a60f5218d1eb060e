import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { NamedOption } from "../../settings/suggest-options.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { own } from "../../sync/values/value.ts";
import { hasOptions } from "../../workspace/declared-field.ts";
import { loadFields } from "../../workspace/field-catalogue.ts";
import { MAX_SETTING_LIST, MAX_SETTING_TEXT } from "../../settings/limits.ts";
import { suggestOptions } from "../../settings/suggest-options.ts";
import { loadOptions } from "../../sync/installation/load-options.ts";
import { valuesInUse } from "../../workspace/values-in-use.ts";
import { Problem } from "../problem.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { typeSchema } from "./schemas.ts";

const suggestionSchema = z
  .object({
    pairs: z
      .array(z.object({ workspace: z.string(), hubspot: z.string() }))
      .meta({ description: "For a conversion of the kind options." }),
    unmapped: z
      .object({
        workspace: z.array(z.string()),
        hubspot: z.array(z.object({ value: z.string(), label: z.string() })),
      })
      .meta({
        description:
          "What has no counterpart by name. Such a value isn't synced until it's mapped: the field is rejected, with a problem.",
      }),
  })
  .meta({ id: "OptionSuggestion" });

/** Pairs of options by name, for one mapping (BN-016, BN-106). */
export const settingsSuggestOptionsRoute: ApiRoute = apiRoute({
  tag: "settings",
  method: "post",
  path: "/settings/suggest-options",
  summary:
    "Map all by name: pair a field's values with the options of a HubSpot property, by value or label, whatever their case. Nothing is saved",
  body: z.strictObject({
    objectType: typeSchema,
    field: z.string().min(1).max(100),
    property: z.string().min(1).max(100),
    values: z
      .array(z.string().min(1).max(MAX_SETTING_TEXT))
      .max(MAX_SETTING_LIST)
      .optional()
      .meta({
        description: `The field's values. If left out, its own options; for a field without options, the values that records have, ${MAX_SETTING_LIST} at most, or HubSpot's labels if no record has any.`,
      }),
  }),
  answers: { 200: { description: "The pairs", schema: suggestionSchema } },
  handle: async ({ inPortal, portalId, body }) => {
    const { objectType, field, property, values } = body;
    return inPortal(async (db) => {
      const options = await loadOptions(db, portalId, objectType, property);
      if (options === null)
        throw new Problem(
          404,
          "no_options",
          `HubSpot's property ${property} isn't known, or has no list of options. Choose another property.`,
        );
      return {
        status: 200,
        body: suggestOptions(
          values === undefined
            ? await valuesOf(db, portalId, { objectType, field, options })
            : [...new Set(values)],
          options,
        ),
      };
    });
  },
});

/** What a field can have, as far as anyone has said; a name of its own for each of HubSpot's options otherwise. */
async function valuesOf(
  db: Db,
  portalId: PortalId,
  {
    objectType,
    field,
    options,
  }: {
    readonly objectType: ObjectType;
    readonly field: string;
    readonly options: readonly NamedOption[];
  },
): Promise<readonly (string | NamedOption)[]> {
  const declared = own(
    await loadFields(db, portalId, objectType, [field]),
    field,
  );
  if (declared !== undefined && hasOptions(declared.type))
    return declared.options;
  const inUse = await valuesInUse(db, portalId, objectType, field);
  return inUse.length > 0
    ? inUse
    : [...new Set(options.map(({ value, label }) => label || value))].slice(
        0,
        MAX_SETTING_LIST,
      );
}
