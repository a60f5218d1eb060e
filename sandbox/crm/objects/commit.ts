import type { CrmState } from "../crm-state.ts";
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
  if (email !== "" && write.store.type.name === "contacts")
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
  { store, values }: PreparedWrite,
  at: number,
  by: Actor,
): Row {
  const row = store.add(at, by);
  state.indexLag.added(row, at);
  // A meeting without a time of its own has the time at which it begins.
  const start =
    store.type.name === "meetings"
      ? values.get("hs_meeting_start_time")
      : undefined;
  if (start !== undefined) row.values[store.slot("hs_timestamp")] = start;
  for (const [name, value] of values) {
    if (value === "") continue;
    row.values[store.slot(name)] = value;
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
    for (const [name, value] of values)
      if (value !== "") emitChange(state, row, name, value, at, by);
  }
  return row;
}

function commitUpdate(
  state: CrmState,
  { store, values }: PreparedWrite,
  row: Row,
  at: number,
  by: Actor,
): Row {
  const changed = [...values].filter(
    ([name, value]) => (store.stored(row, name) ?? "") !== value,
  );
  if (changed.length === 0) return row;
  state.indexLag.before(row, at);
  for (const [name, value] of changed) {
    if (store.isUnique(name)) moveUnique(state, row, name, value);
    setWithHistory(row, name, value, at, by);
    if (state.heard) emitChange(state, row, name, value, at, by);
  }
  row.updatedAt = at;
  row.updatedBy = by;
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
