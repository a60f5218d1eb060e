import type { PortalId } from "../../settings/object-type.ts";
import type { Engine } from "../engine.ts";
import { wantedProperties } from "../pairs/rules.ts";
import type { Attempt } from "./attempt.ts";
import { storeRefused } from "./attempts.ts";
import type { ApplyInput } from "./input.ts";
import { keepFacts } from "./keep-facts.ts";
import { send } from "./send.ts";
import type { Sent } from "./send.ts";
import type { SendOutcome } from "./send-with-parking.ts";
import { noteFacts } from "./commit-responses.ts";

/** Sends a batch's attempts, and completes what HubSpot answered. */
export async function sendAttempts(
  engine: Engine,
  portalId: PortalId,
  input: ApplyInput,
  attempts: readonly Attempt[],
): Promise<Sent> {
  if (attempts.length === 0) return { outcomes: new Map(), interrupted: null };
  const gateway = engine.hubspot.portal(portalId);
  const sent = await send(gateway, input.objectType, {
    attempts,
    mode: input.creationMode,
    options: input.options,
    afterClearing: () => engine.checkpoint("between-clearing-and-writing"),
    beforeAgain: (inputs) =>
      engine.database.inPortal(portalId, (db) =>
        storeRefused(
          db,
          portalId,
          inputs.map(({ attempt, refused }) => ({
            id: attempt.id,
            properties: refused.map(({ name }) => name),
          })),
        ),
      ),
  });
  return readBack(engine, portalId, input, attempts, sent);
}

/**
 * Reads, in one call for the batch, what answers left out: an update's need not carry all fields. Before that, the
 * answers are stored. If the read fails, the others are settled, and these pairs are read at their next look.
 */
async function readBack(
  engine: Engine,
  portalId: PortalId,
  input: ApplyInput,
  attempts: readonly Attempt[],
  sent: Sent,
): Promise<Sent> {
  const partial = attempts.flatMap((attempt) => {
    const outcome = sent.outcomes.get(attempt.id);
    return outcome?.kind === "result" &&
      outcome.object !== null &&
      Object.keys(attempt.sent).some(
        (name) => outcome.object?.properties[name] === undefined,
      )
      ? [{ attempt, outcome, object: outcome.object }]
      : [];
  });
  if (partial.length === 0) return sent;
  const facts = new Map(
    partial.map(({ attempt, outcome }) => [attempt.id, outcome] as const),
  );
  const outcomes = new Map(sent.outcomes);
  try {
    await engine.database.inPortal(portalId, (db) =>
      noteFacts(db, portalId, facts),
    );
    const read = await engine.hubspot.portal(portalId).read(
      input.objectType,
      partial.map(({ object }) => object.id),
      { properties: wantedProperties(input.rules, input.objectType) },
      input.options,
    );
    for (const { attempt, outcome, object } of partial) {
      const whole = read.get(object.id) ?? null;
      outcomes.set(
        attempt.id,
        whole === null
          ? unread("it was gone when it was read back")
          : { ...outcome, object: whole },
      );
    }
    return { ...sent, outcomes };
  } catch (error) {
    await keepFacts(engine, portalId, facts);
    for (const id of facts.keys())
      outcomes.set(id, unread("it could not be read back"));
    return { outcomes, interrupted: sent.interrupted ?? error };
  }
}

const unread = (cause: string): SendOutcome => ({
  kind: "unknown",
  cause,
  sent: true,
});
