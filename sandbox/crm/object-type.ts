/** An object type that the sandbox knows, by HubSpot's names for it, and what HubSpot does for its objects. */
export type ObjectType = {
  /** `0-1` */
  readonly id: string;
  /** As paths name it: `contacts`. */
  readonly name: ObjectTypeName;
  /** As association names use it: `contact`. */
  readonly singular: string;
  /** Other names that paths may use. */
  readonly aliases: readonly string[];
  readonly activity: boolean;
  /** Ids count up from here, unless those of all types overlap. Beyond 32 bits, as HubSpot's are, and the same in every portal. */
  readonly firstId: number;
  readonly readScopes: readonly string[];
  readonly writeScopes: readonly string[];
  /** The scopes for reading and changing its definitions. */
  readonly schemaScopes: { readonly read: string; readonly write: string };
  /** The property that mirrors `updatedAt`. */
  readonly modifiedProperty: string;
  /** What a read answers when no property was asked for. */
  readonly defaultProperties: readonly string[];
  /** Groups of properties that HubSpot calculates for every object (derived/computed.ts). */
  readonly calculated: readonly CalculatedGroup[];
  readonly search: {
    /** The properties that `query` reads. */
    readonly query: readonly string[];
    /** The properties that no filter may name. */
    readonly closed: readonly string[];
  };
  readonly required: {
    /** A new object needs one of these. */
    readonly oneOf: readonly string[];
    /** A new object needs all of these. */
    readonly allOf: readonly string[];
    /** HubSpot's guide requires these, too, but a recorded creation without them was accepted: an option decides. */
    readonly byGuide: readonly string[];
  };
  /**
   * The property that identifies an object. `email` belongs to one object, which may have additional ones, and is blocked once
   * the object was permanently deleted. Any number of objects may share a `domain`.
   */
  readonly identity?: "email" | "domain";
  readonly pipeline?: PipelineProperties;
  /** The properties with an activity's text. The first one with a value is previewed. */
  readonly bodies: readonly string[];
  readonly time: {
    /** The property that `hs_timestamp` is taken from when a new object has none. */
    readonly startsAt?: string;
    /** `hs_timestamp` says when the activity is due, and nothing of when it happened. */
    readonly isDue?: true;
  };
  /** Whether a deleted object waits in the recycle bin. */
  readonly restorable: boolean;
};

export type ObjectTypeName =
  | "contacts"
  | "companies"
  | "deals"
  | "tickets"
  | "tasks"
  | "notes"
  | "meetings"
  | "calls"
  | "emails"
  | "communications";

export type CalculatedGroup =
  | "created"
  | "person"
  | "contact count"
  | "deal count"
  | "deal amounts"
  | "activity rollups"
  | "ticket id";

/** How objects of a type go through pipelines. */
export type PipelineProperties = {
  /** The property with an object's pipeline. */
  readonly pipeline: string;
  /** The property with its stage there. */
  readonly stage: string;
  /** The property that is dated when a user moves an object to a closed stage. */
  readonly closeDate?: string;
  /** What a stage's metadata says: a probability, which 0 and 1 close, or a state. */
  readonly metadata: "probability" | "ticketState";
  /** The pipeline of a new account. */
  readonly first: FirstPipeline;
};

export type FirstPipeline = {
  readonly id: string;
  readonly label: string;
  /** Id, label, and the value of the metadata. */
  readonly stages: readonly (readonly [
    id: string,
    label: string,
    metadata: string,
  ])[];
};
