import type { Actor } from "./events.ts";
import type { RowStore } from "./row-store.ts";

/** One value that a property had. The list of a property is newest first. */
export type Version = {
  readonly value: string;
  readonly at: number;
  readonly by: Actor;
};

/** One direction of an association. The other object holds its twin. `types` are sorted, and arrays with equal content are shared. */
export type Edge = { readonly to: Row; types: readonly number[] };

/** One merge into an object: the ids that have led to it since, and when (ms). */
export type Merge = { readonly ids: readonly string[]; readonly at: number };

export type RowState = "live" | "archived" | "merged" | "purged";

/**
 * One object, kept small: values lie in slots that its store hands out by property, and history exists only for a property
 * whose value changed after creation (until then, creation says it all).
 */
export class Row {
  readonly store: RowStore<Row>;
  readonly id: string;
  /** The id as a number: what lists are ordered by. */
  readonly seq: number;
  values: (string | undefined)[] = [];
  createdAt: number;
  updatedAt: number;
  archivedAt = 0;
  state: RowState = "live";
  readonly createdBy: Actor;
  updatedBy: Actor;
  history: Map<string, Version[]> | undefined = undefined;
  edges: Edge[] | undefined = undefined;
  /** The merges that this object came out of, its own and those of the objects merged into it. */
  merges: readonly Merge[] | undefined = undefined;
  additionalEmails: readonly string[] | undefined = undefined;
  mergedInto: Row | undefined = undefined;

  constructor(store: RowStore<Row>, seq: number, at: number, by: Actor) {
    this.store = store;
    this.seq = seq;
    this.id = String(seq);
    this.createdAt = at;
    this.updatedAt = at;
    this.createdBy = by;
    this.updatedBy = by;
  }

  /** Ids that were merged into this object. */
  get mergedIds(): readonly string[] {
    return this.merges?.flatMap(({ ids }) => ids) ?? [];
  }

  /** The object that this one has become, itself unless it was merged away. */
  survivor(): Row {
    if (this.mergedInto === undefined) return this;
    return this.mergedInto.survivor();
  }
}
