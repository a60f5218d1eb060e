import type { ObjectId } from "../settings/object-type.ts";
import type { HubSpotObject } from "./hubspot-object.ts";

/** An object with a unique value: updated when HubSpot has it, else created with it. */
export type UpsertInput = {
  readonly traceId: string;
  readonly idProperty: string;
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
};
export type CreateInput = {
  readonly traceId: string;
  readonly properties: Readonly<Record<string, string>>;
};
export type UpdateInput = {
  readonly traceId: string;
  readonly id: ObjectId;
  readonly properties: Readonly<Record<string, string>>;
};

/** A property that HubSpot would not take. */
export type RefusedProperty = {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  /** The options it would take, where it names them. */
  readonly allowed?: readonly string[];
  /** The object that has this unique value already. */
  readonly holder?: ObjectId;
};

export type WriteError = {
  readonly code:
    "invalid-property" | "conflict" | "missing" | "forbidden" | "other";
  readonly properties: readonly RefusedProperty[];
  /** For a conflict: the object that already holds the unique value. */
  readonly existingId: ObjectId | null;
  readonly message: string;
  readonly correlationId: string | null;
  readonly category: string | null;
};

/** How one input of a write ended. An input is never left without an outcome. */
export type WriteOutcome =
  | {
      readonly traceId: string;
      readonly kind: "result";
      readonly object: HubSpotObject;
      /** Null where HubSpot does not say. */
      readonly created: boolean | null;
    }
  | {
      readonly traceId: string;
      readonly kind: "error";
      readonly error: WriteError;
    }
  | {
      readonly traceId: string;
      readonly kind: "unknown";
      readonly cause: string;
      /** False: HubSpot never got this input, so its attempt may be closed at once. */
      readonly sent: boolean;
    };

export type ArchiveOutcome = {
  readonly id: ObjectId;
  readonly kind: "result" | "error" | "unknown";
};
