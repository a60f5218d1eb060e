import type { ObjectType } from "./object-types.ts";
import type { PropertyRegistry } from "./property-registry.ts";
import { RowStore } from "./row-store.ts";
import { Row } from "./row.ts";

/** All objects of one type in one portal. */
export type ObjectStore = RowStore<Row>;

/** Makes an empty store. @param firstId the id of its first object, asked for when that is made */
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
