import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import { noFence } from "../../database/fence.ts";
import { apply } from "../apply/apply.ts";
import { brake } from "../brake/brake.ts";
import { isHeldBack, movementsOf, withoutWrites } from "../brake/pure/judge.ts";
import { decide } from "../decide/decide.ts";
import type { Engine } from "../engine.ts";
import { gather } from "../pairs/gather.ts";
import type { BatchRequest } from "../pairs/batch-request.ts";
import type { Gathered } from "../pairs/gather.ts";
import type { Rules, Trigger } from "../model.ts";
import { parentStatusLoader } from "./parent-status.ts";
import type { PassInput, PassResult, RunPass } from "./pass-input.ts";
import { planEdges } from "../associations/plan-edges.ts";
import type { EdgeReading } from "../associations/plan-edges.ts";
import { edgesOfKind } from "../decide/plan.ts";
import type { PassItem, Planned } from "../decide/plan.ts";
import { loadStoredEdges } from "../associations/stored-edges.ts";
import type { LoadEdges } from "../associations/stored-edges.ts";
import { syncParentsFirst } from "./sync-parents-first.ts";

/** How often a batch, or what is left of it, is matched and decided anew. */
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
  // A creation that met an existing object is matched with it; a pair that moved on meanwhile is decided anew. Both
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

/** A round without apply: what is to happen next. Written is only what merges in HubSpot have settled, and parents. */
async function planRound(
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
  hints: readonly ObjectId[],
  runParents: RunPass,
): Promise<{ gathered: Gathered; planned: readonly Planned[] }> {
  const loadStatus = parentStatusLoader(engine, portalId, input);
  const ask = askFor(input, input.trigger, hints);
  const gathered = await gather(engine, portalId, ask, loadStatus);
  const planned = await brakeAll(
    engine,
    portalId,
    gathered,
    input,
    input.isSettled ?? noneIsSettled,
    planAll(gathered, input.trigger),
  );
  const edged = await planAllEdges(engine, portalId, gathered, input, planned);
  const pending = new Set<RecordId>();
  let any = false;
  for (const kind of parentKindsOf(input.objectType)) {
    const synced = await syncParentsFirst(
      engine,
      portalId,
      kind,
      gathered.rules,
      input,
      edged,
      runParents,
    );
    any ||= synced.any;
    for (const id of synced.pending) pending.add(id);
  }
  if (!any) return { gathered, planned: edged };
  // Parents were synced: what is known of them, and which edges have two live ends, is another now.
  const records = planned.flatMap(({ pair }) => {
    const record =
      pair.record === null
        ? undefined
        : gathered.stored.records.get(pair.record.id);
    return record === undefined ? [] : [record];
  });
  const statusOf = await loadStatus(
    records,
    planned.flatMap(({ object }) => object ?? []),
  );
  const again = planned.map((before): Planned => {
    if (isHeldBack(before)) return before;
    const record =
      before.pair.record === null
        ? null
        : (gathered.stored.records.get(before.pair.record.id) ?? null);
    const pair = {
      ...before.pair,
      parents: statusOf(record, before.object),
    };
    return {
      ...before,
      pair,
      decision: decide(gathered.rules, pair, input.trigger),
    };
  });
  const edgedAgain = await planAllEdges(
    engine,
    portalId,
    gathered,
    input,
    again,
  );
  return {
    gathered,
    planned: await withPendingParents(
      engine,
      portalId,
      input.objectType,
      pending,
      edgedAgain,
    ),
  };
}

