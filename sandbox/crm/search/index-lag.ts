import type { Row, RowState } from "../row.ts";

/** An object as the search index had it. */
export type IndexedState = {
  readonly values: readonly (string | undefined)[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly state: RowState | "absent";
};

type Past = { readonly state: IndexedState; readonly until: number };

/**
 * What search still sees of objects that have changed: the state before each change, until the index catches up. Empty, and
 * free of cost, in a portal without lag.
 */
export class IndexLag {
  private readonly past = new Map<Row, Past[]>();
  private readonly lagMs: () => number;

  constructor(lagMs: () => number) {
    this.lagMs = lagMs;
  }

  get empty(): boolean {
    return this.past.size === 0;
  }

  /** To be called before a row changes. */
  before(row: Row, now: number): void {
    this.keep(row, now, {
      values: [...row.values],
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
      state: row.state,
    });
  }

  /** To be called when a row has been added. */
  added(row: Row, now: number): void {
    this.keep(row, now, {
      values: [],
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
      state: "absent",
    });
  }

  private keep(row: Row, now: number, state: IndexedState): void {
    const lag = this.lagMs();
    if (lag <= 0) return;
    const list = this.past.get(row) ?? [];
    list.push({ state, until: now + lag });
    this.past.set(row, list);
  }

  /** What the index says of a row: a past state, or the row itself. */
  seen(row: Row, now: number): IndexedState {
    const list = this.past.get(row);
    if (list === undefined) return row;
    const current = list.find((past) => past.until > now);
    if (current !== undefined) return current.state;
    this.past.delete(row);
    return row;
  }

  /** Drops a row from the index at once, as a purge does. */
  forget(row: Row): void {
    this.past.delete(row);
  }

  /** Forgets what the index has caught up with. */
  settle(now: number): void {
    for (const [row, list] of this.past) {
      if (list.every((past) => past.until <= now)) this.past.delete(row);
    }
  }
}
