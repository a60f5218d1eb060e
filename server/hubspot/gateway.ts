import type { ObjectId, ObjectType } from "../settings/object-type.ts";
import type { ParentKind } from "../settings/types/index.ts";
import type { SyncCapability } from "./errors.ts";
import type {
  AccountDetails,
  NewProperty,
  Owner,
  Pipeline,
  PropertyDefinition,
  PropertyGroup,
  PropertyRules,
} from "./definitions.ts";
import type { HubSpotObject } from "./hubspot-object.ts";
import type {
  ArchiveOutcome,
  CreateInput,
  UpdateInput,
  UpsertInput,
  WriteOutcome,
} from "./write-outcome.ts";

export type * from "./definitions.ts";
export type * from "./hubspot-object.ts";
export type * from "./write-outcome.ts";

/** Interactive work goes first and may use the whole budget; bulk work at most 80 % of it. */
export type Priority = "interactive" | "bulk";

export type CallOptions = {
  readonly priority: Priority;
  readonly signal?: AbortSignal;
  /** For one HTTP request, its wait for the budget included. 8,000 for interactive, 30,000 for bulk. */
  readonly deadlineMs?: number;
};

export type ListQuery = {
  readonly properties: readonly string[];
  /** Where the page before said that this one begins; absent for the first. */
  readonly after?: string;
  readonly limit?: number;
  /** The kinds of parents to return with each object: ids, without labels. Absent: none. */
  readonly parents?: readonly ParentKind[];
  readonly archived?: boolean;
};
export type ListPage = {
  readonly objects: readonly HubSpotObject[];
  readonly next: string | null;
};

export type ReadQuery = {
  readonly properties: readonly string[];
  /** A property with unique values (email, counterpart_record_id); absent: ids. */
  readonly idProperty?: string;
  readonly archived?: boolean;
  /** The properties whose history is wanted. */
  readonly history?: readonly string[];
  /** Of the values of all objects together, about: more than that throws TooManyBytesError. Absent: any. */
  readonly mostBytes?: number;
};

export type ChangedQuery = {
  readonly from: Date;
  readonly to: Date;
  /** The greatest id of the page before, null for the first. */
  readonly afterId: ObjectId | null;
  readonly properties: readonly string[];
  readonly limit?: number;
};
export type InQuery = {
  readonly property: string;
  /** As HubSpot spells it. */
  readonly value: string;
  /** The greatest id of the page before, null for the first. */
  readonly afterId: ObjectId | null;
  readonly properties: readonly string[];
};
export type ChangedPage = {
  /** Ascending by id. */
  readonly objects: readonly HubSpotObject[];
  /** How many the window, or the search, still holds from `afterId` on, as the search index counts. */
  readonly total: number;
  /** The last id that HubSpot listed: `afterId` of the next page; null when there was none, which ends the window. */
  readonly lastId: ObjectId | null;
};

/** What objects must have to be counted. */
export type ValueFilter = {
  readonly property: string;
  /** At most 100, of which it has one: options as HubSpot spells them. Null: any value. */
  readonly values: readonly string[] | null;
};
export type FindQuery = {
  /** HubSpot looks for values that begin with them, in the properties that it searches by itself. */
  readonly words: string;
  readonly properties: readonly string[];
  readonly limit: number;
};

export type AssociationLabel = {
  readonly category:
    "HUBSPOT_DEFINED" | "INTEGRATOR_DEFINED" | "USER_DEFINED" | "WORK";
  readonly typeId: number;
};
export type AssociationEdge = {
  readonly toId: ObjectId;
  readonly primary: boolean;
  readonly labels: readonly AssociationLabel[];
};
/** `complete` is true when the list was read to its end. */
export type AssociationList = {
  readonly edges: readonly AssociationEdge[];
  readonly complete: boolean;
};
export type EdgeInput = { readonly fromId: ObjectId; readonly toId: ObjectId };
export type LabelledEdgeInput = EdgeInput & {
  readonly types: readonly AssociationLabel[];
};
export type EdgeOutcome = EdgeInput & {
  readonly kind: "result" | "error" | "unknown";
  /** Why not, for an error. */
  readonly message?: string;
};

/**
 * One portal of HubSpot. Every call waits for its share of the budget, has a deadline, and returns or throws one of
 * the classes in errors.ts. Writes throw only when nothing at all was sent; otherwise each input has its outcome.
 */
