import type { Row, RowState } from "../row.ts";

/** An object as the search index had it. */
export type IndexedState = {
  readonly values: readonly (string | undefined)[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly state: RowState | "absent";
  readonly merges: Row["merges"];
  readonly additionalEmails: Row["additionalEmails"];
};

type Past = { readonly state: IndexedState; readonly until: number };

/**
 * What search still sees of objects that have changed: the state before each change, until the index catches up. Empty, and
 * free of cost, in a portal without lag.
 */
export class IndexLag {
  /** In the order of the rows' last change, so that what the index has caught up with comes first. */
  private readonly past = new Map<Row, readonly Past[]>();
  private readonly lagMs: () => number;

  constructor(lagMs: () => number) {
    this.lagMs = lagMs;
  }

  get empty(): boolean {
    return this.past.size === 0;
  }

  /** How many objects the index sees as they were. */
  get size(): number {
    return this.past.size;
  }

  /** To be called before a row changes. */
  before(row: Row, now: number): void {
    const { createdAt, updatedAt, state, merges, additionalEmails } = row;
    this.keep(row, now, () => ({
      values: [...row.values],
      createdAt,
      updatedAt,
      state,
      merges,
      additionalEmails,
    }));
  }

  /** To be called when a row has been added. */
  added(row: Row, now: number): void {
    const { createdAt, updatedAt } = row;
    this.keep(row, now, () => ({
      values: [],
      createdAt,
      updatedAt,
      state: "absent",
      merges: undefined,
      additionalEmails: undefined,
    }));
  }

  private keep(row: Row, now: number, state: () => IndexedState): void {
    this.dropOldest(now);
    const lag = this.lagMs();
    if (lag <= 0) return;
    const current = (this.past.get(row) ?? []).filter(
      ({ until }) => until > now,
    );
    this.past.delete(row);
    this.past.set(row, [...current, { state: state(), until: now + lag }]);
  }

  /** A portal that is written to and never searched must not keep every state that it ever had. */
  private dropOldest(now: number): void {
    for (const [row, list] of this.past) {
      if (list.some((past) => past.until > now)) return;
      this.past.delete(row);
    }
  }

  /** What the index says of a row: a past state, or the row itself. */
  seen(row: Row, now: number): IndexedState {
    return this.past.get(row)?.find((past) => past.until > now)?.state ?? row;
  }

  /** Drops a row from the index at once, as a purge does. */
  forget(row: Row): void {
    this.past.delete(row);
  }

  /** Forgets what the index has caught up with; all of it for Infinity. */
  settle(now: number): void {
    for (const [row, list] of this.past) {
      if (list.every((past) => past.until <= now)) this.past.delete(row);
    }
  }
}
