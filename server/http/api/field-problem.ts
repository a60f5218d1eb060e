import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type {
  FieldRefusal,
  FieldWrite,
} from "../../sync/installation/change-fields.ts";
import type { DeclaredField } from "../../workspace/declared-field.ts";
import { MOST_FIELDS } from "../../workspace/field-catalogue.ts";
import { Problem } from "../problem.ts";
import { invalidInput } from "./parse.ts";

/** Why a field of a portal's own was not added or changed. */

/** Returns the field that was added or changed, or throws why it wasn't. */
export function writtenField(
  type: ObjectType,
  name: string,
  written: FieldWrite,
): DeclaredField {
  if (written.ok) return written.field;
  throw refusalProblem(type, name, written.refusal);
}

/** Why a field was not added or changed, as a problem. */
function refusalProblem(
  type: ObjectType,
  name: string,
  refusal: FieldRefusal,
): Problem {
  const { singular, plural } = descriptorOf(type).names;
  const counted = (records: number): string =>
    records === 1 ? `1 ${singular} has` : `${records} ${plural} have`;
  switch (refusal.code) {
    case "no-field":
      return new Problem(
        404,
        "field_not_found",
        `You have added no field ${name} to ${plural}.`,
      );
    case "name-taken":
      return new Problem(
        409,
        "field_exists",
        `There is a field ${name} already. Change that one, or choose another name.`,
      );
    case "too-many":
      return new Problem(
        409,
        "too_many_fields",
        `A type can have ${MOST_FIELDS} fields of your own.`,
      );
    case "too-large":
      return new Problem(
        409,
        "too_many_options",
        `The options of all your fields of ${plural} can have 1 MB together. Remove some, or choose the type text.`,
      );
    case "values":
      return new Problem(
        409,
        "values_dont_fit",
        `${counted(refusal.records)} a value in ${name} that wouldn't fit. Correct or clear it, or choose another name or type.`,
        { records: refusal.records },
      );
    case "semicolon":
      return invalidInput(
        [
          {
            path: `options.${refusal.index}.value`,
            message:
              "can't contain a semicolon, because HubSpot separates several options by semicolons",
          },
        ],
        "body",
      );
    case "options-in-use":
      return new Problem(
        409,
        "options_in_use",
        `Records have options that would be removed: ${refusal.options
          .slice(0, 10)
          .map(({ value, records }) => `${value} (${counted(records)} it)`)
          .join(
            ", ",
          )}. Change these records first, or send "force": true to remove the options all the same.`,
        { options: refusal.options },
      );
    case "mapping":
      return new Problem(
        409,
        "mapping_doesnt_fit",
        `${refusal.cause} ${refusal.fix}`,
      );
  }
}