export type Gateway = {
  /** A page of all objects, by id. At most 100 a page. */
  list(
    type: ObjectType,
    query: ListQuery,
    options: CallOptions,
  ): Promise<ListPage>;

  /**
   * Objects by what was asked for: a merged-away id answers with the survivor, whose id then differs from the key.
   * null: HubSpot does not have it (or has it archived, unless `archived`). Any number of ids; 100 a call.
   */
  read(
    type: ObjectType,
    ids: readonly string[],
    query: ReadQuery,
    options: CallOptions,
  ): Promise<Map<string, HubSpotObject | null>>;

  /** Objects whose modified date lies within [from, to], by id: call again with `lastId` until that is null. */
  searchChanged(
    type: ObjectType,
    query: ChangedQuery,
    options: CallOptions,
  ): Promise<ChangedPage>;

  /**
   * Objects with a value of a property, by id: call again with `lastId` until that is null. The index lags by up to half a
   * minute.
   */
  searchIn(
    type: ObjectType,
    query: InQuery,
    options: CallOptions,
  ): Promise<ChangedPage>;

  /**
   * Objects with one of the identities (emails, domains), also as an additional one; any number for each, and none of a
   * type without an identity. The index lags by up to half a minute.
   */
  searchByIdentity(
    type: ObjectType,
    values: readonly string[],
    properties: readonly string[],
    options: CallOptions,
  ): Promise<HubSpotObject[]>;

  /**
   * How many objects have all of these values, by HubSpot's search index, which lags by up to half a minute; without
   * filters, how many there are. At most six filters. One search.
   */
  count(
    type: ObjectType,
    filters: readonly ValueFilter[],
    options: CallOptions,
  ): Promise<number>;

  /** Objects by words of their name, email, or domain, the oldest first. One search. */
  find(
    type: ObjectType,
    query: FindQuery,
    options: CallOptions,
  ): Promise<readonly HubSpotObject[]>;

  /** At most 100 inputs; one outcome each, in any order. */
  upsert(
    type: ObjectType,
    inputs: readonly UpsertInput[],
    options: CallOptions,
  ): Promise<WriteOutcome[]>;
  create(
    type: ObjectType,
    inputs: readonly CreateInput[],
    options: CallOptions,
  ): Promise<WriteOutcome[]>;
  update(
    type: ObjectType,
    inputs: readonly UpdateInput[],
    options: CallOptions,
  ): Promise<WriteOutcome[]>;

  /** To HubSpot's recycle bin. At most 100 ids; an id that is not there counts as archived. */
  archive(
    type: ObjectType,
    ids: readonly ObjectId[],
    options: CallOptions,
  ): Promise<ArchiveOutcome[]>;

  /** The parents of objects of the kind's `from`. Every asked object is in the answer. */
  readAssociations(
    kind: ParentKind,
    childIds: readonly ObjectId[],
    options: CallOptions,
  ): Promise<Map<ObjectId, AssociationList>>;
  /** Sets the labels of each edge to exactly `types`: HubSpot replaces those that exist. */
  associate(
    kind: ParentKind,
    inputs: readonly LabelledEdgeInput[],
    options: CallOptions,
  ): Promise<EdgeOutcome[]>;
  /** Removes each edge with all its labels. */
  dissociate(
    kind: ParentKind,
    inputs: readonly EdgeInput[],
    options: CallOptions,
  ): Promise<EdgeOutcome[]>;
  /** Takes only `types` away from each edge. */
  removeLabels(
    kind: ParentKind,
    inputs: readonly LabelledEdgeInput[],
    options: CallOptions,
  ): Promise<EdgeOutcome[]>;

  /** All owners, live and archived. */
  owners(options: CallOptions): Promise<Owner[]>;
  /** Whether a user of the account is a super admin. False without the scope to ask, and for somebody unknown. */
  isSuperAdmin(userId: number, options: CallOptions): Promise<boolean>;
  /** All live property definitions of a type. */
  properties(
    type: ObjectType,
    options: CallOptions,
  ): Promise<PropertyDefinition[]>;
  /** All live pipelines of a type, in the order in which HubSpot shows them. */
  pipelines(type: ObjectType, options: CallOptions): Promise<Pipeline[]>;
  /** All live groups of a type's properties. */
  propertyGroups(
    type: ObjectType,
    options: CallOptions,
  ): Promise<PropertyGroup[]>;
  /** The properties of a type whose values HubSpot checks, with their rules. */
  propertyRules(
    type: ObjectType,
    options: CallOptions,
  ): Promise<PropertyRules[]>;
  /** The properties that the schema of a type lists as required for a new object. */
  requiredProperties(type: ObjectType, options: CallOptions): Promise<string[]>;
  /** Creates a property, or answers the one that has its name already. */
  createProperty(
    type: ObjectType,
    definition: NewProperty,
    options: CallOptions,
  ): Promise<PropertyDefinition>;
  accountDetails(options: CallOptions): Promise<AccountDetails>;
  /** Whether HubSpot allows a kind of call by now, asked by the least one of its kind: it changes nothing. */
  isAllowed(capability: SyncCapability, options: CallOptions): Promise<boolean>;
  /** Uninstalls the app from the portal and forgets the cached token. */
  uninstall(options: CallOptions): Promise<void>;
};
