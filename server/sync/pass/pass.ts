import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import { apply } from "../apply/apply.ts";
import type { Engine } from "../engine.ts";
import type { Gathered } from "../pairs/gather.ts";
import type { PassInput, PassResult, RunPass } from "./pass-input.ts";
import type { PassItem } from "../decide/plan.ts";
import { noneIsSettled, planRound } from "./plan-batch.ts";

/** How often a batch, or what is left of it, is matched and decided again. */
const rounds = 4;
const unsettledCodes = new Set(["exists_already", "moved_on"]);
const isUnsettled = ({ code }: PassItem): boolean => unsettledCodes.has(code);

/**
 * One batch through gather, assign, decide, apply and journal. Every flow is this. The parents that go first go through
 * `runParents`, so that what stops one of them stops none of the children.
 */
export async function runPass(
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
  runParents: RunPass,
): Promise<PassResult> {
  const { objects, ...result } = await passRound(
    engine,
    portalId,
    input,
    runParents,
    { round: 1, hints: [], ended: [] },
  );
  await input.afterRead?.(objects);
  return result;
}

type RoundResult = PassResult & Pick<Gathered, "objects">;

async function passRound(
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
  runParents: RunPass,
  {
    round,
    hints,
    ended,
  }: {
    readonly round: number;
    readonly hints: readonly ObjectId[];
    /** What earlier rounds have brought to an end. */
    readonly ended: readonly PassItem[];
  },
): Promise<RoundResult> {
  const { gathered, planned } = await planRound(
    engine,
    portalId,
    input,
    hints,
    runParents,
  );
  await engine.checkpoint("decided");
  await input.after;
  const applied = await apply(engine, portalId, {
    objectType: input.objectType,
    rules: gathered.rules,
    stored: gathered.stored,
    planned,
    account: input.account,
    initiator: input.trigger.initiator,
    trigger: input.trigger,
    isSettled: input.isSettled ?? noneIsSettled,
    creationMode: gathered.rules.uniqueProperty ? "upsert" : "create",
    options: { priority: input.priority },
    hinted: new Set(hints),
    isLastRound: round === rounds,
    fence: input.fence,
    // Told of once, when the last of it has ended: a run is not done, nor its place moved on, before its counts are whole.
    finish: async (db, items) => {
      if (round < rounds && items.some(isUnsettled)) return;
      await input.finish?.(db, [...ended, ...items]);
    },
  });
  // A creation that met an existing object is matched with it; a pair that moved on meanwhile is decided again. Both
  // are dirty, so that a death between the rounds loses neither.
  const recordIds = [
    ...applied.hints.keys(),
    ...applied.moved.flatMap(({ pair }) => pair.record?.id ?? []),
  ];
  // An object that was only about to be linked is asked for by its own id, or nothing would lead to it.
  const objectIds = applied.moved.flatMap(({ pair: { object, link } }) =>
    object !== null && link?.state !== "live" ? [object.id] : [],
  );
  const result = {
    items: applied.items,
    claimed: applied.claimed,
    objects: gathered.objects,
  };
  if (recordIds.length + objectIds.length === 0 || round === rounds)
    return result;
  const more = await passRound(
    engine,
    portalId,
    { ...input, recordIds, objectIds, objects: [] },
    runParents,
    {
      round: round + 1,
      hints: [...applied.hints.values()],
      ended: [...ended, ...applied.items.filter((item) => !isUnsettled(item))],
    },
  );
  return {
    ...result,
    claimed: [...applied.claimed, ...more.claimed],
    // The latest reading of each: what a first one still showed may have been overwritten by another lane since.
    objects: new Map([...result.objects, ...more.objects]),
    items: [
      ...result.items.filter((item) => !isUnsettled(item)),
      ...more.items,
    ],
  };
}
