import type { ObjectTypeName } from "../object-type.ts";
import type { Edge, Row } from "../row.ts";

const shared = new Map<string, readonly number[]>();

/** Sorted, without doubles, and one array for equal content: hundreds of thousands of edges have a handful of type sets. */
export function typeSet(types: Iterable<number>): readonly number[] {
  const sorted = [...new Set(types)].sort((a, b) => a - b);
  const key = sorted.join();
  const known = shared.get(key);
  if (known !== undefined) return known;
  shared.set(key, sorted);
  return sorted;
}

/** The edge from one row to another; undefined when they are not associated. */
export function edgeBetween(from: Row, to: Row): Edge | undefined {
  return from.edges?.find((edge) => edge.to === to);
}

/** The edges of a row to live objects of one type, in the order of their ids. */
export function edgesTo(row: Row, type: ObjectTypeName): Edge[] {
  const found: Edge[] = [];
  for (const edge of row.edges ?? []) {
    if (edge.to.store.type.name === type && edge.to.state === "live")
      found.push(edge);
  }
  return found.length > 1 ? found.sort((a, b) => a.to.seq - b.to.seq) : found;
}

/** Sets the types of one direction; an empty set removes the edge. */
export function setEdge(from: Row, to: Row, types: readonly number[]): void {
  const edges = from.edges ?? [];
  const at = edges.findIndex((edge) => edge.to === to);
  const edge = edges[at];
  if (types.length === 0) {
    if (edge !== undefined) edges.splice(at, 1);
  } else if (edge === undefined) edges.push({ to, types });
  else edge.types = types;
  from.edges = edges;
}
