import type { Answer } from "../answer.ts";
import { dissociateRows } from "../associations/associate.ts";
import type { AssociationLabel } from "../associations/labels.ts";
import { associationTarget, idText } from "../associations/resolve.ts";
import type { Call } from "../call.ts";
import { findRow, getRow } from "../objects/lookup.ts";
import {
  asObject,
  isObject,
  optionalText,
  readInputs,
  readLimit,
  type Json,
} from "../read-body.ts";
import { Refusal } from "../refusal.ts";
import type { Edge, Row } from "../row.ts";
import { pageOf, stores } from "./association-view.ts";
import { actorOf, batchAnswer, noContent, ok } from "./respond.ts";

/** What the versions of the associations API share: they differ in their views and in how they name types. */

/** Returns the entries that an answer shows for one association. */
export type EdgeEntries = (row: Row, edge: Edge) => readonly unknown[];

const mostListed = 500;

function lookupOf({ portal }: Call) {
  return { followMerged: portal.crm.options.associationsFollowMergedId };
}

/** The two objects that a path names. @throws Refusal for one that does not exist */
export function rowsInPath(call: Call): {
  readonly from: Row;
  readonly to: Row;
} {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  return {
    from: associationTarget(crm, from, call.params["fromId"] ?? ""),
    to: associationTarget(crm, to, call.params["toId"] ?? ""),
  };
}

/** `GET …/{fromId}/associations/{to}`: one page of an object's associations. @throws Refusal 404, 400 */
export function listEdges(call: Call, entries: EdgeEntries): Answer {
  const { from, to } = stores(call);
  const row = getRow(
    call.portal.crm,
    from,
    call.params["fromId"] ?? "",
    lookupOf(call),
  );
  const { page, paging } = pageOf(
    row,
    to,
    call.query.get("after") ?? undefined,
    readLimit(call.query.get("limit"), mostListed, mostListed),
  );
  return ok({
    results: page.flatMap((edge) => entries(row, edge)),
    ...(paging === undefined ? {} : { paging }),
  });
}

/** `DELETE` on the pair in the path. What does not exist is not associated either. */
export function dissociateInPath(
  call: Call,
  labels: readonly AssociationLabel[] | "all",
): Answer {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  const source = findRow(
    crm,
    from,
    call.params["fromId"] ?? "",
    lookupOf(call),
  );
  const target = findRow(crm, to, call.params["toId"] ?? "", lookupOf(call));
  if (source !== undefined && target !== undefined)
    dissociateRows(crm, source, target, labels, crm.tick(), actorOf(call));
  return noContent;
}

/** `POST …/batch/read`: the associations of up to 1,000 objects, 500 of each to begin with. */
export function readBatch(call: Call, entries: EdgeEntries): Answer {
  const { crm } = call.portal;
  const { from, to } = stores(call);
  const startedAt = crm.now();
  const results: string[] = [];
  const errors: unknown[] = [];
  for (const input of readInputs(call.body, 1000)) {
    const id = idText(input["id"]);
    const row = findRow(crm, from, id, lookupOf(call));
    const found =
      row && pageOf(row, to, optionalText(input, "after"), mostListed);
    if (row === undefined || found === undefined || found.page.length === 0)
      errors.push(noAssociations(call, id));
    else
      results.push(
        JSON.stringify({
          from: { id },
          to: found.page.flatMap((edge) => entries(row, edge)),
          ...(found.paging === undefined ? {} : { paging: found.paging }),
        }),
      );
  }
  return batchAnswer(call, startedAt, results, errors);
}

/** Returns the error of a batch read for an object that is missing or has no associations. */
function noAssociations(call: Call, id: string) {
  const { from, to } = stores(call);
  return {
    status: "error",
    category: "OBJECT_NOT_FOUND",
    subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND",
    message: `No ${to.type.singular} is associated with ${from.type.singular} ${id}.`,
    context: {
      fromObjectId: [id],
      fromObjectType: [from.type.singular],
      toObjectType: [to.type.singular],
    },
    errors: [],
    links: {},
  };
}

/** Does something for every input, each for itself; what HubSpot refuses becomes an error of the batch. */
export function forEachPair(
  call: Call,
  most: number,
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
  const inputs = readInputs(call.body, most);
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

/** Takes types away from the pair of every input. @param labelsOf the types that an input names */
export function dissociateEach(
  call: Call,
  most: number,
  labelsOf: (input: Json) => readonly AssociationLabel[] | "all",
): Answer {
  return forEachPair(call, most, 200, (from, targets, input, at) => {
    const labels = labelsOf(input);
    for (const to of targets)
      dissociateRows(call.portal.crm, from, to, labels, at, actorOf(call));
    return [];
  });
}
