import type { ParentKind } from "../../settings/types/index.ts";
import { paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import { chunksOf } from "../chunks.ts";
import { errorBodyOf } from "../error-body.ts";
import type {
  CallOptions,
  EdgeInput,
  EdgeOutcome,
  LabelledEdgeInput,
} from "../gateway.ts";
import { asList, asRecord, asText } from "../json.ts";
import { timingOf } from "../timing.ts";
import { sendInHalves } from "./halve.ts";

const batchSize = 100;

type EdgeAction = "create" | "archive" | "labels/archive";

const edgeKey = ({ fromId, toId }: EdgeInput): string => `${fromId} ${toId}`;

/** The edges that an answer lists as made. */
function madeEdges(body: unknown): Set<string> {
  return new Set(
    asList(asRecord(body)?.["results"]).map((entry) => {
      const row = asRecord(entry);
      const fromId = asText(
        row?.["fromObjectId"] ?? asRecord(row?.["from"])?.["id"],
      );
      const toId = asText(row?.["toObjectId"] ?? asRecord(row?.["to"])?.["id"]);
      return edgeKey({ fromId: fromId ?? "", toId: toId ?? "" });
    }),
  );
}

/** What the answer says went wrong, with every id that it names. */
function failures(body: unknown): { ids: Set<string>; message: string }[] {
  return asList(asRecord(body)?.["errors"]).map((entry) => {
    const { context, message } = errorBodyOf(207, entry);
    return { ids: new Set(Object.values(context).flat()), message };
  });
}

/**
 * A success with no errors is one for every input, whatever rows it has: versions differ in what they answer. With
 * errors, an input is refused when they name both of its ends, or one end and nothing else speaks for it.
 */
export function edgeOutcomes(
  inputs: readonly EdgeInput[],
  body: unknown,
): EdgeOutcome[] {
  const errors = failures(body);
  const made = madeEdges(body);
  return inputs.map(({ fromId, toId }): EdgeOutcome => {
    if (errors.length === 0 || made.has(edgeKey({ fromId, toId }))) {
      return { fromId, toId, kind: "result" };
    }
    const error =
      errors.find(({ ids }) => ids.has(fromId) && ids.has(toId)) ??
      errors.find(({ ids }) => ids.has(fromId) || ids.has(toId)) ??
      (inputs.length === 1 ? errors[0] : undefined);
    return error === undefined
      ? { fromId, toId, kind: "unknown" }
      : { fromId, toId, kind: "error", message: error.message };
  });
}

/**
 * Sends edges in batches, all at once and all by one deadline; see Gateway.associate, dissociate and removeLabels. All
 * have ended before the failure of one is told.
 */
export async function writeEdges<Input extends EdgeInput>(
  call: Caller,
  kind: ParentKind,
  {
    action,
    inputs,
    bodyOf,
    options,
  }: {
    readonly action: EdgeAction;
    readonly inputs: readonly Input[];
    readonly bodyOf: (input: Input) => object;
    readonly options: CallOptions;
  },
): Promise<EdgeOutcome[]> {
  const timing = timingOf(options);
  const calls = await Promise.allSettled(
    chunksOf(inputs, batchSize).map((chunk) =>
      sendInHalves(chunk, {
        send: async (batch) => {
          const { body } = await call(
            {
              method: "POST",
              path: paths.associations(kind, action),
              body: { inputs: batch.map(bodyOf) },
              write: true,
              limit: "associations",
              capability: `write-associations:${kind.name}`,
              kind: "associations",
            },
            timing,
          );
          return edgeOutcomes(batch, body);
        },
        blamed: () => [],
        fallback: (fallback): EdgeOutcome => {
          const { fromId, toId } = fallback.input;
          return fallback.kind === "refused"
            ? { fromId, toId, kind: "error", message: fallback.body.message }
            : { fromId, toId, kind: "unknown" };
        },
      }),
    ),
  );
  return calls.flatMap((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}

/** An edge with the labels it shall have, as HubSpot writes it. */
export function labelledEdge({
  fromId,
  toId,
  types,
}: LabelledEdgeInput): object {
  return {
    from: { id: fromId },
    to: { id: toId },
    types: types.map(({ category, typeId }) => ({
      associationCategory: category,
      associationTypeId: typeId,
    })),
  };
}

/** An edge to remove with all its labels: the batch takes several ends for one beginning. */
export function bareEdge({ fromId, toId }: EdgeInput): object {
  return { from: { id: fromId }, to: [{ id: toId }] };
}
