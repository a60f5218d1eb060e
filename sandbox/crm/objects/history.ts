import type { Actor } from "../events.ts";
import type { Row, Version } from "../row.ts";
import { isoTime } from "../time.ts";

/** Every value that a property had, newest first; `''` where it was cleared. Empty for a property that never had one. */
export function historyOf(row: Row, name: string): readonly Version[] {
  const kept = row.history?.get(name);
  if (kept !== undefined) return kept;
  const value = row.store.stored(row, name);
  return value === undefined
    ? []
    : [{ value, at: row.createdAt, by: row.createdBy }];
}

/** Stores a value of an object that exists already, and what was there before. */
export function setWithHistory(
  row: Row,
  name: string,
  value: string,
  at: number,
  by: Actor,
): void {
  const versions = [{ value, at, by }, ...historyOf(row, name)];
  row.history ??= new Map();
  row.history.set(name, versions);
  row.values[row.store.slot(name)] = value;
  row.store.remember(name, value, row);
}

/** A property's history as the API answers it. */
export function historyView(
  row: Row,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  return historyOf(row, name).map(({ value, at, by }) => ({
    value,
    timestamp: isoTime(at),
    sourceType: by.changeSource,
    sourceId: by.sourceId,
    ...(by.userId === undefined ? {} : { updatedByUserId: by.userId }),
  }));
}
