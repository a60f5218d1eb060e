import type { ObjectType } from "./object-type.ts";
import type { PropertyRegistry } from "./property-registry.ts";
import { RowStore } from "./row-store.ts";
import { Row } from "./row.ts";

/** All objects of one type in one portal. */
export type ObjectStore = RowStore<Row>;

/** Creates an empty store. @param firstId returns the id of its first object */
export function newObjectStore(
  type: ObjectType,
  properties: PropertyRegistry,
  firstId: () => number,
): ObjectStore {
  return new RowStore<Row>(
    type,
    properties,
    firstId,
    (store, seq, at, by) => new Row(store, seq, at, by),
  );
}
