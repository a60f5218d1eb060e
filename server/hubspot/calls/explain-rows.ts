import { descriptorOf } from "../../settings/types/index.ts";
import type { HubSpotObject } from "../gateway.ts";

export type Explained = {
  readonly found: Map<string, HubSpotObject | null>;
  /** What must be asked for one by one. */
  readonly unexplained: readonly string[];
};

const canonical = (value: string): string => value.trim().toLowerCase();

/** Everything that a row may have been asked for by. */
function namesOf(
  object: HubSpotObject,
  idProperty: string | undefined,
): readonly string[] {
  if (idProperty === undefined) return [object.id, ...object.mergedIds];
  const { identity } = descriptorOf(object.objectType);
  const additional =
    idProperty === identity?.property
      ? (object.properties[identity.additional] ?? "").split(";")
      : [];
  return [object.properties[idProperty] ?? "", ...additional]
    .filter((name) => name !== "")
    .map(canonical);
}

/**
 * Which row answers which asked id. A merged-away id answers with the survivor and no row says what it was asked by:
 * its merged ids do, mostly. What stays open, and is not called missing, must be read alone. Of unique values the
 * unknown ones are plainly not there, unless a row is left over that one of them may have meant.
 */
export function explainRows(
  asked: readonly string[],
  rows: readonly HubSpotObject[],
  missing: readonly string[],
  idProperty: string | undefined,
): Explained {
  const byName = new Map<string, HubSpotObject>();
  // later names never hide an object's own id or value, which come first
  for (const row of rows) {
    for (const name of namesOf(row, idProperty).slice(1)) {
      byName.set(name, row);
    }
  }
  for (const row of rows) {
    const own = namesOf(row, idProperty)[0];
    if (own !== undefined) byName.set(own, row);
  }
  const gone = new Set(missing.map(canonical));
  const found = new Map<string, HubSpotObject | null>();
  const open: string[] = [];
  const explained = new Set<string>();
  for (const id of asked) {
    const row = byName.get(canonical(id));
    if (row !== undefined) {
      found.set(id, row);
      explained.add(row.id);
    } else if (gone.has(canonical(id))) found.set(id, null);
    else open.push(id);
  }
  const leftOver = rows.some(({ id }) => !explained.has(id));
  if (idProperty === undefined || leftOver) {
    return { found, unexplained: open };
  }
  for (const id of open) found.set(id, null);
  return { found, unexplained: [] };
}
