import type { ObjectType } from "../../settings/object-type.ts";
import { paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import { errorBodyOf } from "../error-body.ts";
import type { CallOptions, WriteOutcome } from "../gateway.ts";
import { asList, asRecord, asText, asTexts } from "../json.ts";
import { readObject } from "../read-object.ts";
import { timingOf } from "../timing.ts";
import { refusedObjectId, writeErrorOf } from "../write-error.ts";
import { blamedInputs } from "./blamed-inputs.ts";
import { sendInHalves } from "./halve.ts";
import {
  matchOutcomes,
  type AnsweredError,
  type AnsweredRow,
  type SentInput,
} from "./match-outcomes.ts";

export type BatchKind = "create" | "update" | "upsert";

/** An input of any of the three: what is sent, and what its row may be known by. */
export type BatchInput = SentInput & {
  readonly body: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, string>>;
  /** The id of an update. */
  readonly id: string | null;
};

/** Sends one kind of write, at most 100 inputs. The whole of it, halves included, ends by one deadline. */
export function writeBatch(
  call: Caller,
  type: ObjectType,
  kind: BatchKind,
  {
    inputs,
    keysOf,
    options,
  }: {
    readonly inputs: readonly BatchInput[];
    readonly keysOf: (row: AnsweredRow) => readonly string[];
    readonly options: CallOptions;
  },
): Promise<WriteOutcome[]> {
  const timing = timingOf(options);
  const send = async (
    batch: readonly BatchInput[],
  ): Promise<readonly WriteOutcome[]> => {
    const { body, correlationId } = await call(
      {
        method: "POST",
        path: paths.batch(type, kind),
        body: { inputs: batch.map((input) => input.body) },
        write: true,
        limit: "general",
        capability: `write:${type}`,
        kind,
      },
      timing,
    );
    return matchOutcomes(
      batch,
      rowsOf(type, body).map((row) => ({ ...row, keys: keysOf(row) })),
      errorsOf(body, correlationId),
    );
  };
  return sendInHalves(inputs, {
    send,
    blamed: blamedInputs,
    fallback: (fallback): WriteOutcome => {
      const { traceId } = fallback.input;
      if (fallback.kind === "refused") {
        return { traceId, kind: "error", error: writeErrorOf(fallback.body) };
      }
      const { cause, sent } = fallback;
      return { traceId, kind: "unknown", cause, sent };
    },
  });
}

function rowsOf(type: ObjectType, body: unknown): AnsweredRow[] {
  return asList(asRecord(body)?.["results"]).flatMap((entry) => {
    const row = asRecord(entry);
    const object = readObject(type, row);
    if (row === null || object === null) return [];
    const created = row["new"];
    return [
      {
        object,
        traceId: asText(row["objectWriteTraceId"]),
        keys: [],
        created: typeof created === "boolean" ? created : null,
      },
    ];
  });
}

/** A batch answers errors beside results under 200, 201 and 207 alike. */
function errorsOf(
  body: unknown,
  correlationId: string | null,
): AnsweredError[] {
  return asList(asRecord(body)?.["errors"]).map((entry) => {
    const row = asRecord(entry);
    const parsed = errorBodyOf(207, row);
    const { context } = parsed;
    const refused = refusedObjectId(parsed);
    return {
      traceIds: context["objectWriteTraceId"] ?? [],
      ids: [
        ...(context["ids"] ?? context["id"] ?? []),
        ...asTexts(row?.["id"]),
        ...(refused === null ? [] : [refused]),
      ],
      error: writeErrorOf({
        ...parsed,
        correlationId: parsed.correlationId ?? correlationId,
      }),
    };
  });
}
