import { associateRows } from "../associations/associate.ts";
import type { AssociationLabel } from "../associations/labels.ts";
import { resolveTypes } from "../associations/resolve.ts";
import type { Answer } from "../answer.ts";
import type { Call } from "../call.ts";
import { invalid } from "../refusal.ts";
import { asObject, type Json } from "../read-body.ts";
import { dissociateEach, forEachPair, readBatch } from "./association-calls.ts";
import {
  associateByDefault,
  edgeView,
  pairView,
  stores,
  type Version,
} from "./association-view.ts";
import { actorOf, noContent } from "./respond.ts";

const mostPairs = 2000;

/** `POST …/batch/read` */
export function batchRead(call: Call, version: Version): Answer {
  return readBatch(call, (row, edge) => [edgeView(call, version, row, edge)]);
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
  return forEachPair(call, mostPairs, status, (from, targets, input, at) => {
    const labels = typesOf(call, input);
    return targets.map((to) => {
      associateRows(crm, from, to, labels, at, actorOf(call));
      return JSON.stringify(pairView(call, version, from, to));
    });
  });
}

/** `POST …/batch/associate/default`: the unlabeled type for each pair. */
export function batchDefault(call: Call): Answer {
  return forEachPair(call, mostPairs, 200, (from, targets, _input, at) =>
    targets.flatMap((to) => associateByDefault(call, from, to, at)),
  );
}

/** `POST …/batch/archive`: ends associations, whatever types they have. */
export function batchArchive(call: Call, { v4 }: Version): Answer {
  const most = call.portal.crm.options.associationArchiveInputs;
  const answer = dissociateEach(call, most, () => "all");
  return v4 ? noContent : answer;
}

/** `POST …/batch/labels/archive`: takes types away from pairs. */
export function batchArchiveLabels(call: Call, { v4 }: Version): Answer {
  const most = call.portal.crm.options.associationArchiveInputs;
  const answer = dissociateEach(call, most, (input) => typesOf(call, input));
  return v4 ? noContent : answer;
}
