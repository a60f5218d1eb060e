import type { Conversion, FieldMapping } from "../../settings/mapping.ts";
import type { PropertyDefinition } from "../model.ts";

/**
 * What a value means, and so when two values are equal: the mapping's conversion, or HubSpot's type of the property
 * where the mapping says no more than text. A conversion says how a value is carried over and names the bases that it
 * made; a meaning says only how values are compared, so it may be learned later, and every base stays readable. Pure.
 */
export type Meaning =
  | Conversion
  | { readonly kind: "phone" | "domain" | "web-address" }
  /** The day of a time, in a time zone. */
  | { readonly kind: "date"; readonly timeZone: string };

/** HubSpot's own properties that its definitions call text and no more. */
const known = new Map<string, Meaning>([
  ["email", { kind: "email" }],
  ["phone", { kind: "phone" }],
  ["mobilephone", { kind: "phone" }],
  ["fax", { kind: "phone" }],
  ["hs_whatsapp_phone_number", { kind: "phone" }],
  ["domain", { kind: "domain" }],
  ["website", { kind: "web-address" }],
  ["hs_linkedin_url", { kind: "web-address" }],
  ["linkedin_company_page", { kind: "web-address" }],
  ["facebook_company_page", { kind: "web-address" }],
]);

const byType = new Map<string, Meaning>([
  ["phone_number", { kind: "phone" }],
  ["number", { kind: "number" }],
  ["date", { kind: "date" }],
  ["datetime", { kind: "datetime" }],
  ["bool", { kind: "boolean" }],
]);

/** How values of a mapped field are compared. */
export function meaningOf(
  { conversion, property }: Pick<FieldMapping, "conversion" | "property">,
  definition: PropertyDefinition | undefined,
): Meaning {
  if (conversion.kind === "date" && definition?.timeZone !== undefined)
    return { kind: "date", timeZone: definition.timeZone };
  if (conversion.kind !== "text") return conversion;
  if (definition?.fieldType === "phonenumber") return { kind: "phone" };
  if (definition?.type === "enumeration" && definition.fieldType === "checkbox")
    return { kind: "set" };
  return (
    known.get(property) ?? byType.get(definition?.type ?? "") ?? conversion
  );
}
