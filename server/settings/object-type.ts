/** The ids that every room shares. */

/** One HubSpot account ("hub id"). */
export type PortalId = number;

/** The id of a record in the workspace: a UUID. */
export type RecordId = string;

/** The id of an object in HubSpot: digits, kept as text since they outgrow a double. */
export type ObjectId = string;

/** What is synced. A new type is one line in each table below, its mapping defaults, and its view. */
export type ObjectType = "contact" | "company";

/** In the order in which they are synced: a contact names its company, so companies come first. */
export const objectTypes = [
  "company",
  "contact",
] as const satisfies readonly ObjectType[];

/** HubSpot's numeric type ids, as webhooks and cards carry them. */
export const objectTypeIds = {
  contact: "0-1",
  company: "0-2",
} as const satisfies Record<ObjectType, string>;

/** The object type of a HubSpot type id, or undefined for a type that is not synced. */
export function objectTypeOf(objectTypeId: string): ObjectType | undefined {
  return objectTypes.find((type) => objectTypeIds[type] === objectTypeId);
}
