import type { ObjectId, ObjectType } from "../settings/object-type.ts";

export type HistoryEntry = {
  readonly value: string | null;
  readonly timestamp: Date;
  readonly sourceType: string;
  readonly sourceId: string | null;
};

/** The parents of one kind in a listed row. `complete` is false when HubSpot cut the list short. */
export type ListedParents = {
  readonly ids: readonly ObjectId[];
  readonly complete: boolean;
};

/** An object as HubSpot answered it. */
export type HubSpotObject = {
  readonly id: ObjectId;
  readonly objectType: ObjectType;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly createdAt: Date;
  /** HubSpot's clock. */
  readonly updatedAt: Date;
  readonly archived: boolean;
  /** The ids that were merged into this one (hs_merged_object_ids, always asked for on reads). */
  readonly mergedIds: readonly ObjectId[];
  /** By the name of the kind, and only where list was asked for parents. */
  readonly parents?: Readonly<Record<string, ListedParents>>;
  /** Only where asked for: newest first. */
  readonly history?: Readonly<Record<string, readonly HistoryEntry[]>>;
};
