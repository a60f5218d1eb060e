import type { Db } from "../../database/database.ts";
import { CapabilityMissingError } from "../../hubspot/errors.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import { noteMissing } from "../installation/capabilities.ts";
import type { Engine } from "../engine.ts";
import type { PassItem } from "../decide/plan.ts";
import { storeAnswers } from "./attempts.ts";
import type { Attempt } from "./attempt.ts";
import { begin } from "./begin.ts";
import type { Begun } from "./begin.ts";
import { finishDirty, keepDirty, seenOf } from "./dirty-set.ts";
import type { ApplyInput } from "./input.ts";
import { hold } from "./hold.ts";
import { itemsOf } from "./pure/items.ts";
import { keepFacts } from "./keep-facts.ts";
import {
  queueChangedRechecks,
  queueOutsideRechecks,
} from "./queue-rechecks.ts";
import { sendAttempts } from "./send-attempts.ts";
import type { Sent } from "./send.ts";
import { commitResponses } from "./commit-responses.ts";
import type { AttemptResult } from "./pure/attempt-result.ts";
import { wakeSwaps } from "./waiting-values.ts";
import { edgeWritesOf, sendEdges, commitEdges } from "./write-edges.ts";
import type { EdgesWritten, EdgeWrite } from "./write-edges.ts";
import type { Placed } from "./write-workspace.ts";

export interface Applied {
  readonly items: readonly PassItem[];
  /** Records whose creation met an object that exists already: to be matched with it in another round. */
  readonly hints: ReadonlyMap<RecordId, ObjectId>;
  /** Pairs whose record or link moved on since they were read: to be decided again at once. */
  readonly moved: readonly Placed[];
  /** Pairs that another worker has claimed. */
  readonly claimed: readonly RecordId[];
}

/**
 * Carries a batch of decisions out (DESIGN.md, "Writing to HubSpot: attempts"): the workspace's side, links and
 * journal in one transaction with the attempts; then HubSpot's calls, with no transaction open; then what HubSpot
 * answered, in another, which is the last where no associations follow. Only the transactions are fenced.
 */
export async function apply(
  engine: Engine,
  portalId: PortalId,
  input: ApplyInput,
): Promise<Applied> {
  const { placed, begun } = await engine.database.inPortal(
    portalId,
    async (db) => {
      const held = await hold(db, portalId, input);
      const work = await begin(db, portalId, input, held.placed, held.entries);
      await input.fence(db);
      return { placed: held.placed, begun: work };
    },
  );
  if (begun.items !== null)
    return { items: begun.items, hints: new Map(), ...leftOf(begun) };
  await engine.checkpoint("attempts-committed");

  const sent = await sendAttempts(engine, portalId, input, begun.attempts);
  await engine.checkpoint("hubspot-answered");
  try {
    return await commitBatch(engine, portalId, { input, placed, begun, sent });
  } catch (error) {
    await keepFacts(engine, portalId, sent.outcomes, begun.edgeClaims);
    throw error;
  }
}

/** What follows HubSpot's answers: links, journal and attention, then associations, then the batch's end. */
async function commitBatch(
  engine: Engine,
  portalId: PortalId,
  {
    input,
    placed,
    begun,
    sent,
  }: {
    readonly input: ApplyInput;
    readonly placed: readonly Placed[];
    readonly begun: Begun;
    readonly sent: Sent;
  },
): Promise<Applied> {
  const { objectType: type } = input;
  const end = async (
    db: Db,
    settled: readonly AttemptResult[],
    written: readonly WrittenKind[],
  ): Promise<Applied> => {
    for (const each of written)
      await commitEdges(db, portalId, each.kind, each.writes, each.written);
    await storeAnswers(
      db,
      portalId,
      begun.edgeClaims.map(({ id }) => ({
        id,
        answer: { kind: "result" },
        settled: true,
      })),
    );
    const unfinished = new Set<RecordId>([
      ...begun.woken,
      ...settled.filter((one) => !one.done).map((one) => one.attempt.recordId),
      ...written.flatMap((each) => [...each.written.incomplete]),
    ]);
    const items = itemsOf(type, placed, begun, settled);
    await finishDirty(db, portalId, type, {
      placed,
      passedBy: begun,
      unfinished,
    });
    await wakeSwaps(
      db,
      portalId,
      type,
      settled.flatMap(({ attempt, waitsForField }) =>
        waitsForField ? [attempt.recordId] : [],
      ),
    );
    await input.finish(db, items);
    await queueOutsideRechecks(db, portalId, type, {
      rules: input.rules,
      placed: placed.filter((plan) => !begun.moved.has(plan)),
      open: new Set([
        ...unfinished,
        ...begun.claimed,
        ...refusedWhole(settled),
      ]),
    });
    const hints = settled.flatMap(({ attempt, hint }) =>
      hint === null ? [] : [[attempt.recordId, hint] as const],
    );
    return { items, hints: new Map(hints), ...leftOf(begun) };
  };
  const { settled, edgeWrites, ended } = await commitAll(engine, portalId, {
    input,
    begun,
    sent,
    end,
  });
  if (sent.interrupted !== null) {
    await putOffUnsent(engine, portalId, input, begun.attempts, sent);
    throw sent.interrupted instanceof Error
      ? sent.interrupted
      : new Error("interrupted", { cause: sent.interrupted });
  }
  if (ended !== null) return ended;
  const written = await writeEdges(engine, portalId, input, begun, edgeWrites);
  return engine.database.inPortal(portalId, async (db) => {
    const applied = await end(db, settled, written);
    await input.fence(db);
    return applied;
  });
}

