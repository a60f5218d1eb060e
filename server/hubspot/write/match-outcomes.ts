import type { HubSpotObject, WriteError, WriteOutcome } from "../gateway.ts";

/** An input as it was sent. `keys` are what a row of the answer may be known by: `id=5`, `email=a@b.c`. */
export type SentInput = {
  readonly traceId: string;
  readonly keys: readonly string[];
};

/** A row of `results`. */
export type AnsweredRow = {
  readonly object: HubSpotObject;
  readonly traceId: string | null;
  readonly keys: readonly string[];
  readonly created: boolean | null;
};

/** A row of `errors`: it may name inputs by trace id or by id, several or none. */
export type AnsweredError = {
  readonly traceIds: readonly string[];
  readonly ids: readonly string[];
  readonly error: WriteError;
};

/** Keys that exactly one input has: a key of two inputs names neither. */
function soleKeys(inputs: readonly SentInput[]): Map<string, SentInput> {
  const sole = new Map<string, SentInput | null>();
  for (const input of inputs) {
    for (const key of input.keys) sole.set(key, sole.has(key) ? null : input);
  }
  return new Map(
    [...sole].filter(
      (entry): entry is [string, SentInput] => entry[1] !== null,
    ),
  );
}

/**
 * Gives each input of a batch its outcome. `results` and `errors` are separate lists, out of order, and a row may be
 * missing without a word, so position says nothing: rows are known by trace id, id or unique value, errors by trace
 * id or id. Where one input and one row are left over they belong to each other; anything else is unknown.
 */
export function matchOutcomes(
  inputs: readonly SentInput[],
  rows: readonly AnsweredRow[],
  errors: readonly AnsweredError[],
): WriteOutcome[] {
  const outcomes = new Map<string, WriteOutcome>();
  const byTraceId = new Map(inputs.map((input) => [input.traceId, input]));
  const byKey = soleKeys(inputs);
  const byValue = new Map(
    [...byKey].map(([key, input]) => [key.slice(key.indexOf("=") + 1), input]),
  );

  const strayRows: AnsweredRow[] = [];
  for (const row of rows) {
    const input =
      byTraceId.get(row.traceId ?? "") ??
      row.keys
        .map((key) => byKey.get(key))
        .find((found) => found !== undefined);
    if (input === undefined) strayRows.push(row);
    else outcomes.set(input.traceId, resultOf(input, row));
  }

  const strayErrors: WriteError[] = [];
  for (const { traceIds, ids, error } of errors) {
    const named = [
      ...traceIds.map((traceId) => byTraceId.get(traceId)),
      ...ids.map((id) => byValue.get(id)),
    ].filter((input) => input !== undefined);
    if (named.length === 0) strayErrors.push(error);
    for (const { traceId } of named) {
      if (!outcomes.has(traceId)) {
        outcomes.set(traceId, { traceId, kind: "error", error });
      }
    }
  }

  const left = inputs.filter(({ traceId }) => !outcomes.has(traceId));
  const [input, another] = left;
  if (input !== undefined && another === undefined) {
    const [row, ...moreRows] = strayRows;
    const [error, ...moreErrors] = strayErrors;
    if (row !== undefined && error === undefined && moreRows.length === 0) {
      return [...outcomes.values(), resultOf(input, row)];
    }
    if (error !== undefined && row === undefined && moreErrors.length === 0) {
      const { traceId } = input;
      return [...outcomes.values(), { traceId, kind: "error", error }];
    }
  }
  const cause =
    strayErrors[0]?.message ?? "HubSpot's response doesn't mention this input";
  return [
    ...outcomes.values(),
    ...left.map(({ traceId }): WriteOutcome => ({
      traceId,
      kind: "unknown",
      cause,
      sent: true,
    })),
  ];
}

function resultOf({ traceId }: SentInput, row: AnsweredRow): WriteOutcome {
  return { traceId, kind: "result", object: row.object, created: row.created };
}
