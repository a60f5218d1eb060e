import type { CrmState } from "../crm-state.ts";
import { moveRollups, rollupOwners } from "../derived/rollups.ts";
import type { Actor } from "../events.ts";
import { conflict } from "../refusal.ts";
import type { Row } from "../row.ts";

/** Moves a live object to the recycle bin. One whose type has none is gone for good. */
export function archiveRow(
  state: CrmState,
  row: Row,
  at: number,
  by: Actor,
): void {
  if (row.state !== "live") return;
  const owners = rollupOwners(row);
  if (!row.store.type.restorable) {
    forget(state, row);
    emitLifecycle(state, "deletion", row, at, by);
    moveRollups(state, owners, at);
    return;
  }
  state.indexLag.before(row, at);
  row.state = "archived";
  row.archivedAt = at;
  row.updatedAt = at;
  row.updatedBy = by;
  if (!state.options.archivedHoldsUnique) row.store.releaseAll(row);
  emitLifecycle(state, "deletion", row, at, by);
  moveRollups(state, owners, at);
}

/**
 * Brings an object back from the recycle bin, as only a HubSpot user can.
 * @throws Refusal 409 when somebody else has taken one of its unique values by now
 */
export function restoreRow(
  state: CrmState,
  row: Row,
  at: number,
  by: Actor,
): void {
  if (row.state !== "archived") return;
  const taken = row.store.claimAll(row);
  if (taken.length > 0) {
    row.store.releaseAll(row);
    throw conflict(
      `Cannot restore ${row.id}: another object has its ${taken.join(", ")} by now`,
    );
  }
  state.indexLag.before(row, at);
  row.state = "live";
  row.archivedAt = 0;
  row.updatedAt = at;
  row.updatedBy = by;
  emitLifecycle(state, "restore", row, at, by);
  moveRollups(state, rollupOwners(row), at);
}

/**
 * Removes an object and everything known of it, for good. Its id answers 404 from now on, and a contact's emails are on the
 * account's blocklist.
 */
export function purgeRow(
  state: CrmState,
  row: Row,
  at: number,
  by: Actor,
): void {
  const emails = [
    row.store.stored(row, "email"),
    ...(row.additionalEmails ?? []),
  ];
  if (row.store.type.identity === "email")
    for (const email of emails)
      if (email !== undefined && email !== "") state.blocklist.add(email);
  forget(state, row);
  emitLifecycle(state, "privacyDeletion", row, at, by);
  emitLifecycle(state, "deletion", row, at, by);
}

function forget(state: CrmState, row: Row): void {
  const { store } = row;
  state.indexLag.forget(row);
  store.releaseAll(row);
  for (const edge of row.edges ?? []) {
    edge.to.edges = edge.to.edges?.filter((back) => back.to !== row);
  }
  for (const id of row.mergedIds) {
    const old = store.rows.get(id);
    if (old !== undefined && old.survivor() === row) store.remove(old);
  }
  store.remove(row);
  row.state = "purged";
  row.values = [];
  row.history = undefined;
  row.edges = undefined;
  row.additionalEmails = undefined;
}

/** Tells of what happened to an object as a whole. */
export function emitLifecycle(
  state: CrmState,
  kind: "creation" | "deletion" | "restore" | "privacyDeletion",
  row: Row,
  at: number,
  by: Actor,
): void {
  if (!state.heard) return;
  state.emit({
    kind,
    objectTypeId: row.store.type.id,
    objectId: row.id,
    occurredAt: at,
    changeSource: by.changeSource,
    sourceId: by.sourceId,
  });
}
