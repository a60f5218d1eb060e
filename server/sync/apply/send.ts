import type {
  CallOptions,
  Gateway,
  WriteOutcome,
} from "../../hubspot/gateway.ts";
import { chunksOf } from "../../hubspot/chunks.ts";
import type { ObjectId, ObjectType } from "../../settings/object-type.ts";
import { contestedProperty, creationKeyProperty } from "../values/identity.ts";
import type { Attempt } from "./attempt.ts";
import { orderWrites } from "./pure/order-writes.ts";
import type { WriteOrder } from "./pure/order-writes.ts";
import { sendWithParking } from "./send-with-parking.ts";
import type { Clearings, Input, SendOutcome } from "./send-with-parking.ts";

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
 * Carries a batch of attempts to HubSpot, deletions before creations before updates, and who gives up an email before
 * who takes it. Says of each one how it ended. What was answered before an interruption is kept: an answer is a fact.
 */
export async function send(
  gateway: Gateway,
  type: ObjectType,
  {
    attempts,
    mode,
    options,
    afterClearing,
    beforeAgain,
  }: {
    readonly attempts: readonly Attempt[];
    readonly mode: CreationMode;
    readonly options: CallOptions;
    /** Called where an email is blank in HubSpot, and not yet written. */
    readonly afterClearing: () => Promise<void>;
    /** Called with what HubSpot refused, before it is sent again without that. */
    readonly beforeAgain: (inputs: readonly Input[]) => Promise<void>;
  },
): Promise<Sent> {
  const outcomes = new Map<string, SendOutcome>();
  const of = (
    operation: Attempt["operation"],
    among: readonly Attempt[],
  ): Attempt[] => among.filter((attempt) => attempt.operation === operation);
  const ends =
    Date.now() +
    (options.priority === "bulk" ? bulkDeadlineMs : interactiveDeadlineMs);
  const timed = (): CallOptions => ({
    ...options,
    deadlineMs: Math.max(1_000, Math.min(30_000, ends - Date.now())),
  });
  const create = (inputs: readonly Input[]): Promise<WriteOutcome[]> =>
    mode === "upsert"
      ? gateway.upsert(
          type,
          inputs.map(({ attempt, properties }) => ({
            traceId: attempt.id,
            idProperty: creationKeyProperty,
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
        );
  const update = (
    inputs: readonly Pick<Input, "attempt" | "properties">[],
  ): Promise<WriteOutcome[]> =>
    gateway.update(
      type,
      inputs.flatMap(({ attempt, properties }) =>
        attempt.objectId === null
          ? []
          : [{ traceId: attempt.id, id: attempt.objectId, properties }],
      ),
      timed(),
    );
  const order = orderWrites(
    type,
    attempts.filter(({ operation }) => operation !== "archive"),
  );
  const clearings: Clearings = { cleared: new Set(), stuck: new Set() };
  try {
    await inCalls(of("archive", attempts), (part) =>
      sendArchives(gateway, type, part, timed(), outcomes),
    );
    await clearFirst(type, order, outcomes, clearings, update);
    if (clearings.cleared.size > 0) await afterClearing();
    for (const wave of order.waves) {
      const open = wave.filter(({ id }) => !outcomes.has(id));
      const goOn = (): boolean => Date.now() < ends;
      await inCalls(of("create", open), (part) =>
        sendWithParking(type, {
          attempts: part,
          outcomes,
          clearings,
          call: create,
          beforeAgain,
          goOn,
        }),
      );
      await inCalls(of("update", open), (part) =>
        sendWithParking(type, {
          attempts: part,
          outcomes,
          clearings,
          call: update,
          beforeAgain,
          goOn,
        }),
      );
    }
    return { outcomes, interrupted: null };
  } catch (error) {
    // A call throws only when nothing of it was sent: what has no outcome by now never left, but for what was cleared.
    for (const attempt of attempts) {
      if (!outcomes.has(attempt.id))
        outcomes.set(attempt.id, {
          kind: "unknown",
          cause: "not sent",
          sent: clearings.cleared.has(attempt),
        });
    }
    return { outcomes, interrupted: error };
  }
}

/** Clears the emails of swaps, so that each contact can get another one's. */
async function clearFirst(
  type: ObjectType,
  { cleared }: WriteOrder<Attempt>,
  outcomes: Map<string, SendOutcome>,
  clearings: Clearings,
  update: (
    inputs: readonly Pick<Input, "attempt" | "properties">[],
  ) => Promise<WriteOutcome[]>,
): Promise<void> {
  const properties = { [contestedProperty(type)]: "" };
  await inCalls([...cleared.keys()], async (part) => {
    const answers = new Map(
      (await update(part.map((attempt) => ({ attempt, properties })))).map(
        (outcome) => [outcome.traceId, outcome],
      ),
    );
    for (const attempt of part) {
      const answer = answers.get(attempt.id);
      if (answer?.kind === "result") clearings.cleared.add(attempt);
      else if (answer?.kind === "error")
        for (const each of cleared.get(attempt) ?? [])
          clearings.stuck.add(each);
      // It may be blank by now, and is read before anything of it is written again.
      else
        outcomes.set(attempt.id, {
          kind: "unknown",
          cause: answer?.cause ?? "no outcome",
          sent: answer?.sent ?? true,
        });
    }
  });
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
