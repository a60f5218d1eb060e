import type { CrmState } from "../crm-state.ts";
import { derivedValues } from "../derived/derive.ts";
import { moveRollups, rollupOwners } from "../derived/rollups.ts";
import type { Actor } from "../events.ts";
import type { Row } from "../row.ts";
import { setWithHistory } from "./history.ts";
import type { PreparedWrite } from "./prepare.ts";
import {
  primaryCompanyProperty,
  writePrimaryCompany,
} from "./primary-company.ts";

/** Carries out a write that was prepared. A value that is there already changes nothing and tells nobody. */
export function commitWrite(
  state: CrmState,
  write: PreparedWrite,
  at: number,
  by: Actor,
): Row {
  const company = write.values.get(primaryCompanyProperty);
  const own = company === undefined ? write : withoutCompany(write);
  const row =
    own.row === undefined
      ? commitCreation(state, own, at, by)
      : commitUpdate(state, own, own.row, at, by);
  const email = own.values.get("email") ?? "";
  if (email !== "" && write.store.type.identity === "email")
    state.blocklist.remove(email);
  if (company !== undefined) writePrimaryCompany(state, row, company, at, by);
  return row;
}

function withoutCompany(write: PreparedWrite): PreparedWrite {
  const values = new Map(write.values);
  values.delete(primaryCompanyProperty);
  return { ...write, values };
}

function commitCreation(
  state: CrmState,
  { store, values: given }: PreparedWrite,
  at: number,
  by: Actor,
): Row {
  const changes = new Map([...given].filter(([, value]) => value !== ""));
  const start = changes.get(store.type.time.startsAt ?? "");
  if (start !== undefined)
    changes.set("hs_timestamp", changes.get("hs_timestamp") ?? start);
  const write = { store, row: undefined, given, changes, at, by };
  for (const [name, value] of derivedValues(state, write))
    if (value !== "") changes.set(name, value);
  const row = store.add(at, by);
  state.indexLag.added(row, at);
  for (const [name, value] of changes) {
    row.values[store.slot(name)] = value;
    store.remember(name, value, row);
    if (store.isUnique(name)) store.claim(name, value, row);
  }
  if (state.heard) {
    const { changeSource, sourceId } = by;
    state.emit({
      kind: "creation",
      objectTypeId: store.type.id,
      objectId: row.id,
      occurredAt: at,
      changeSource,
      sourceId,
    });
    for (const [name, value] of changes)
      emitChange(state, row, name, value, at, by);
  }
  return row;
}

function commitUpdate(
  state: CrmState,
  { store, values: given }: PreparedWrite,
  row: Row,
  at: number,
  by: Actor,
): Row {
  const differs = ([name, value]: readonly [string, string]) =>
    (store.stored(row, name) ?? "") !== value;
  const changes = new Map([...given].filter(differs));
  if (changes.size === 0) return row;
  const derived = derivedValues(state, {
    store,
    row,
    given,
    changes,
    at,
    by,
  });
  for (const [name, value] of [...derived].filter(differs))
    changes.set(name, value);
  state.indexLag.before(row, at);
  for (const [name, value] of changes) {
    if (store.isUnique(name)) moveUnique(state, row, name, value);
    setWithHistory(row, name, value, at, by);
    if (state.heard) emitChange(state, row, name, value, at, by);
  }
  row.updatedAt = at;
  row.updatedBy = by;
  if (changes.has("hs_timestamp")) moveRollups(state, rollupOwners(row), at);
  return row;
}

function moveUnique(
  state: CrmState,
  row: Row,
  name: string,
  value: string,
): void {
  const { store } = row;
  const before = store.stored(row, name);
  if (name !== "email") {
    store.release(name, before, row);
    store.claim(name, value, row);
    return;
  }
  const others = (row.additionalEmails ?? []).filter(
    (email) => email !== value,
  );
  if (before !== undefined && before !== "") {
    if (state.options.primaryEmailChangeKeepsOld && value !== "")
      others.push(before);
    else store.release(name, before, row);
  }
  row.additionalEmails = others.length === 0 ? undefined : others;
  store.claim(name, value, row);
}

function emitChange(
  state: CrmState,
  row: Row,
  name: string,
  value: string,
  at: number,
  by: Actor,
): void {
  const type = row.store.properties.find(name)?.type;
  const isTime = value !== "" && (type === "date" || type === "datetime");
  state.emit({
    kind: "propertyChange",
    objectTypeId: row.store.type.id,
    objectId: row.id,
    occurredAt: at,
    changeSource: by.changeSource,
    sourceId: by.sourceId,
    propertyName: name,
    propertyValue: isTime ? String(Date.parse(value)) : value,
  });
}
