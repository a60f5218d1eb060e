import { associateRows, dissociateRows } from "../associations/associate.ts";
import type { AssociationLabel } from "../associations/labels.ts";
import {
  associationTarget,
  idText,
  resolveTypes,
} from "../associations/resolve.ts";
import type { Answer } from "../answer.ts";
import type { Call } from "../call.ts";
import { findRow } from "../objects/lookup.ts";
import { invalid, Refusal } from "../refusal.ts";
import type { Row } from "../row.ts";
import {
  associateByDefault,
  edgeView,
  pageOf,
  pairView,
  stores,
  type Version,
} from "./association-view.ts";
import {
  asObject,
  isObject,
  optionalText,
  readInputs,
  type Json,
} from "../read-body.ts";
import { actorOf, batchAnswer, noContent } from "./respond.ts";

/** `POST …/batch/read`: the associations of up to 1,000 objects, 500 of each to begin with. */
export function batchRead(call: Call, version: Version): Answer {
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
  const errors = missing.map((id) => noAssociations(call, id));
  return batchAnswer(call, startedAt, results, errors);
}

/** Returns the error of a batch read for an object that is missing or has no associations. */
export function noAssociations(call: Call, id: string) {
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
  const types = input["types"];
  if (!Array.isArray(types))
    throw invalid("Some required fields were not set: [types]");
  return resolveTypes(call.portal.crm, from, to, types.map(asObject));
}

/** `POST …/batch/create`: each pair gets exactly the types that its input names. */
export function batchCreate(call: Call, version: Version): Answer {
  const { crm } = call.portal;
  const status = version.v4 ? 201 : crm.options.associationBatchStatus;
  return forEachPair(
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

/** `POST …/batch/associate/default`: the unlabeled type for each pair. */
export function batchDefault(call: Call): Answer {
  return forEachPair(
    call,
    readInputs(call.body, 2000),
    200,
    (from, targets, _input, at) =>
      targets.flatMap((to) => associateByDefault(call, from, to, at)),
  );
}

/** `POST …/batch/archive`: ends associations, whatever types they have. */
export function batchArchive(call: Call, { v4 }: Version): Answer {
  const { crm } = call.portal;
  const answer = forEachPair(
    call,
    readInputs(call.body, crm.options.associationArchiveInputs),
    200,
    (from, targets, _input, at) => {
      for (const to of targets)
        dissociateRows(crm, from, to, "all", at, actorOf(call));
      return [];
    },
  );
  return v4 ? noContent : answer;
}

/** `POST …/batch/labels/archive`: takes types away from pairs. */
export function batchArchiveLabels(call: Call, { v4 }: Version): Answer {
  const { crm } = call.portal;
  const answer = forEachPair(
    call,
    readInputs(call.body, crm.options.associationArchiveInputs),
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
