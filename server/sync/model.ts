import type { Policy } from "../settings/mapping.ts";
import type {
  ObjectId,
  ObjectType,
  RecordId,
} from "../settings/object-type.ts";
import type { Settings } from "../settings/schema.ts";
import type { ParentKind } from "../settings/types/index.ts";
import type { DeclaredField } from "../workspace/declared-field.ts";

/** The engine's own words for what it looks at and what it says. Pure: no clock, no I/O, no database type. */

/** The side whose change, or whose user, started this sync. */
export type Initiator = "hubspot" | "workspace";
export type Side = "workspace" | "hubspot";

/** A record's fields, as jsonb holds them: strings, numbers, booleans, arrays of strings. */
export type Properties = Readonly<Record<string, unknown>>;
/** An object's properties, as HubSpot sends them: everything is text; null and "" are blank. */
export type ObjectProperties = Readonly<Record<string, string | null>>;

export interface RecordState {
  readonly id: RecordId;
  readonly objectType: ObjectType;
  readonly properties: Properties;
  /** The bytes of its values, if they were not loaded and `properties` is empty; absent or null: they were. */
  readonly omittedBytes?: number | null;
  /** The bytes of its other fields, which sync has no use for and which `properties` lacks; absent: it lacks none. */
  readonly unloadedBytes?: number;
  readonly companyId: RecordId | null;
  readonly revision: number;
  /**
   * By field, when the product last changed it: Postgres' clock, epoch ms. Loaded only for a conflict that the newer
   * change decides; a field without a time changed before times were kept.
   */
  readonly changedAt?: Readonly<Record<string, number>>;
  /** Epoch ms; null while it lives. */
  readonly deletedAt: number | null;
}

export interface ObjectState {
  readonly id: ObjectId;
  readonly properties: ObjectProperties;
  /** HubSpot's clock, epoch ms. */
  readonly updatedAt: number;
  /** The same clock; absent: unknown. */
  readonly createdAt?: number;
  readonly archived: boolean;
  /** The ids that were merged into it. */
  readonly mergedIds: readonly ObjectId[];
  /** Properties whose present value HubSpot's history names as written by this app. */
  readonly writtenByUs: ReadonlySet<string>;
  /** By property, when it last changed: HubSpot's clock, epoch ms. Loaded like a record's. */
  readonly changedAt?: Readonly<Record<string, number>>;
  /** By property, the values that its history names as written by this app, with HubSpot's clock in epoch ms. */
  readonly ourValues?: Readonly<
    Record<
      string,
      readonly { readonly value: string | null; readonly at: number }[]
    >
  >;
}

/** What both sides held of a field when it was last settled. Keyed by property and conversion as well. */
export interface BaseEntry {
  readonly w: unknown;
  readonly h: string | null;
  readonly p: string;
  readonly c: string;
  /**
   * HubSpot itself, or a rule about owners, gave the property this value when this app created the object. It goes to the
   * workspace unless the record's own value has changed since: nobody typed it, so it outweighs nothing.
   */
  readonly filled?: true;
  /**
   * The two values differ because the mapping only fills in blanks: the sides whose change was not synced. A person's
   * push or pull still syncs it.
   */
  readonly left?: readonly Side[];
}
export type Base = Readonly<Record<string, BaseEntry>>;

/**
 * A field that one side did not take. It is tried again when what caused that changes: its value, mapping, or definition,
 * HubSpot's value, or the object that has the value already. Retry tries it again too.
 */
export interface Parked {
  readonly side: Side;
  /** The value that was refused, in the refusing side's form. */
  readonly sent: string | null;
  readonly code: string;
  readonly message: string;
  /** Mapping and HubSpot's definition at the time: another signature lifts the parking. */
  readonly signature: string;
  /** What HubSpot had when it refused: another value lifts the parking. Absent where HubSpot was not asked. */
  readonly h?: string | null;
  /** The object that has this unique value already. */
  readonly holder?: ObjectId;
}

export type LinkEnd =
  | "object-deleted"
  | "record-deleted"
  | "merged-away"
  | "purged"
  /** A person gave the object to another record: it is not linked to this one again but by a person's choice. */
  | "given-up"
  /** The record was removed with its pipeline, which isn't selected; the object is there. */
  | "unselected";

