/** The ids that every room shares. */

/** One HubSpot account ("hub id"). */
export type PortalId = number;

/** The id of a record in the workspace: a UUID. */
export type RecordId = string;

/** The id of an object in HubSpot: digits, kept as text since they outgrow a double. */
export type ObjectId = string;

export { objectTypeOf, objectTypes } from "./types/index.ts";
export type { ObjectType } from "./types/index.ts";
