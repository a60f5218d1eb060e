import { associateRows, labelsOf } from "../associations/associate.ts";
import { edgeBetween, edgesTo } from "../associations/edges.ts";
import type { AssociationLabel } from "../associations/labels.ts";
import type { Call } from "../call.ts";
import type { ObjectStore } from "../object-store.ts";
import { invalid } from "../refusal.ts";
import type { Edge, Row } from "../row.ts";
import { actorOf } from "./respond.ts";

/** v4 and the dated versions differ in how they write ids and in what they answer when all went well. */
export type Version = { readonly v4: boolean };

/** The two ends that an association path names. @throws Refusal 400 for a type that HubSpot would not know */
export function stores(call: Call): {
  readonly from: ObjectStore;
  readonly to: ObjectStore;
} {
  const { crm } = call.portal;
  return {
    from: crm.store(call.params["from"] ?? ""),
    to: crm.store(call.params["to"] ?? ""),
  };
}

function writesNumbers(call: Call, { v4 }: Version): boolean {
  return v4 || call.portal.options.toObjectIdAs === "number";
}

/** One association as lists and batch reads answer it. */
export function edgeView(call: Call, version: Version, row: Row, edge: Edge) {
  const toObjectId = writesNumbers(call, version) ? edge.to.seq : edge.to.id;
  return {
    toObjectId,
    associationTypes: labelsOf(call.portal.crm, row, edge.to, edge).map(
      (label) => labelView(label, version),
    ),
  };
}

/** A label as the API answers it: a type without label has null in v4, and no label in the dated versions. */
export function labelView(
  { category, typeId, label }: AssociationLabel,
  { v4 }: Version,
) {
  return label === null && !v4
    ? { category, typeId }
    : { category, typeId, label };
}

/**
 * One page of a row's associations with a type, in the order of ids; `after` is the id at which it begins.
 * @throws Refusal 400 for an `after` that is no id
 */
export function pageOf(
  row: Row,
  to: ObjectStore,
  after: string | undefined,
  limit: number,
) {
  const all = edgesTo(row, to.type.name);
  const first = Number(after ?? 0);
  if (!Number.isInteger(first) || first < 0)
    throw invalid(`Invalid after: ${String(after)}`);
  const from = all.findIndex((edge) => edge.to.seq >= first);
  const page = from < 0 ? [] : all.slice(from, from + limit);
  const next = from < 0 ? undefined : all[from + limit]?.to.id;
  return {
    page,
    paging: next === undefined ? undefined : { next: { after: next } },
  };
}

/** One association as its making answers it. */
export function pairView(call: Call, version: Version, from: Row, to: Row) {
  const edge = edgeBetween(from, to);
  const labels =
    edge === undefined ? [] : labelsOf(call.portal.crm, from, to, edge);
  const asNumber = version.v4;
  return {
    fromObjectTypeId: from.store.type.id,
    fromObjectId: asNumber ? from.seq : from.id,
    toObjectTypeId: to.store.type.id,
    toObjectId: asNumber ? to.seq : to.id,
    labels: labels.flatMap((label) => label.label ?? []),
  };
}

/** Adds the unlabeled type and leaves the labels that a pair has. */
export function associateByDefault(
  call: Call,
  from: Row,
  to: Row,
  at: number,
): string[] {
  const { crm } = call.portal;
  const edge = edgeBetween(from, to);
  associateRows(
    crm,
    from,
    to,
    edge === undefined ? [] : labelsOf(crm, from, to, edge),
    at,
    actorOf(call),
  );
  const sides: readonly [Row, Row][] = [
    [from, to],
    [to, from],
  ];
  return sides.map(([source, target]) => {
    const label = crm.labels.unlabeled(
      source.store.type.name,
      target.store.type.name,
    );
    return JSON.stringify({
      from: { id: source.id },
      to: { id: target.id },
      associationSpec: {
        associationCategory: "HUBSPOT_DEFINED",
        associationTypeId: label?.typeId,
      },
    });
  });
}
