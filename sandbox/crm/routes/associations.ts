import {
  associateRows,
  dissociateRows,
  labelsOf,
} from "../associations/associate.ts";
import { edgeBetween, edgesTo } from "../associations/edges.ts";
import type { AssociationLabel } from "../associations/labels.ts";
import {
  associationTarget,
  idText,
  resolveTypes,
} from "../associations/resolve.ts";
import type { Answer, Call, Route } from "../call.ts";
import type { ObjectStore } from "../object-store.ts";
import { findRow, getRow } from "../objects/lookup.ts";
import { invalid, Refusal } from "../refusal.ts";
import type { Edge, Row } from "../row.ts";
import {
  asObject,
  isObject,
  optionalText,
  readInputs,
  readLimit,
  type Json,
} from "./read-body.ts";
import { actorOf, batchAnswer, noContent, ok } from "./respond.ts";
import { objectScopes } from "./scopes.ts";

/** v4 and the dated versions differ in how they write ids and in what they answer when all went well. */
type Version = { readonly v4: boolean };

const readScopes = objectScopes("read", "from", "to");
const writeScopes = objectScopes("write", "from", "to");

/**
 * Associations of single objects (`objects` path) and in batches (`associations` path).
 * @param definitions the path of labels, which in v4 is a third one
 */
export function associationRoutes(
  objects: string,
  associations: string,
  definitions: string,
  version: Version,
): Route[] {
  const pair = `${objects}/{from}/{fromId}/associations`;
  const batch = `${associations}/{from}/{to}/batch`;
  const labels = `${definitions}/{from}/{to}/labels`;
  const route = (
    method: string,
    template: string,
    access: "read" | "write",
    handle: (call: Call, version: Version) => Answer,
  ): Route => ({
    method,
    template,
    scopes: access === "read" ? readScopes : writeScopes,
    limit: "associations",
    handle: (call) => handle(call, version),
  });
  return [
    route("GET", `${pair}/{to}`, "read", listAssociations),
    route("PUT", `${pair}/{to}/{toId}`, "write", putAssociation),
    route("DELETE", `${pair}/{to}/{toId}`, "write", deleteAssociation),
    route("PUT", `${pair}/default/{to}/{toId}`, "write", putDefault),
    route("POST", `${batch}/read`, "read", batchRead),
    route("POST", `${batch}/create`, "write", batchCreate),
    route("POST", `${batch}/archive`, "write", batchArchive),
    route("POST", `${batch}/labels/archive`, "write", batchArchiveLabels),
    route("POST", `${batch}/associate/default`, "write", batchDefault),
    route("GET", labels, "read", listLabels),
    route("POST", labels, "write", createLabel),
  ];
}

function stores(call: Call): {
  readonly from: ObjectStore;
  readonly to: ObjectStore;
} {
  const { crm } = call.portal;
  return {
    from: crm.store(call.params["from"] ?? ""),
    to: crm.store(call.params["to"] ?? ""),
  };
}

function rowsInPath(call: Call): { readonly from: Row; readonly to: Row } {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  return {
    from: associationTarget(crm, from, call.params["fromId"] ?? ""),
    to: associationTarget(crm, to, call.params["toId"] ?? ""),
  };
}

function writesNumbers(call: Call, { v4 }: Version): boolean {
  return v4 || call.portal.options.toObjectIdAs === "number";
}

function edgeView(call: Call, version: Version, row: Row, edge: Edge) {
  const toObjectId = writesNumbers(call, version) ? edge.to.seq : edge.to.id;
  return {
    toObjectId,
    associationTypes: labelsOf(call.portal.crm, row, edge.to, edge).map(
      (label) => labelView(label, version),
    ),
  };
}

/** A label as the API answers it: a type without label has null in v4, and no label in the dated versions. */
function labelView(
  { category, typeId, label }: AssociationLabel,
  { v4 }: Version,
) {
  return label === null && !v4
    ? { category, typeId }
    : { category, typeId, label };
}

function pageOf(
  row: Row,
  to: ObjectStore,
  after: string | undefined,
  limit: number,
) {
  const all = edgesTo(row, to.type.name);
  const from =
    after === undefined
      ? 0
      : all.findIndex((edge) => edge.to.seq >= Number(after));
  const page = from < 0 ? [] : all.slice(from, from + limit);
  const next = from < 0 ? undefined : all[from + limit]?.to.id;
  return {
    page,
    paging: next === undefined ? undefined : { next: { after: next } },
  };
}

function listAssociations(call: Call, version: Version): Answer {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  const row = getRow(crm, from, call.params["fromId"] ?? "", {
    followMerged: crm.options.associationsFollowMergedId,
  });
  const limit = readLimit(call.query.get("limit"), 500, 500);
  const { page, paging } = pageOf(
    row,
    to,
    call.query.get("after") ?? undefined,
    limit,
  );
  return ok({
    results: page.map((edge) => edgeView(call, version, row, edge)),
    ...(paging === undefined ? {} : { paging }),
  });
}

