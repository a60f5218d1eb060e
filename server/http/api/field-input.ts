import { z } from "zod";
import { isStorable } from "../../storable-text.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import {
  MOST_LABEL,
  MOST_OPTIONS,
} from "../../sync/installation/pure/fitting.ts";
import { fieldTypes, hasOptions } from "../../workspace/declared-field.ts";
import { repeatedOption } from "../../workspace/field-catalogue.ts";
import { isReserved } from "../../workspace/fields.ts";

/** Fields of a portal's own as they are sent, and what can be wrong with them. */

const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine(
      (value) => value.trim() === value,
      "may not begin or end with a space",
    )
    .refine(
      isStorable,
      "must be text without NUL characters or broken surrogates",
    );

export const labelSchema = text(MOST_LABEL);

export const optionSchema = z.strictObject({
  value: text(MOST_LABEL),
  label: labelSchema,
});

const optionsSchema = z
  .array(optionSchema)
  .max(MOST_OPTIONS)
  .superRefine((options, context) => {
    const repeated = repeatedOption(options);
    if (repeated !== null)
      context.addIssue({
        code: "custom",
        path: [repeated.index, "value"],
        message: `Another option has the value ${repeated.value}`,
      });
  });

export const typeOfFieldSchema = z.enum(fieldTypes);

/** A name that a field of a type can get: a key of `custom`, as mappings name it. */
export const nameSchema = (type: ObjectType) =>
  z
    .string()
    .regex(
      /^[a-z][a-z0-9_]{0,99}$/i,
      "must have letters, digits, and underscores, begin with a letter, and have at most 100 characters",
    )
    .refine(
      (name) => !isReserved(type, name.toLowerCase()),
      "is set by Counterpart. Choose another name",
    )
    .refine(
      (name) => !standardNames(type).has(name.toLowerCase()),
      "is the name of a standard field. Choose another name",
    );

const standardNames = (type: ObjectType): ReadonlySet<string> =>
  new Set(Object.keys(descriptorOf(type).fields));

/** Options belong to two types, which can't do without. */
function checkOptions(
  {
    type,
    options,
  }: { type?: string | undefined; options?: readonly unknown[] | undefined },
  context: z.RefinementCtx,
): void {
  const kind = fieldTypes.find((each) => each === type);
  if (kind === undefined) return;
  const message = hasOptions(kind)
    ? (options ?? []).length === 0
      ? `must name at least one option, because the type is ${kind}`
      : null
    : (options ?? []).length > 0
      ? `can't be set for the type ${kind}. Choose the type option or options`
      : null;
  if (message !== null)
    context.addIssue({ code: "custom", path: ["options"], message });
}

/** A field to add: described by itself, or by the property that it is made for. */
export const newFieldSchema = (type: ObjectType) =>
  z
    .strictObject({
      name: nameSchema(type).optional(),
      label: labelSchema.optional().meta({
        description: "What people call the field; if left out, its name.",
      }),
      type: typeOfFieldSchema.optional(),
      options: optionsSchema.optional(),
      fromProperty: z.string().min(1).max(200).optional().meta({
        description:
          "A property of HubSpot's that the field is made for: name, label, type, and options are those of the property. A name and a label can be sent along.",
      }),
    })
    .superRefine((sent, context) => {
      if (sent.fromProperty !== undefined) {
        for (const key of ["type", "options"] as const)
          if (sent[key] !== undefined)
            context.addIssue({
              code: "custom",
              path: [key],
              message: "is that of the property. Leave it out",
            });
        return;
      }
      for (const key of ["name", "type"] as const)
        if (sent[key] === undefined)
          context.addIssue({
            code: "custom",
            path: [key],
            message: "must be sent, unless fromProperty is",
          });
      checkOptions(sent, context);
    });

/** What to change of a field. */
export const changedFieldSchema = z
  .strictObject({
    label: labelSchema.optional(),
    type: typeOfFieldSchema.optional().meta({
      description:
        "Refused while records have values that wouldn't fit. With a type that has options, send them, too.",
    }),
    options: optionsSchema.min(1).optional(),
    force: z.boolean().default(false).meta({
      description:
        "Removes options although records have them. The records keep their values until the next change.",
    }),
  })
  .superRefine((sent, context) => {
    if (sent.type !== undefined) checkOptions(sent, context);
  });
