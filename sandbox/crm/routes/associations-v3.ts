import type { Answer } from "../answer.ts";
import {
  associateRows,
  dissociateRows,
  labelsOf,
} from "../associations/associate.ts";
import { edgeBetween } from "../associations/edges.ts";
import type { AssociationLabel } from "../associations/labels.ts";
import { associationTarget, idText } from "../associations/resolve.ts";
import { pairName, typeByName, typeName } from "../associations/type-names.ts";
import type { Call, Route } from "../call.ts";
import { findRow, getRow } from "../objects/lookup.ts";
import { compileView } from "../objects/view.ts";
import { optionalText, readInputs, readLimit } from "../read-body.ts";
import { invalid } from "../refusal.ts";
import type { Edge, Row } from "../row.ts";
import { forEachPair, noAssociations } from "./association-batches.ts";
import { pageOf, stores } from "./association-view.ts";
import { actorOf, batchAnswer, noContent, ok } from "./respond.ts";
import { objectScopes } from "./scopes.ts";

const most = 2000;

/** Associations of version 3. Types have names, and a new type is added to a pair's existing ones. */
export function associationV3Routes(
  objects: string,
  associations: string,
): Route[] {
  const pair = `${objects}/{from}/{fromId}/associations/{to}`;
  const types = `${associations}/{from}/{to}`;
  const route = (
    method: string,
    template: string,
    access: "read" | "write",
    handle: (call: Call) => Answer,
  ): Route => ({
    method,
    template,
    scopes: objectScopes(access, "from", "to"),
    limit: "associations",
    handle,
  });
  return [
    route("GET", pair, "read", list),
    route("PUT", `${pair}/{toId}/{typeId}`, "write", (call) =>
      put(call, objects),
    ),
    route("DELETE", `${pair}/{toId}/{typeId}`, "write", remove),
    route("GET", `${types}/types`, "read", listTypes),
    route("POST", `${types}/batch/read`, "read", batchRead),
    route("POST", `${types}/batch/create`, "write", batchCreate),
    route("POST", `${types}/batch/archive`, "write", batchArchive),
  ];
}

/** Returns one entry for each type of an edge. */
function edgeNames(call: Call, row: Row, edge: Edge) {
  const { crm } = call.portal;
  const name = pairName(crm, row.store.type, edge.to.store.type);
  return crm.labels
    .inlineNames(name, edge.types)
    .map((type) => ({ id: edge.to.id, type }));
}

function list(call: Call): Answer {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  const row = getRow(crm, from, call.params["fromId"] ?? "", {
    followMerged: crm.options.associationsFollowMergedId,
  });
  const { page, paging } = pageOf(
    row,
    to,
    call.query.get("after") ?? undefined,
    readLimit(call.query.get("limit"), 500, 500),
  );
  return ok({
    results: page.flatMap((edge) => edgeNames(call, row, edge)),
    ...(paging === undefined ? {} : { paging }),
  });
}

/** Finds the type that a call names. @throws Refusal 400 if the pair has no such type */
function typeIn(call: Call, named: string): AssociationLabel {
  const { from, to } = stores(call);
  const label = typeByName(call.portal.crm, from.type, to.type, named);
  if (label !== undefined) return label;
  throw invalid("One or more associations are invalid", {
    context: { INVALID_ASSOCIATION_TYPE: [named] },
  });
}

/** Adds a type to a pair's existing types. */
function add(
  call: Call,
  from: Row,
  to: Row,
  label: AssociationLabel,
  at: number,
): void {
  const { crm } = call.portal;
  const edge = edgeBetween(from, to);
  const kept = edge === undefined ? [] : labelsOf(crm, from, to, edge);
  associateRows(crm, from, to, [...kept, label], at, actorOf(call));
}

function put(call: Call, path: string): Answer {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  const label = typeIn(call, call.params["typeId"] ?? "");
  const row = associationTarget(crm, from, call.params["fromId"] ?? "");
  const target = associationTarget(crm, to, call.params["toId"] ?? "");
  add(call, row, target, label, crm.tick());
  return ok(compileView(crm, from, { associations: [to.type], path })(row));
}

function remove(call: Call): Answer {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  const label = typeIn(call, call.params["typeId"] ?? "");
  const lookup = { followMerged: crm.options.associationsFollowMergedId };
  const row = findRow(crm, from, call.params["fromId"] ?? "", lookup);
  const target = findRow(crm, to, call.params["toId"] ?? "", lookup);
  if (row !== undefined && target !== undefined)
    dissociateRows(crm, row, target, [label], crm.tick(), actorOf(call));
  return noContent;
}

function listTypes(call: Call): Answer {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  return ok({
    results: crm.labels.list(from.type.name, to.type.name).map((label) => ({
      id: String(label.typeId),
      name: typeName(crm, label),
    })),
  });
}

function batchRead(call: Call): Answer {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  const startedAt = crm.now();
  const results: string[] = [];
  const missing: string[] = [];
  for (const input of readInputs(call.body, 1000)) {
    const id = idText(input["id"]);
    const row = findRow(crm, from, id, {
      followMerged: crm.options.associationsFollowMergedId,
    });
    const { page, paging } =
      row === undefined
        ? { page: [], paging: undefined }
        : pageOf(row, to, optionalText(input, "after"), 500);
    if (row === undefined || page.length === 0) missing.push(id);
    else
      results.push(
        JSON.stringify({
          from: { id },
          to: page.flatMap((edge) => edgeNames(call, row, edge)),
          ...(paging === undefined ? {} : { paging }),
        }),
      );
  }
  const errors = missing.map((id) => noAssociations(call, id));
  return batchAnswer(call, startedAt, results, errors);
}

/** The response shows each association in both directions. */
function batchCreate(call: Call): Answer {
  const { crm } = call.portal;
  return forEachPair(
    call,
    readInputs(call.body, most),
    201,
    (from, targets, input, at) => {
      const label = typeIn(call, idText(input["type"]));
      const inverse = crm.labels.find(label.category, label.inverse) ?? label;
      return targets.flatMap((to) => {
        add(call, from, to, label, at);
        const ends: readonly [Row, Row, AssociationLabel][] = [
          [from, to, label],
          [to, from, inverse],
        ];
        return ends.map(([one, other, type]) =>
          JSON.stringify({
            from: { id: one.id },
            to: { id: other.id },
            type: typeName(crm, type),
          }),
        );
      });
    },
  );
}

function batchArchive(call: Call): Answer {
  const { crm } = call.portal;
  const answer = forEachPair(
    call,
    readInputs(call.body, most),
    204,
    (from, targets, input, at) => {
      const label = typeIn(call, idText(input["type"]));
      for (const to of targets)
        dissociateRows(crm, from, to, [label], at, actorOf(call));
      return [];
    },
  );
  return answer.status === 204 ? noContent : answer;
}
