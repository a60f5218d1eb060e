import type {
  HubSpotObject,
  RefusedProperty,
  WriteError,
  WriteOutcome,
} from "../../hubspot/gateway.ts";
import type { ObjectType } from "../../settings/object-type.ts";
import { togetherWith } from "../../settings/decided-together.ts";
import { contestedProperty } from "../values/identity.ts";
import {
  PARKED_TOGETHER,
  parkedTogetherMessage,
} from "../decide/park-together.ts";
import type { Attempt } from "./attempt.ts";
import { blamedBy, swapCode } from "./pure/refused-properties.ts";

/** How one attempt ended. */
export type SendOutcome =
  | {
      readonly kind: "result";
      readonly object: HubSpotObject | null;
      /** False: HubSpot had it already; the creation was a match. */
      readonly created: boolean | null;
      /** Properties that HubSpot refused, while it took the others. */
      readonly refused: readonly RefusedProperty[];
      /** What identifies the object was cleared on the way. */
      readonly cleared?: boolean;
    }
  | {
      readonly kind: "error";
      readonly error: WriteError;
      readonly refused: readonly RefusedProperty[];
      readonly cleared?: boolean;
    }
  | {
      readonly kind: "unknown";
      readonly cause: string;
      readonly sent: boolean;
    };

export interface Input {
  readonly attempt: Attempt;
  readonly properties: Readonly<Record<string, string>>;
  readonly refused: readonly RefusedProperty[];
}

export interface Clearings {
  /** What identifies their objects is blank in HubSpot now. */
  readonly cleared: Set<Attempt>;
  /** Parts of a swap of which HubSpot would not clear one: what it refuses of them, it refuses for that. */
  readonly stuck: Set<Attempt>;
}

/**
 * Sends a call's worth; what HubSpot refuses of an input is left out, and the rest is sent again.
 * @param beforeAgain called with the inputs that HubSpot refused, before they are sent without what it refused
 */
export async function sendWithParking(
  type: ObjectType,
  {
    attempts,
    outcomes,
    clearings,
    call,
    beforeAgain,
    goOn,
  }: {
    readonly attempts: readonly Attempt[];
    readonly outcomes: Map<string, SendOutcome>;
    readonly clearings: Clearings;
    readonly call: (inputs: readonly Input[]) => Promise<WriteOutcome[]>;
    readonly beforeAgain: (inputs: readonly Input[]) => Promise<void>;
    readonly goOn: () => boolean;
  },
): Promise<void> {
  let inputs: Input[] = attempts.map((attempt) => ({
    attempt,
    properties: Object.fromEntries(
      Object.entries(attempt.sent).map(([name, value]) => [name, value.h]),
    ),
    refused: [],
  }));
  // Ends by itself: each round leaves at least one property out of every input that it sends again.
  while (inputs.length > 0) {
    const answers = new Map(
      (await call(inputs)).map((outcome) => [outcome.traceId, outcome]),
    );
    const again: Input[] = [];
    for (const input of inputs) {
      const answer = answers.get(input.attempt.id);
      const refused =
        answer?.kind === "error"
          ? refusedOf(type, input, answer.error, clearings)
          : [];
      const lighter = goOn() ? withoutRefused(input, answer, refused) : null;
      if (lighter === null)
        outcomes.set(
          input.attempt.id,
          endOf(input, answer, refused, clearings.cleared.has(input.attempt)),
        );
      else again.push(lighter);
    }
    if (again.length > 0) await beforeAgain(again);
    // That may have waited for a connection, and no request may outlive its attempt's claim.
    if (!goOn()) {
      for (const { attempt } of again)
        outcomes.set(attempt.id, {
          kind: "unknown",
          cause: "not sent",
          sent: clearings.cleared.has(attempt),
        });
      return;
    }
    inputs = again;
  }
}

/** The properties that an error blames. That a swap is behind it, HubSpot does not know. */
const refusedOf = (
  type: ObjectType,
  { attempt }: Input,
  error: WriteError,
  { stuck }: Clearings,
): readonly RefusedProperty[] =>
  blamedBy(type, error).map((refused) =>
    stuck.has(attempt) && refused.name === contestedProperty(type)
      ? { ...refused, code: swapCode }
      : refused,
  );

/**
 * The input without the properties that the error names; null where it names none that was sent, or nothing would be
 * left. A creation that meets an object with its email is no matter of a property: the two are matched.
 */
function withoutRefused(
  input: Input,
  answer: WriteOutcome | undefined,
  refused: readonly RefusedProperty[],
): Input | null {
  const codes: readonly WriteError["code"][] =
    input.attempt.operation === "update"
      ? ["invalid-property", "conflict"]
      : ["invalid-property"];
  if (answer?.kind !== "error" || !codes.includes(answer.error.code))
    return null;
  const named = withTogether(
    input,
    refused.filter(({ name }) => name in input.properties),
  );
  const names = new Set(named.map(({ name }) => name));
  const properties = Object.fromEntries(
    Object.entries(input.properties).filter(([name]) => !names.has(name)),
  );
  return named.length === 0 || Object.keys(properties).length === 0
    ? null
    : { ...input, properties, refused: [...input.refused, ...named] };
}

/** What is decided together with a refused property is not sent without it. */
function withTogether(
  { attempt, properties }: Input,
  refused: readonly RefusedProperty[],
): readonly RefusedProperty[] {
  const { decision, pair } = attempt.plan;
  const isRefused = (property: string): boolean =>
    refused.some(({ name }) => name === property);
  const others = decision.fields.flatMap(({ field, property }) =>
    !isRefused(property) &&
    property in properties &&
    togetherWith(pair.objectType, field).some((other) =>
      decision.fields.some(
        (each) => each.field === other && isRefused(each.property),
      ),
    )
      ? [
          {
            name: property,
            code: PARKED_TOGETHER,
            message: parkedTogetherMessage,
          },
        ]
      : [],
  );
  return [...refused, ...others];
}

function endOf(
  input: Input,
  answer: WriteOutcome | undefined,
  refused: readonly RefusedProperty[],
  cleared: boolean,
): SendOutcome {
  if (answer === undefined)
    return { kind: "unknown", cause: "no outcome", sent: true };
  switch (answer.kind) {
    case "result":
      return {
        kind: "result",
        object: answer.object,
        created: answer.created,
        refused: input.refused,
        cleared,
      };
    case "error":
      return {
        kind: "error",
        error: answer.error,
        refused: [...input.refused, ...withTogether(input, refused)],
        cleared,
      };
    case "unknown":
      // What was cleared is open until its value is written.
      return {
        kind: "unknown",
        cause: answer.cause,
        sent: answer.sent || cleared,
      };
  }
}
