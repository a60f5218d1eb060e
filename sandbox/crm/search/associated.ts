import type { CrmState } from "../crm-state.ts";
import type { ObjectStore } from "../object-store.ts";
import type { Row } from "../row.ts";
import type { AssociationFilter, SearchRequest } from "./read-search.ts";

/** Returns the rows that are associated with any object of a filter. Associations have no index lag. */
export function associatedRows(
  state: CrmState,
  store: ObjectStore,
  { associated, ids }: AssociationFilter,
): ReadonlySet<Row> {
  const found = new Set<Row>();
  for (const id of ids) {
    const row = state.storeOf(associated).rows.get(id);
    if (row?.state !== "live") continue;
    for (const { to } of row.edges ?? []) if (to.store === store) found.add(to);
  }
  return found;
}

/**
 * Returns the only rows that a search can find, by id, if each of its groups names associated objects. Returns undefined if
 * the search can find any row.
 */
export function associatedCandidates(
  state: CrmState,
  store: ObjectStore,
  groups: SearchRequest["groups"],
): Row[] | undefined {
  if (groups.length === 0) return undefined;
  const found = new Set<Row>();
  for (const group of groups) {
    const filter = group.find((one) => "associated" in one);
    if (filter === undefined) return undefined;
    for (const row of associatedRows(state, store, filter)) found.add(row);
  }
  return [...found].sort((a, b) => a.seq - b.seq);
}
