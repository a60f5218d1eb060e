import type { RefusedProperty, WriteError } from "../../../hubspot/gateway.ts";
import type { ObjectType } from "../../../settings/object-type.ts";
import { contestedProperty, identityKeyOf } from "../../values/identity.ts";
import type { Parked } from "../../model.ts";

/** Which properties a refusal is about, and what is stored of each. Pure. */

/** HubSpot's word for a unique value that another object has. */
const valueTaken = "VALUE_TAKEN";

/** Two objects are to have each other's value, and HubSpot doesn't clear one of them first. */
export const swapCode = "EMAIL_SWAP";

/** The properties that an error blames. A conflict that names none is about what identifies the type. */
export const blamedBy = (
  type: ObjectType,
  error: WriteError,
): readonly RefusedProperty[] =>
  error.code !== "conflict" || error.properties.length > 0
    ? error.properties
    : [
        {
          name: contestedProperty(type),
          code: valueTaken,
          message: error.message,
          ...(error.existingId === null ? {} : { holder: error.existingId }),
        },
      ];

/** Code, message, and holder of a parked field, as a person is shown them. */
export function propertyRefusalOf(
  type: ObjectType,
  { name, code, message, holder }: RefusedProperty,
): Pick<Parked, "code" | "message" | "holder"> {
  const held = holder === undefined ? {} : { holder };
  const other =
    holder === undefined ? `another ${type}` : `another ${type} (${holder})`;
  if (code === swapCode)
    return {
      code: "email_swap",
      message: `${other} has this email and will get this ${type}'s email in return. HubSpot can't swap emails in one step.`,
      ...held,
    };
  const key = identityKeyOf(type);
  if (code === valueTaken && name === contestedProperty(type))
    return {
      code: key?.unique === true ? key.taken : "value_taken",
      message:
        holder === undefined ? message : `${other} already has this value.`,
      ...held,
    };
  return { code: code.toLowerCase(), message, ...held };
}
