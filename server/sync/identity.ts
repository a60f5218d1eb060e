import type { ObjectType } from "../settings/object-type.ts";

/** Which key identifies a type: the record's field and HubSpot's property. */
export const identityKeys = {
  contact: { kind: "email", field: "email", property: "email" },
  company: { kind: "domain", field: "domain", property: "domain" },
} as const satisfies Record<
  ObjectType,
  { kind: "email" | "domain"; field: string; property: string }
>;

/** The property in which an object carries the key of the creation that made it. */
export const creationKeyProperty = "counterpart_record_id";

/**
 * A contact's email or a company's domain in canonical form, or null without one.
 * The database computes the same in identity_key(); a test holds the two against each other.
 */
export function identityOf(
  objectType: ObjectType,
  value: unknown,
): string | null {
  if (typeof value !== "string") return null;
  const text = value.replace(/^ +| +$/g, "").toLowerCase();
  if (objectType === "contact") return text === "" ? null : text;
  const domain = text
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, "")
    .replace(/[/?#:].*$/s, "")
    .replace(/^www\./, "");
  return domain === "" ? null : domain;
}