/** Marks the children whose parent was to go first and is not finished. */
async function withPendingParents(
  engine: Engine,
  portalId: PortalId,
  type: PassInput["objectType"],
  pending: ReadonlySet<RecordId>,
  planned: readonly Planned[],
): Promise<readonly Planned[]> {
  if (pending.size === 0) return planned;
  const childIds = planned.flatMap(({ pair }) => pair.record?.id ?? []);
  const waiting = new Set(
    planned.flatMap(({ pair: { record } }) =>
      record !== null && pending.has(record.companyId ?? "") ? [record.id] : [],
    ),
  );
  for (const kind of parentKindsOf(type)) {
    if (kind.primary !== null) continue;
    const { workspace } = await edgeLoader(
      engine,
      portalId,
      kind,
    )(childIds, []);
    for (const [id, edges] of workspace)
      if (edges.some(({ parentId }) => pending.has(parentId))) waiting.add(id);
  }
  return planned.map((plan) =>
    !isHeldBack(plan) && waiting.has(plan.pair.record?.id ?? "")
      ? { ...plan, parentPending: true }
      : plan,
  );
}

/** The edges of each kind, one kind after the other. */
async function planAllEdges(
  engine: Engine,
  portalId: PortalId,
  { rules }: Gathered,
  input: Pick<PassInput, "objectType" | "trigger" | "edges" | "priority">,
  planned: readonly Planned[],
): Promise<readonly Planned[]> {
  let edged = planned;
  for (const kind of parentKindsOf(input.objectType))
    edged = await planEdges(
      engine,
      portalId,
      kind,
      rules,
      { ...input, loadEdges: edgeLoader(engine, portalId, kind) },
      edged,
    );
  return edged;
}

const edgeLoader =
  (engine: Engine, portalId: PortalId, kind: ParentKind): LoadEdges =>
  (childIds, parentObjectIds) =>
    engine.database.inPortal(portalId, (db) =>
      loadStoredEdges(db, portalId, kind, childIds, parentObjectIds),
    );

/** The same, asked once per list: for several plans of the same pairs. */
function edgesOnce(load: LoadEdges): LoadEdges {
  const loaded = new Map<string, ReturnType<LoadEdges>>();
  return (...ids) => {
    const key = JSON.stringify(ids);
    const found = loaded.get(key) ?? load(...ids);
    loaded.set(key, found);
    return found;
  };
}

/** Parents of one kind that HubSpot lacks and that a push would create first. */
export interface CreatedParents {
  readonly kind: ParentKind;
  readonly ids: readonly RecordId[];
}

/**
 * Returns what each of several triggers would make of the same pairs, in their order, with HubSpot and Postgres read
 * once; and the parents that the first one would create first, which are not created. The first trigger is the one
 * whose look-ups are made, so one of the workspace's belongs first.
 */
export async function previewEach(
  engine: Engine,
  portalId: PortalId,
  input: Omit<PassInput, "trigger" | "account" | "fence" | "finish">,
  triggers: readonly [Trigger, ...Trigger[]],
): Promise<{
  gathered: Gathered;
  plans: readonly (readonly Planned[])[];
  parents: readonly CreatedParents[];
}> {
  const gathered = await gatherWhole(engine, portalId, input, triggers[0]);
  const plans: (readonly Planned[])[] = [];
  const sources = parentKindsOf(input.objectType).map((kind) => ({
    kind,
    loadEdges: edgesOnce(edgeLoader(engine, portalId, kind)),
    edges: input.edges,
  }));
  for (const trigger of triggers) {
    let planned: readonly Planned[] = await brakeAll(
      engine,
      portalId,
      gathered,
      { objectType: input.objectType, trigger },
      () => true,
      planAll(gathered, trigger),
    );
    for (const source of sources) {
      const { kind, edges, loadEdges } = source;
      planned = await planEdges(
        engine,
        portalId,
        kind,
        gathered.rules,
        { trigger, edges, loadEdges, priority: input.priority },
        planned,
      );
      source.edges = learnedBy(kind, edges, planned);
    }
    plans.push(planned);
  }
  const parents: CreatedParents[] = [];
  for (const { kind } of sources) {
    const ids = await parentsToCreate(
      engine,
      portalId,
      kind,
      gathered.rules,
      { ...input, trigger: triggers[0] },
      plans[0] ?? [],
    );
    if (ids.length > 0) parents.push({ kind, ids });
  }
  return { gathered, plans, parents };
}