/** The records whose write HubSpot refused without blaming a field. */
const refusedWhole = (settled: readonly AttemptResult[]): RecordId[] =>
  settled.flatMap(({ attempt, outcome, code }) =>
    outcome === "failed" && code !== "field_parked" ? [attempt.recordId] : [],
  );

const leftOf = ({
  moved,
  claimed,
}: Begun): Pick<Applied, "moved" | "claimed"> => ({
  moved: [...moved],
  claimed: [...claimed],
});

/** The records whose parents are HubSpot's turn now: those that stood already, and those just created. */
function edgeWritesAfter(
  begun: Begun,
  settled: readonly AttemptResult[],
): EdgeWrite[] {
  const open = new Set(
    settled.filter((one) => !one.done).map((one) => one.attempt.recordId),
  );
  const created = settled.flatMap(({ attempt, objectId, done }): EdgeWrite[] =>
    attempt.operation === "create" && done && objectId !== null
      ? edgeWritesOf(attempt.plan, attempt.recordId, objectId)
      : [],
  );
  return [
    ...begun.edgeWrites.filter(({ recordId }) => !open.has(recordId)),
    ...created,
  ];
}

/** What HubSpot made of the writes of one kind. */
interface WrittenKind {
  readonly kind: ParentKind;
  readonly writes: readonly EdgeWrite[];
  readonly written: EdgesWritten;
}

async function writeEdges(
  engine: Engine,
  portalId: PortalId,
  input: ApplyInput,
  begun: Begun,
  writes: readonly EdgeWrite[],
): Promise<WrittenKind[]> {
  const kinds = parentKindsOf(input.objectType);
  if (kinds.length > 0)
    await engine.checkpoint("between-creation-and-association");
  const done: WrittenKind[] = [];
  for (const kind of kinds) {
    const ofKind = writes.filter(({ edges }) => edges.kind === kind);
    if (ofKind.length === 0) continue;
    const written = await writeEdgesOfKind(engine, portalId, {
      input,
      begun,
      kind,
      writes: ofKind,
      ofBatch: writes,
    });
    done.push({ kind, writes: ofKind, written });
  }
  return done;
}

async function writeEdgesOfKind(
  engine: Engine,
  portalId: PortalId,
  {
    input,
    begun,
    kind,
    writes,
    ofBatch,
  }: {
    readonly input: ApplyInput;
    readonly begun: Begun;
    readonly kind: ParentKind;
    readonly writes: readonly EdgeWrite[];
    readonly ofBatch: readonly EdgeWrite[];
  },
): Promise<EdgesWritten> {
  try {
    return await sendEdges(
      engine.hubspot.portal(portalId),
      kind,
      writes,
      input.options,
    );
  } catch (error) {
    // The pairs themselves are carried out; what HubSpot does not allow of their parents stays open.
    if (error instanceof CapabilityMissingError) {
      await noteMissing(engine, portalId, input.fence, error);
      return {
        confirmed: [],
        removed: [],
        incomplete: new Set(writes.map(({ recordId }) => recordId)),
      };
    }
    await engine.database.inPortal(portalId, async (db) => {
      await storeAnswers(
        db,
        portalId,
        begun.edgeClaims.map(({ id }) => ({
          id,
          answer: { kind: "not-sent" },
          settled: true,
        })),
      );
      await keepDirty(
        db,
        portalId,
        input.objectType,
        ofBatch.flatMap(({ plan }) => seenOf(plan)),
      );
    });
    throw error;
  }
}

/** HubSpot, or a missing scope, stopped the batch midway: what was not sent is looked at again. */
async function putOffUnsent(
  engine: Engine,
  portalId: PortalId,
  input: ApplyInput,
  attempts: readonly Attempt[],
  { outcomes }: Sent,
): Promise<void> {
  const unsent = attempts.filter((attempt) => {
    const outcome = outcomes.get(attempt.id);
    return outcome?.kind === "unknown";
  });
  await engine.database.inPortal(portalId, (db) =>
    keepDirty(
      db,
      portalId,
      input.objectType,
      unsent.flatMap(({ plan }) => seenOf(plan)),
    ),
  );
}

/**
 * Settles what HubSpot answered; and where no associations are to follow, ends the batch in the same transaction.
 */
async function commitAll(
  engine: Engine,
  portalId: PortalId,
  {
    input,
    begun,
    sent: { outcomes, interrupted },
    end,
  }: {
    readonly input: ApplyInput;
    readonly begun: Begun;
    readonly sent: Sent;
    readonly end: (
      db: Db,
      settled: readonly AttemptResult[],
      written: readonly WrittenKind[],
    ) => Promise<Applied>;
  },
): Promise<{
  readonly settled: readonly AttemptResult[];
  readonly edgeWrites: readonly EdgeWrite[];
  readonly ended: Applied | null;
}> {
  if (begun.attempts.length === 0)
    return { settled: [], edgeWrites: begun.edgeWrites, ended: null };
  return engine.database.inPortal(portalId, async (db) => {
    const settled = await commitResponses(db, portalId, input.objectType, {
      rules: input.rules,
      account: input.account,
      initiator: input.initiator,
      attempts: begun.attempts,
      outcomes,
      hinted: input.hinted,
    });
    const edgeWrites = edgeWritesAfter(begun, settled);
    const ended =
      edgeWrites.length === 0 && interrupted === null
        ? await end(db, settled, [])
        : null;
    await queueChangedRechecks(db, portalId, input.objectType, settled);
    await input.fence(db);
    return { settled, edgeWrites, ended };
  });
}
