import type { CrmState } from "../crm-state.ts";
import type { ObjectStore } from "../object-store.ts";
import { invalid, notFound } from "../refusal.ts";
import type { Row } from "../row.ts";
import { uniqueKey } from "../unique-key.ts";

export type Lookup = {
  readonly idProperty?: string | undefined;
  readonly archived?: boolean | undefined;
  /** What an id means that was merged away: the survivor (as reads have it), or nothing. */
  readonly followMerged: boolean;
};

/** Finds an object by id or by a unique property; undefined when there is none in the wanted state. */
export function findRow(
  state: CrmState,
  store: ObjectStore,
  id: string,
  lookup: Lookup,
): Row | undefined {
  let row = rowFor(state, store, id, lookup.idProperty);
  if (lookup.archived === true && row?.state !== "archived")
    row = archivedBy(store, lookup.idProperty, id) ?? row;
  if (row?.state === "merged")
    row = lookup.followMerged ? row.survivor() : undefined;
  if (row === undefined) return undefined;
  return row.state === (lookup.archived === true ? "archived" : "live")
    ? row
    : undefined;
}

/**
 * The same for a call that must have it.
 * @throws Refusal 404 as HubSpot words it
 */
export function getRow(
  state: CrmState,
  store: ObjectStore,
  id: string,
  lookup: Lookup,
): Row {
  const row = findRow(state, store, id, lookup);
  if (row !== undefined) return row;
  throw notFound(
    state.options.notFoundHasCategory,
    lookup.idProperty === undefined ? id : undefined,
  );
}

/** An archived object by a unique value, which it may hold no longer. */
function archivedBy(
  store: ObjectStore,
  property: string | undefined,
  value: string,
): Row | undefined {
  if (property === undefined || !store.isUnique(property)) return undefined;
  const key = uniqueKey(property, value);
  return store.order.find(
    (row) =>
      row.state === "archived" &&
      [
        store.stored(row, property),
        ...(property === "email" ? (row.additionalEmails ?? []) : []),
      ].some((held) => held !== undefined && uniqueKey(property, held) === key),
  );
}

function rowFor(
  state: CrmState,
  store: ObjectStore,
  id: string,
  idProperty: string | undefined,
): Row | undefined {
  if (
    idProperty === undefined ||
    idProperty === "" ||
    idProperty === "hs_object_id"
  )
    return store.rows.get(id);
  if (
    idProperty === "domain" &&
    store.type.identity === "domain" &&
    state.options.domainFindsCompany
  ) {
    return store
      .withDomain(id.toLowerCase())
      .find(({ state: is }) => is === "live");
  }
  if (!store.isUnique(idProperty)) {
    throw invalid(
      `Property "${idProperty}" is not a unique identifier property of ${store.type.name}`,
    );
  }
  const row = store.holder(idProperty, id);
  if (
    row === undefined ||
    idProperty !== "email" ||
    state.options.additionalEmailFinds
  )
    return row;
  return store.stored(row, "email") === id.trim().toLowerCase()
    ? row
    : undefined;
}
