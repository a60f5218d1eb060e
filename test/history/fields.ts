import type { EntityType, Side } from "./steps.ts";

/** What histories are about: the types, the fields that people type into, and the spellings of one identity. */

export const plural = {
  contact: "contacts",
  company: "companies",
  deal: "deals",
} as const;

/** Fields that people type into: the record's and HubSpot's name for each. */
export const fields: Record<
  EntityType,
  readonly (readonly [field: string, property: string])[]
> = {
  contact: [
    ["first_name", "firstname"],
    ["last_name", "lastname"],
    ["job_title", "jobtitle"],
    ["city", "city"],
    ["email", "email"],
  ],
  company: [
    ["name", "name"],
    ["city", "city"],
    ["state", "state"],
    ["country", "country"],
    ["domain", "domain"],
  ],
  deal: [
    ["name", "dealname"],
    ["amount", "amount"],
    ["next_step", "hs_next_step"],
    ["description", "description"],
  ],
};

/** The types whose records and objects are recognized by something that people type. */
export type IdentifiedType = Exclude<EntityType, "deal">;

/** The field and the property with a type's identity. */
export const identityField = { contact: "email", company: "domain" } as const;

export const isIdentified = (type: EntityType): type is IdentifiedType =>
  type !== "deal";

/** Who types in HubSpot. */
export const user = {
  changeSource: "CRM_UI" as const,
  sourceId: "userId:7",
  userId: 7,
};

/** The owner, in every type. Nobody types any text into it, but an owner. */
export const ownerField = ["owner_email", "hubspot_owner_id"] as const;

/** What the stage's own constraint keeps out of a record's city. */
export const refusedPrefix = "refused ";

/** A thing that a person made, by its id on the side where it was made. */
export interface Entity {
  readonly type: EntityType;
  readonly side: Side;
  readonly id: string;
}

/** The last value that a person typed into a field on a side. */
export interface Typed {
  readonly type: EntityType;
  readonly side: Side;
  readonly id: string;
  readonly field: string;
  readonly property: string;
  readonly value: string;
}

/** A merge in HubSpot, with the records that were linked to the two objects at that moment. */
export interface Merge {
  readonly type: EntityType;
  readonly primary: string;
  readonly loser: string;
  readonly primaryRecord: string | null;
  readonly loserRecord: string | null;
}

/** The value that is typed as the nth of a history. Of one width, so that none is part of another. */
export const valueOf = (count: number, field = ""): string =>
  field === "amount"
    ? `${count + 10_000}.5`
    : `v${String(count).padStart(4, "0")}`;

/** The same email or domain as people, imports, and forms spell it. */
const spellings: Record<
  IdentifiedType,
  readonly ((plain: string) => string)[]
> = {
  contact: [
    (email) => email,
    (email) => `${email}\n`,
    (email) => `\t${email}`,
    (email) => `${email}\u00a0`,
    (email) => ` ${email.toUpperCase()}\r\n`,
  ],
  company: [
    (domain) => domain,
    (domain) => `${domain}\n`,
    (domain) => `\u00a0${domain}`,
    (domain) => `${domain}.`,
    (domain) => `https://www.${domain.toUpperCase()}/`,
  ],
};

/** The nth identity of a type, in one of its spellings. */
export function identityText(
  type: IdentifiedType,
  identity: number,
  spelling = 0,
): string {
  const spell = spellings[type][spelling % spellings[type].length];
  const plain =
    type === "contact"
      ? `Person${identity}@Example.com`
      : `company${identity}.example.com`;
  return spell?.(plain) ?? plain;
}

/** What the spellings of one identity have in common. */
export const canonicalIdentity = (
  type: IdentifiedType,
  value: unknown,
): string => {
  const text =
    typeof value === "string" ? value.replaceAll(/\s/g, "").toLowerCase() : "";
  return type === "contact"
    ? text
    : text.replace(/^https?:\/\/(www\.)?/, "").replace(/[./]+$/, "");
};