/** The object that a record's object was merged into, as it is after any further merges. */
export interface MergedInto {
  readonly objectId: ObjectId;
  /** What names the record that is linked to it; null without one. */
  readonly properties: Properties | null;
}

export interface LinkState {
  readonly id: string;
  /** Another one once anything of the link has been written: what was decided on it no longer holds. */
  readonly version: string;
  readonly recordId: RecordId;
  readonly objectId: ObjectId;
  readonly state: "live" | LinkEnd;
  readonly base: Base;
  readonly parked: Readonly<Record<string, Parked>>;
  /** The greatest updatedAt seen, HubSpot's clock, epoch ms. */
  readonly seenAt: number | null;
  /** Our clock, epoch ms. */
  readonly endedAt: number | null;
  /** The kinds whose associations have been settled once: from then on they are merged three-way. */
  readonly edgesSettled: readonly string[];
  /** Of a link that was merged away: what its object was merged into. */
  readonly mergedInto?: MergedInto;
  /** When a person chose to keep this side although the other was deleted; our clock, epoch ms. */
  readonly keptAt?: number | null;
}

/** One value on its way to HubSpot: what is sent, and what the record held. */
export interface SentValue {
  readonly h: string;
  readonly w: unknown;
  /** What HubSpot held then: told in the journal even when the answer is lost or comes too late for its worker. */
  readonly before?: string | null;
  /** It may be cleared on the way, because the value belongs to another object until that one gets this one's. */
  readonly cleared?: true;
  /** The portal's source: no field of the record has it, so it says nothing of the record. */
  readonly source?: true;
}

/** An attempt whose outcome is not known yet: it may have landed, or may still land. */
export interface OpenAttempt {
  readonly id: string;
  readonly operation: "create" | "update" | "archive" | "associate";
  /** The object that was asked to take it; null for a creation. It may have been merged into another since. */
  readonly objectId: ObjectId | null;
  /** Without what HubSpot has refused of it. */
  readonly sent: Readonly<Record<string, SentValue>>;
  /** The properties that HubSpot has refused of it. */
  readonly refused?: readonly string[];
  /** Of a creation: the counterpart_record_id that its object carries. */
  readonly creationKey?: string | null;
  /** Of a creation: the object that HubSpot answered with, where the answer came and was not settled yet. */
  readonly made?: ObjectId | null;
  /** Younger than the lag of HubSpot's search index: what it did may not be found yet. */
  readonly recent?: boolean;
  /** HubSpot's answer is stored: it was done, but its worker did not live to settle it. */
  readonly answered?: boolean;
  /** Its claim has not ended: a worker may be about to settle it. */
  readonly underWay?: boolean;
}

/** A conflict that waits for a person, with the two values that were shown. */
export interface HeldField {
  readonly attentionId: string;
  readonly field: string;
  readonly workspace: unknown;
  readonly hubspot: string | null;
}

/** Why this pair may not be linked or created, found while matching over the whole batch. */
export interface MatchConflict {
  readonly code:
    | "duplicate_email"
    | "domain_conflict"
    | "ambiguous_email"
    | "linked_elsewhere";
  readonly message: string;
  readonly objectIds: readonly ObjectId[];
  /** The records that those objects belong to; an object without one is free. */
  readonly holders: Readonly<Record<ObjectId, RecordId>>;
  /** How new the reading of each is: HubSpot's clock, ISO. */
  readonly asOf?: Readonly<Record<ObjectId, string>>;
}

/**
 * What is known of the object that a pair names. Of one that HubSpot was not asked for, neither presence nor absence
 * may be concluded: the pair is decided again once it has been read.
 */
export type ObjectReading =
  | { readonly reading: "there"; readonly object: ObjectState }
  /** Asked for, and not shown: archived, or named by a deletion event, or for no reason that HubSpot states. */
  | {
      readonly reading: "archived" | "deleted-by-event" | "missing";
      readonly object: null;
    }
  /** The link that names it became known only after HubSpot had been read. */
  | { readonly reading: "not-asked"; readonly object: null }
  /** The pair names no object. */
  | { readonly reading: "none"; readonly object: null };

export type Pair = PairContext & ObjectReading;
/** A pair that may be decided on: whatever it names has been read. */
export type ReadPair = Exclude<Pair, { readonly reading: "not-asked" }>;

