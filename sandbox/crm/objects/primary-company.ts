import { associateRows, labelsOf } from "../associations/associate.ts";
import { edgeBetween } from "../associations/edges.ts";
import type { CrmState } from "../crm-state.ts";
import type { Actor } from "../events.ts";
import { invalid } from "../refusal.ts";
import type { Row } from "../row.ts";
import { findRow } from "./lookup.ts";

/** A contact's primary company as a property: reading it reads the association, writing it makes one. */
export const primaryCompanyProperty = "associatedcompanyid";

/** @throws Refusal 400 for a company that does not exist */
export function checkPrimaryCompany(
  state: CrmState,
  values: ReadonlyMap<string, string>,
): void {
  const id = values.get(primaryCompanyProperty);
  if (id === undefined || id === "") return;
  const company = findRow(state, state.store("companies"), id, {
    followMerged: false,
  });
  if (company === undefined)
    throw invalid("One or more associations are invalid", {
      context: { INVALID_OBJECT_IDS: [id] },
    });
}

/** Makes a company the primary one of a contact; labels that the pair has stay. */
export function writePrimaryCompany(
  state: CrmState,
  row: Row,
  id: string,
  at: number,
  by: Actor,
): void {
  const company = state.store("companies").rows.get(id);
  const label = state.labels.primary(row.store.type.name, "companies");
  if (company === undefined || label === undefined) return;
  const edge = edgeBetween(row, company);
  const kept = edge === undefined ? [] : labelsOf(state, row, company, edge);
  associateRows(state, row, company, [...kept, label], at, by);
}
