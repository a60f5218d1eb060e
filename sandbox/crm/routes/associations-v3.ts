import type { Answer } from "../answer.ts";
import { associateRows, labelsOf } from "../associations/associate.ts";
import { edgeBetween } from "../associations/edges.ts";
import type { AssociationLabel } from "../associations/labels.ts";
import { idText } from "../associations/resolve.ts";
import { pairName, typeByName, typeName } from "../associations/type-names.ts";
import type { Call, Route } from "../call.ts";
import { compileView } from "../objects/view.ts";
import { invalid } from "../refusal.ts";
import type { Edge, Row } from "../row.ts";
import {
  dissociateEach,
  dissociateInPath,
  forEachPair,
  listEdges,
  readBatch,
  rowsInPath,
} from "./association-calls.ts";
import { stores } from "./association-view.ts";
import { actorOf, noContent, ok } from "./respond.ts";
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
  return listEdges(call, (row, edge) => edgeNames(call, row, edge));
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
  const label = typeIn(call, call.params["typeId"] ?? "");
  const { from, to } = rowsInPath(call);
  add(call, from, to, label, crm.tick());
  const associations = [to.store.type];
  return ok(compileView(crm, from.store, { associations, path })(from));
}

function remove(call: Call): Answer {
  return dissociateInPath(call, [typeIn(call, call.params["typeId"] ?? "")]);
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
  return readBatch(call, (row, edge) => edgeNames(call, row, edge));
}

/** The response shows each association in both directions. */
function batchCreate(call: Call): Answer {
  const { crm } = call.portal;
  return forEachPair(call, most, 201, (from, targets, input, at) => {
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
  });
}

function batchArchive(call: Call): Answer {
  const answer = dissociateEach(call, most, (input) => [
    typeIn(call, idText(input["type"])),
  ]);
  return answer.status === 200 ? noContent : answer;
}