interface PairContext {
  readonly objectType: ObjectType;
  readonly record: RecordState | null;
  /** The live link of the two; or, where there is none, the ended link that prevents another or could revive. */
  readonly link: LinkState | null;
  readonly attempts: readonly OpenAttempt[];
  readonly held: readonly HeldField[];
  readonly conflict: MatchConflict | null;
  /** The match was one of several; the journal says so. */
  readonly ambiguous: readonly ObjectId[];
  /** Of a record and an object: nothing but the same email or domain says that they are the same. */
  readonly guessed?: true;
  /** Of an object without a record: one of several that match a record, which was paired with another of them. */
  readonly candidate?: true;
  /** What is known of its parents, an entry for each kind. */
  readonly parents: readonly ParentStatus[];
}

export interface ParentStatus {
  readonly kind: ParentKind;
  /** The record has a parent of this kind, or the object is associated with one. */
  readonly has: boolean;
  /** It has none that is known, and HubSpot doesn't let Counterpart read whether it has one. */
  readonly unreadable?: true;
  /** The primary parent has a live link; one of them, if none is primary. Absent: it isn't known. */
  readonly linked?: boolean;
  /** HubSpot's parents of an object, of which none has a live link: the primary one, or all if none is primary. */
  readonly unlinked?: readonly ObjectId[];
  /** Parents had their turn before their children in this pass: what isn't linked now won't be. */
  readonly tried?: true;
  /** The parent's own problem that blocks its child (AP-103). */
  readonly blockedBy: { readonly code: string; readonly cause: string } | null;
}

/** What HubSpot says of a property. */
export interface PropertyDefinition {
  readonly type: string;
  /** How HubSpot shows it: "phonenumber", "checkbox" … */
  readonly fieldType?: string;
  readonly readOnly: boolean;
  /** No two objects have the same value. */
  readonly unique?: boolean;
  /** Null: not a fixed list. */
  readonly options: readonly string[] | null;
  readonly label: string;
  /** Of a stage: what HubSpot says of each, by id. */
  readonly stages?: Readonly<Record<string, Stage>>;
  /** Of the currency of an amount: those that the account has, by their codes. */
  readonly currencies?: readonly string[];
  /** Of a property that has times: the account's time zone, in which HubSpot shows their days. */
  readonly timeZone?: string;
}

/** A stage of a pipeline. */
export interface Stage {
  readonly pipeline: string;
  /** An object in this stage is done. */
  readonly closed: boolean;
  readonly won: boolean;
}

/** HubSpot's name of each option of a property: property, value, label. */
export type OptionLabels = Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

export interface Owners {
  /** The active owner of an email, lower-cased. */
  readonly idByEmail: Readonly<Record<string, string>>;
  /** The email that the workspace gets for an owner, former ones too. */
  readonly emailById: Readonly<Record<string, string>>;
  /** Active owners whose only email the settings give to another owner. */
  readonly withoutEmail?: readonly string[];
}

/** What holds for the whole pass. */
export interface Rules {
  readonly settings: Settings;
  readonly definitions: Readonly<Record<string, PropertyDefinition>>;
  readonly owners: Owners;
  /** Those of the mapped fields that the portal has declared, by name; absent: none. */
  readonly fields?: Readonly<Record<string, DeclaredField>>;
  /** Whether creations in HubSpot are allowed yet: not before the type's first full pull has ended. */
  readonly mayCreateObjects: boolean;
  /** The portal has room for counterpart_record_id on this type. */
  readonly uniqueProperty: boolean;
  /** What HubSpot does not allow this app: it waits until it is granted, and is not asked for meanwhile. */
  readonly missing?: Missing;
  /** The user whose connection sync uses; absent: nothing is known of that user, who may do everything. */
  readonly syncUser?: SyncUser;
}

export interface SyncUser {
  /** Canonical; "" if HubSpot doesn't say. */
  readonly email: string;
  /** Owners of the pass' own type may be changed in the workspace by this user. */
  readonly mayAssignOwner: boolean;
}

/** What is missing of a type and of its parents; absent: nothing. */
export interface Missing {
  /** Objects of the pass' own type cannot be written. */
  readonly write: boolean;
  /** By kind: parents cannot be read, or not be written. */
  readonly parents: Readonly<
    Record<string, { readonly read: boolean; readonly write: boolean }>
  >;
  /** By kind: which parents records belong to cannot be read, or not be written. */
  readonly edges: Readonly<
    Record<string, { readonly read: boolean; readonly write: boolean }>
  >;
}