function pairView(call: Call, version: Version, from: Row, to: Row) {
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

function putAssociation(call: Call, version: Version): Answer {
  const { crm } = call.portal;
  const { from, to } = rowsInPath(call);
  if (!Array.isArray(call.body))
    throw invalid(
      "Invalid input JSON: a list of association types was expected",
    );
  const labels = resolveTypes(
    crm,
    from.store,
    to.store,
    call.body.map(asObject),
  );
  associateRows(crm, from, to, labels, crm.tick(), actorOf(call));
  return ok(pairView(call, version, from, to), 201);
}

function deleteAssociation(call: Call): Answer {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  const lookup = { followMerged: crm.options.associationsFollowMergedId };
  const source = findRow(crm, from, call.params["fromId"] ?? "", lookup);
  const target = findRow(crm, to, call.params["toId"] ?? "", lookup);
  if (source !== undefined && target !== undefined) {
    dissociateRows(crm, source, target, "all", crm.tick(), actorOf(call));
  }
  return noContent;
}

/** Adds the unlabeled type and leaves the labels that a pair has. */
function associateByDefault(
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

function putDefault(call: Call): Answer {
  const { crm } = call.portal;
  const { from, to } = rowsInPath(call);
  const at = crm.tick();
  return batchAnswer(call, at, associateByDefault(call, from, to, at));
}

function batchRead(call: Call, version: Version): Answer {
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
    else {
      const found = {
        from: { id },
        to: page.map((edge) => edgeView(call, version, row, edge)),
      };
      results.push(
        JSON.stringify(paging === undefined ? found : { ...found, paging }),
      );
    }
  }
  const errors = missing.map((id) => ({
    status: "error",
    category: "OBJECT_NOT_FOUND",
    message: `No ${to.type.singular} is associated with ${from.type.singular} ${id}.`,
    context: {
      fromObjectId: [id],
      fromObjectType: [from.type.singular],
      toObjectType: [to.type.singular],
    },
    errors: [],
    links: {},
  }));
  return batchAnswer(call, startedAt, results, errors);
}

/** Does something for every input, each for itself; what HubSpot refuses becomes an error of the batch. */
function forEach(
  call: Call,
  inputs: readonly Json[],
  status: number,
  act: (
    from: Row,
    to: readonly Row[],
    input: Json,
    at: number,
  ) => readonly string[],
): Answer {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  const at = crm.tick();
  const results: string[] = [];
  const errors: unknown[] = [];
  for (const input of inputs) {
    try {
      const source = associationTarget(
        crm,
        from,
        idText(asObject(input["from"])["id"]),
      );
      const given = Array.isArray(input["to"]) ? input["to"] : [input["to"]];
      const targets = given
        .filter(isObject)
        .map((target) => associationTarget(crm, to, idText(target["id"])));
      results.push(...act(source, targets, input, at));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      errors.push(error.toBatchError(undefined));
    }
  }
  return batchAnswer(call, at, results, errors, status);
}

function typesOf(call: Call, input: Json): AssociationLabel[] {
  const { from, to } = stores(call);
  const types = Array.isArray(input["types"])
    ? input["types"].map(asObject)
    : [];
  return resolveTypes(call.portal.crm, from, to, types);
}

function batchCreate(call: Call, version: Version): Answer {
  const { crm } = call.portal;
  const status = version.v4 ? 201 : crm.options.associationBatchStatus;
  return forEach(
    call,
    readInputs(call.body, 2000),
    status,
    (from, targets, input, at) => {
      const labels = typesOf(call, input);
      return targets.map((to) => {
        associateRows(crm, from, to, labels, at, actorOf(call));
        return JSON.stringify(pairView(call, version, from, to));
      });
    },
  );
}

function batchDefault(call: Call): Answer {
  return forEach(
    call,
    readInputs(call.body, 2000),
    200,
    (from, targets, _input, at) =>
      targets.flatMap((to) => associateByDefault(call, from, to, at)),
  );
}

function batchArchive(call: Call, { v4 }: Version): Answer {
  const { crm } = call.portal;
  const answer = forEach(
    call,
    readInputs(call.body, 2000),
    200,
    (from, targets, _input, at) => {
      for (const to of targets)
        dissociateRows(crm, from, to, "all", at, actorOf(call));
      return [];
    },
  );
  return v4 ? noContent : answer;
}

function batchArchiveLabels(call: Call, { v4 }: Version): Answer {
  const { crm } = call.portal;
  const answer = forEach(
    call,
    readInputs(call.body, 2000),
    200,
    (from, targets, input, at) => {
      const labels = typesOf(call, input);
      for (const to of targets)
        dissociateRows(crm, from, to, labels, at, actorOf(call));
      return [];
    },
  );
  return v4 ? noContent : answer;
}

function listLabels(call: Call, version: Version): Answer {
  const { from, to } = stores(call);
  return ok({
    results: call.portal.crm.labels
      .list(from.type.name, to.type.name)
      .map((label) => labelView(label, version)),
  });
}

function createLabel(call: Call, version: Version): Answer {
  const { from, to } = stores(call);
  const body = asObject(call.body);
  const label = optionalText(body, "label");
  if (label === undefined)
    throw invalid("Some required fields were not set: [label]");
  const inverse = optionalText(body, "inverseLabel") ?? label;
  return ok({
    results: call.portal.crm.labels
      .create(from.type.name, to.type.name, label, inverse)
      .map((label) => labelView(label, version)),
  });
}
