import {
  GoneError,
  HubSpotError,
  RefusedError,
  UnknownOutcomeError,
  type ErrorBody,
} from "../errors.ts";

/** What became of one input that no answer of a batch covers. */
export type Fallback<Input> =
  | {
      readonly input: Input;
      readonly kind: "refused";
      readonly body: ErrorBody;
    }
  | {
      readonly input: Input;
      readonly kind: "unknown";
      readonly cause: string;
      readonly sent: boolean;
    };

type Parts<Input, Outcome> = {
  /** Sends inputs as one batch. Throws the classes of errors.ts. */
  readonly send: (inputs: readonly Input[]) => Promise<readonly Outcome[]>;
  /** The inputs that a refusal of the whole batch blames, if it names any. */
  readonly blamed: (
    body: ErrorBody,
    inputs: readonly Input[],
  ) => readonly Input[];
  readonly fallback: (fallback: Fallback<Input>) => Outcome;
};

/**
 * Sends a batch; one that is refused whole goes again without the inputs that the refusal names, else in halves, down
 * to the one that is refused. Throws only when nothing was sent: once HubSpot has answered something, that answer is
 * a fact which must reach the caller, so what could not be sent any more becomes `unknown` with `sent: false`.
 */
export async function sendInHalves<Input, Outcome>(
  inputs: readonly Input[],
  parts: Parts<Input, Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting: (readonly Input[])[] = inputs.length === 0 ? [] : [inputs];
  let answered = false;
  for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop()) {
    try {
      outcomes.push(...(await parts.send(batch)));
      answered = true;
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error;
      if (error instanceof RefusedError || error instanceof GoneError) {
        answered = true;
        outcomes.push(...refuse(batch, error.body, parts, waiting));
        continue;
      }
      const sent = error instanceof UnknownOutcomeError;
      if (!sent && !answered) throw error;
      answered = true;
      const cause = error.message;
      const lost = sent ? batch : [batch, ...waiting.splice(0)].flat();
      for (const input of lost) {
        outcomes.push(parts.fallback({ input, kind: "unknown", cause, sent }));
      }
    }
  }
  return outcomes;
}

/** The outcomes of what a refusal settles; the rest is put back to be sent again. */
function refuse<Input, Outcome>(
  batch: readonly Input[],
  body: ErrorBody,
  parts: Parts<Input, Outcome>,
  waiting: (readonly Input[])[],
): Outcome[] {
  const blamed =
    batch.length === 1 ? batch : new Set(parts.blamed(body, batch));
  const settled = [...blamed];
  const rest = batch.filter((input) => !settled.includes(input));
  if (settled.length === 0) {
    const middle = Math.ceil(batch.length / 2);
    // the last in is the next out: the first half goes first
    waiting.push(batch.slice(middle), batch.slice(0, middle));
  } else if (rest.length > 0) {
    waiting.push(rest);
  }
  return settled.map((input) =>
    parts.fallback({ input, kind: "refused", body }),
  );
}