/** Who started this sync, and how. */
export interface Trigger {
  readonly initiator: Initiator;
  /** A person pressed: the initiator's side is written over every mapped field that has moved. */
  readonly manual: boolean;
  /** A person chose these very records: conditions and ended links do not hold them back. */
  readonly bypassConditions: boolean;
  /** A Retry lifts the parking of all of the pair's fields. */
  readonly retryParked: boolean;
  /**
   * The type of the child whose push syncs this parent first: the switch and the conditions of the parent's type do not
   * hold it back (AP-012).
   */
  readonly pushedWith?: ObjectType;
  /** A person has approved of what these very pairs wait with: no brake holds them. */
  readonly approved?: true;
  /** A person has refused the updates of these pairs: both sides keep their values. */
  readonly refused?: true;
  /** A person has seen which newer values of the other side this undoes. Without that, decide holds such a pair back. */
  readonly confirmed?: boolean;
  /** What a person's act lets flow although automatic sync is off, with nothing forced: Sync now both ways, a Retry its own. */
  readonly opens?: "both" | Initiator;
  /**
   * A person asks that saved mappings reach the pairs that are linked already: what was left as it was when a field was
   * mapped, or by a mapping that only filled in blanks, follows the field's rule now. Nothing else is linked or created.
   */
  readonly appliesMappings?: true;
  /** A person's choice for held fields: field to winning side. */
  readonly resolve?: Readonly<Record<string, Side>>;
  /** The email of the person who started it; absent: nobody in particular did. */
  readonly person?: string;
}

export interface FieldChange {
  readonly field: string;
  readonly property: string;
  readonly side: Side;
  readonly before: unknown;
  readonly after: unknown;
  /** The value on the other side, or typed before, that gave way in a conflict. */
  readonly overwrote?: unknown;
}

export interface FieldOutcome {
  readonly field: string;
  readonly property: string;
  readonly kind:
    | "same"
    | "settled"
    | "to-workspace"
    | "to-hubspot"
    | "held"
    | "parked"
    | "waiting"
    | "unasked";
  readonly code: string;
  /** The value for the side that is written, in that side's form; null clears. */
  readonly value?: unknown;
  /** The base once this is carried out; undefined: the old one stays. */
  readonly base?: BaseEntry;
  readonly parked?: Parked;
  /** In a conflict: what the losing side held. */
  readonly overwrote?: unknown;
  /** By hand: what gives way is newer than the base, so that a person is asked first. */
  readonly undoes?: true;
  readonly policy?: Policy;
}

/** The side that a change is written to. */
export type Flow = "to_workspace" | "to_hubspot";
export type BrakeAction = "delete" | "create" | "update";

/** One kind of change in one direction: what the brake counts. */
export interface Movement {
  readonly flow: Flow;
  readonly action: BrakeAction;
}

export type Outcome =
  "created" | "updated" | "unchanged" | "skipped" | "held" | "failed";

/** What must happen to one pair, with its reason. Everything apply needs, and nothing it may decide. */
export interface Decision {
  readonly outcome: Outcome;
  readonly code: string;
  readonly reason: string;
  readonly fields: readonly FieldOutcome[];
  readonly workspace:
    | { readonly kind: "none" }
    | { readonly kind: "create"; readonly properties: Properties }
    | {
        readonly kind: "update";
        readonly set: Properties;
        readonly clear: readonly string[];
      }
    | { readonly kind: "delete" }
    | { readonly kind: "restore" };
  readonly hubspot:
    | { readonly kind: "none" }
    | {
        readonly kind: "create";
        readonly sent: Readonly<Record<string, SentValue>>;
      }
    | {
        readonly kind: "update";
        readonly sent: Readonly<Record<string, SentValue>>;
      }
    | { readonly kind: "archive" };
  readonly link:
    | { readonly kind: "keep" }
    | { readonly kind: "create" }
    | { readonly kind: "revive" }
    | { readonly kind: "end"; readonly state: LinkEnd };
  /** A problem for a person, where outcome is failed. */
  readonly problem: {
    readonly code: string;
    readonly cause: string;
    readonly fix: string;
  } | null;
}
