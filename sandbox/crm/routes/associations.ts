import { associateRows, deleteLabel } from "../associations/associate.ts";
import type { AssociationLabel } from "../associations/labels.ts";
import { resolveTypes } from "../associations/resolve.ts";
import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { invalid } from "../refusal.ts";
import {
  batchArchive,
  batchArchiveLabels,
  batchCreate,
  batchDefault,
  batchRead,
} from "./association-batches.ts";
import {
  dissociateInPath,
  listEdges,
  rowsInPath,
} from "./association-calls.ts";
import {
  associateByDefault,
  edgeView,
  labelView,
  pairView,
  stores,
  type Version,
} from "./association-view.ts";
import { asObject, optionalText, requiredText } from "../read-body.ts";
import { actorOf, batchAnswer, noContent, ok } from "./respond.ts";
import { objectScopes } from "./scopes.ts";

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
    route("PUT", labels, "write", renameLabel),
    route("DELETE", `${labels}/{associationTypeId}`, "write", removeLabel),
  ];
}

function listAssociations(call: Call, version: Version): Answer {
  return listEdges(call, (row, edge) => [edgeView(call, version, row, edge)]);
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
  return dissociateInPath(call, "all");
}

function putDefault(call: Call): Answer {
  const { crm } = call.portal;
  const { from, to } = rowsInPath(call);
  const at = crm.tick();
  return batchAnswer(call, at, associateByDefault(call, from, to, at));
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
  requiredText(body, "name");
  const label = requiredText(body, "label");
  const inverse = optionalText(body, "inverseLabel") ?? label;
  return ok({
    results: call.portal.crm.labels
      .create(from.type.name, to.type.name, label, inverse)
      .map((label) => labelView(label, version)),
  });
}

function renameLabel(call: Call): Answer {
  const body = asObject(call.body);
  const label = ownLabel(call, body["associationTypeId"]);
  call.portal.crm.labels.rename(
    label,
    requiredText(body, "label"),
    optionalText(body, "inverseLabel"),
  );
  return noContent;
}

function removeLabel(call: Call): Answer {
  const { crm } = call.portal;
  const label = ownLabel(call, call.params["associationTypeId"]);
  deleteLabel(crm, label, crm.tick(), actorOf(call));
  return noContent;
}

/** A label of the path's pair that the portal has made itself: HubSpot's own can neither be renamed nor deleted. */
function ownLabel(call: Call, typeId: unknown): AssociationLabel {
  const { from, to } = stores(call);
  const [label] = resolveTypes(call.portal.crm, from, to, [
    { associationCategory: "USER_DEFINED", associationTypeId: typeId },
  ]);
  if (label === undefined)
    throw invalid("One or more associations are invalid");
  return label;
}