/** What a plan has read of HubSpot's edges is known to the next. */
function learnedBy(
  kind: ParentKind,
  edges: EdgeReading,
  planned: readonly Planned[],
): EdgeReading {
  if (edges.kind === "known") return edges;
  const byChild = new Map(
    planned.flatMap((plan) => {
      const theirs = edgesOfKind(plan, kind);
      return plan.pair.object === null || theirs === undefined
        ? []
        : [[plan.pair.object.id, theirs.hubspot] as const];
    }),
  );
  return byChild.size === 0
    ? edges
    : { kind: "known", byKind: new Map([[kind.name, byChild]]) };
}

async function parentsToCreate(
  engine: Engine,
  portalId: PortalId,
  kind: ParentKind,
  rules: Rules,
  input: Omit<PassInput, "account" | "fence" | "finish">,
  planned: readonly Planned[],
): Promise<readonly RecordId[]> {
  const parents: RecordId[] = [];
  const { bring: choice } = parentRules(rules.settings, kind);
  await syncParentsFirst(
    engine,
    portalId,
    kind,
    rules,
    {
      ...input,
      account: { source: "preview", by: "", runId: null },
      fence: noFence,
      bring: { [kind.name]: choice === "never" ? "never" : "if-missing" },
    },
    planned,
    (_engine, _portalId, { recordIds = [] }) => {
      parents.push(...recordIds);
      return Promise.resolve({ items: [], claimed: [] });
    },
  );
  return parents;
}

/** Gathers for a preview, and again if a pair was linked meanwhile whose object was not asked for. */
async function gatherWhole(
  engine: Engine,
  portalId: PortalId,
  input: Omit<PassInput, "trigger" | "account" | "fence" | "finish">,
  trigger: Trigger,
): Promise<Gathered> {
  for (let round = 1; ; round++) {
    const gathered = await gather(
      engine,
      portalId,
      askFor(input, trigger, []),
      parentStatusLoader(engine, portalId, input),
    );
    if (
      round === rounds ||
      gathered.pairs.every(({ reading }) => reading !== "not-asked")
    )
      return gathered;
  }
}

const askFor = (
  input: Omit<PassInput, "trigger" | "account" | "fence">,
  trigger: Trigger,
  hints: readonly ObjectId[],
): BatchRequest => ({
  objectType: input.objectType,
  recordIds: input.recordIds ?? [],
  objectIds: input.objectIds ?? [],
  objects: input.objects ?? [],
  deletedByEvent: input.deletedByEvent ?? new Set(),
  hints,
  trigger,
  priority: input.priority,
  signal: input.signal,
});

const planAll = (gathered: Gathered, trigger: Trigger): Planned[] =>
  gathered.pairs.map((pair) => {
    const plan: Planned = {
      pair,
      decision: decide(gathered.rules, pair, trigger),
      edges: [],
      object:
        pair.object === null
          ? null
          : (gathered.objects.get(pair.object.id) ?? null),
    };
    return trigger.refused === true
      ? { ...plan, decision: withoutWrites(plan) }
      : plan;
  });

/** The brake's word on a batch, as it stands: apply judges again when it writes. */
const brakeAll = (
  engine: Engine,
  portalId: PortalId,
  { rules }: Gathered,
  { objectType, trigger }: Pick<PassInput, "objectType" | "trigger">,
  isSettled: NonNullable<PassInput["isSettled"]>,
  planned: readonly Planned[],
): Promise<Planned[]> =>
  planned.some(({ decision }) => movementsOf(decision).length > 0)
    ? engine.database.inPortal(portalId, (db) =>
        brake(
          db,
          portalId,
          { objectType, rules, trigger, isSettled },
          planned,
          false,
        ),
      )
    : Promise.resolve([...planned]);

const noneIsSettled = (): boolean => false;

/** A trigger for automatic work of a side. */
export const automatic = (initiator: Trigger["initiator"]): Trigger => ({
  initiator,
  manual: false,
  bypassConditions: false,
  retryParked: false,
});
