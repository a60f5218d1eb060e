import type { FieldMapping } from "../../settings/mapping.ts";
import type { ObjectType } from "../../settings/object-type.ts";
import { emailStatusField } from "../../settings/type-rules.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { Properties, Rules } from "../model.ts";
import { isBlank, own } from "../values/value.ts";

/** Emails that a portal keeps out of HubSpot until they are verified (BN-021). Pure. */

/** The code of a field, or of a record that has nothing else to be created with, whose email isn't verified. */
export const EMAIL_UNVERIFIED = "email_unverified";

/** The status of a verified email, in any spelling. */
const isVerified = (status: unknown): boolean =>
  typeof status === "string" && status.trim().toLowerCase() === "verified";

/** Whether a mapping would send an email to HubSpot that isn't verified, in a portal that doesn't send these. */
export function withholdsEmail(
  { settings }: Pick<Rules, "settings">,
  type: ObjectType,
  { field, property }: Pick<FieldMapping, "field" | "property">,
  properties: Properties,
): boolean {
  const { identity } = descriptorOf(type);
  return (
    settings[type].pushUnverifiedEmails === false &&
    identity?.kind === "email" &&
    (field === identity.field || property === identity.property) &&
    !isBlank(own(properties, field)) &&
    !isVerified(own(properties, emailStatusField))
  );
}
