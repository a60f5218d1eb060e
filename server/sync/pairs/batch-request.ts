import type { HubSpotObject, Priority } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  RecordId,
} from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import type { ParentStatus, Trigger } from "../model.ts";
import type { StoredRecord } from "./stored-state.ts";

/** Which records and objects to look at, some hundreds of them together at most, and on whose account. */
export interface BatchRequest {
  readonly objectType: ObjectType;
  readonly recordIds: readonly RecordId[];
  readonly objectIds: readonly ObjectId[];
  /** Objects that a page brought along; not read again if the page knew all mapped properties. */
  readonly objects: readonly HubSpotObject[];
  /** The properties that they were asked for; absent: all that are mapped. */
  readonly objectProperties?: readonly string[] | undefined;
  /** Objects of which an event says that they were deleted. */
  readonly deletedByEvent: ReadonlySet<ObjectId>;
  /** Objects that a refusal named as holding a record's identity: candidates like any other. */
  readonly hints: readonly ObjectId[];
  readonly trigger: Trigger;
  readonly priority: Priority;
  /** Aborted once nobody waits for the answer: then nothing is written any more. */
  readonly signal?: AbortSignal | undefined;
  /** A try-out: settings to go by instead of the stored ones. Nothing is written. */
  readonly trial?: Settings | undefined;
}

/** Returns what is known of the parents of a record and object, an entry for each kind. */
export type StatusOf = (
  record: StoredRecord | null,
  object: HubSpotObject | null,
) => readonly ParentStatus[];
