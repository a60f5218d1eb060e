import type {
  CallOptions,
  Gateway,
  HubSpotObject,
  RefusedProperty,
  WriteError,
  WriteOutcome,
} from "../../hubspot/gateway.ts";
import { chunksOf } from "../../hubspot/chunks.ts";
import type { ObjectId, ObjectType } from "../../settings/object-type.ts";
import { UNIQUE_PROPERTY } from "../prepare-portal.ts";
import type { Attempt } from "./attempts.ts";

/** How one attempt ended. */
export type SendOutcome =
  | {
      readonly kind: "result";
      readonly object: HubSpotObject | null;
      /** False: HubSpot had it already; the creation was a match. */
      readonly created: boolean | null;
      /** Properties that HubSpot refused, while it took the others. */
      readonly refused: readonly RefusedProperty[];
    }
  | {
      readonly kind: "error";
      readonly error: WriteError;
      readonly refused: readonly RefusedProperty[];
    }
  | {
      readonly kind: "unknown";
      readonly cause: string;
      readonly sent: boolean;
    };

/** A property that HubSpot refuses is left out and the rest sent again, this often at most. */
const roundsOfParking = 4;

const inputsInCall = 100;

/** How creations are made repeatable: by the unique property, or where a portal has none by trace ids and 409 alone. */
export type CreationMode = "upsert" | "create";

/** What a batch of calls came to. */
export interface Sent {
  /** One outcome an attempt, without exception. */
  readonly outcomes: ReadonlyMap<string, SendOutcome>;
  /** Why the rest was not sent, where HubSpot or its budget asked for patience midway. */
  readonly interrupted: unknown;
}

/** All calls of a batch end within this, so that no request outlives its attempt's claim. */
const bulkDeadlineMs = 45_000;
const interactiveDeadlineMs = 9_000;

/**
 * Carries a batch of attempts to HubSpot, deletions before creations before updates, and says of each one how it
 * ended. What was answered before an interruption is kept: an answer is a fact.
 */
export async function send(
  gateway: Gateway,
  type: ObjectType,
  attempts: readonly Attempt[],
  mode: CreationMode,
  options: CallOptions,
): Promise<Sent> {
  const outcomes = new Map<string, SendOutcome>();
  const of = (operation: Attempt["operation"]): Attempt[] =>
    attempts.filter((attempt) => attempt.operation === operation);
  const ends =
    Date.now() +
    (options.priority === "bulk" ? bulkDeadlineMs : interactiveDeadlineMs);
  const timed = (): CallOptions => ({
    ...options,
    deadlineMs: Math.max(1_000, Math.min(30_000, ends - Date.now())),
  });
  try {
    await inCalls(of("archive"), (part) =>
      sendArchives(gateway, type, part, timed(), outcomes),
    );
    await inCalls(of("create"), (part) =>
      sendWithParking(part, outcomes, (inputs) =>
        mode === "upsert"
          ? gateway.upsert(
              type,
              inputs.map(({ attempt, properties }) => ({
                traceId: attempt.id,
                idProperty: UNIQUE_PROPERTY,
                id: attempt.creationKey ?? attempt.recordId,
                properties,
              })),
              timed(),
            )
          : gateway.create(
              type,
              inputs.map(({ attempt, properties }) => ({
                traceId: attempt.id,
                properties,
              })),
              timed(),
            ),
      ),
    );
    await inCalls(of("update"), (part) =>
      sendWithParking(part, outcomes, (inputs) =>
        gateway.update(
          type,
          inputs.flatMap(({ attempt, properties }) =>
            attempt.objectId === null
              ? []
              : [{ traceId: attempt.id, id: attempt.objectId, properties }],
          ),
          timed(),
        ),
      ),
    );
    return { outcomes, interrupted: null };
  } catch (error) {
    // A call throws only when nothing of it was sent: what has no outcome by now never left.
    for (const { id } of attempts) {
      if (!outcomes.has(id))
        outcomes.set(id, { kind: "unknown", cause: "not sent", sent: false });
    }
    return { outcomes, interrupted: error };
  }
}

/** HubSpot takes a hundred inputs a call. All calls have ended before the failure of one is told. */
async function inCalls(
  attempts: readonly Attempt[],
  call: (part: readonly Attempt[]) => Promise<void>,
): Promise<void> {
  const ends = await Promise.allSettled(
    chunksOf(attempts, inputsInCall).map(call),
  );
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

async function sendArchives(
  gateway: Gateway,
  type: ObjectType,
  attempts: readonly Attempt[],
  options: CallOptions,
  outcomes: Map<string, SendOutcome>,
): Promise<void> {
  if (attempts.length === 0) return;
  const byObject = new Map<ObjectId, Attempt>();
  for (const attempt of attempts)
    if (attempt.objectId !== null) byObject.set(attempt.objectId, attempt);
  for (const { id, kind } of await gateway.archive(
    type,
    [...byObject.keys()],
    options,
  )) {
    const attempt = byObject.get(id);
    if (attempt === undefined) continue;
    outcomes.set(
      attempt.id,
      kind === "result"
        ? { kind: "result", object: null, created: null, refused: [] }
        : { kind: "unknown", cause: `archiving ended as ${kind}`, sent: true },
    );
  }
}

interface Input {
  readonly attempt: Attempt;
  readonly properties: Readonly<Record<string, string>>;
  readonly refused: readonly RefusedProperty[];
}

async function sendWithParking(
  attempts: readonly Attempt[],
  outcomes: Map<string, SendOutcome>,
  call: (inputs: readonly Input[]) => Promise<WriteOutcome[]>,
): Promise<void> {
  let inputs: Input[] = attempts.map((attempt) => ({
    attempt,
    properties: Object.fromEntries(
      Object.entries(attempt.sent).map(([name, value]) => [name, value.h]),
    ),
    refused: [],
  }));
  for (let round = 0; inputs.length > 0 && round < roundsOfParking; round++) {
    const answers = new Map(
      (await call(inputs)).map((outcome) => [outcome.traceId, outcome]),
    );
    const again: Input[] = [];
    for (const input of inputs) {
      const answer = answers.get(input.attempt.id);
      const lighter =
        answer?.kind === "error" && round + 1 < roundsOfParking
          ? withoutRefused(input, answer.error)
          : null;
      if (lighter !== null && Object.keys(lighter.properties).length > 0)
        again.push(lighter);
      else outcomes.set(input.attempt.id, endOf(input, answer));
    }
    inputs = again;
  }
}

/** The input without the properties that the error names, or null where it names none that was sent. */
function withoutRefused(input: Input, error: WriteError): Input | null {
  const named = error.properties.filter(
    (property) => property.name in input.properties,
  );
  if (error.code !== "invalid-property" || named.length === 0) return null;
  const names = new Set(named.map((property) => property.name));
  return {
    ...input,
    properties: Object.fromEntries(
      Object.entries(input.properties).filter(([name]) => !names.has(name)),
    ),
    refused: [...input.refused, ...named],
  };
}

function endOf(input: Input, answer: WriteOutcome | undefined): SendOutcome {
  if (answer === undefined)
    return { kind: "unknown", cause: "no outcome", sent: true };
  switch (answer.kind) {
    case "result":
      return {
        kind: "result",
        object: answer.object,
        created: answer.created,
        refused: input.refused,
      };
    case "error":
      return {
        kind: "error",
        error: answer.error,
        refused: [...input.refused, ...answer.error.properties],
      };
    case "unknown":
      return { kind: "unknown", cause: answer.cause, sent: answer.sent };
  }
}
