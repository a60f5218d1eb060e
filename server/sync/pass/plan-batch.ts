import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import { brake } from "../brake/brake.ts";
import { isHeldBack, movementsOf, withoutWrites } from "../brake/pure/judge.ts";
import { decide } from "../decide/decide.ts";
import type { Engine } from "../engine.ts";
import { gather } from "../pairs/gather.ts";
import type { BatchRequest } from "../pairs/batch-request.ts";
import type { Gathered } from "../pairs/gather.ts";
import type { Trigger } from "../model.ts";
import { parentStatusLoader } from "./parent-status.ts";
import type { PassInput, RunPass } from "./pass-input.ts";
import { planEdges } from "../associations/plan-edges.ts";
import type { Planned } from "../decide/plan.ts";
import { loadStoredEdges } from "../associations/stored-edges.ts";
import type { LoadEdges } from "../associations/stored-edges.ts";
import { settleRemovals } from "./settle-removals.ts";
import { syncParentsFirst } from "./sync-parents-first.ts";

/**
 * A round without apply: what is to happen next. Written is only what gathering applies and closes (pairs/gather.ts),
 * and parents.
 */
export async function planRound(
  engine: Engine,
  portalId: PortalId,
  input: PassInput,
  hints: readonly ObjectId[],
  runParents: RunPass,
): Promise<{ gathered: Gathered; planned: readonly Planned[] }> {
  const loadStatus = parentStatusLoader(engine, portalId, input);
  const ask = askFor(input, input.trigger, hints);
  const gathered = await gather(engine, portalId, ask, loadStatus);
  const planned = await brakeAll(engine, portalId, {
    gathered,
    input,
    isSettled: input.isSettled ?? noneIsSettled,
    planned: planAll(gathered, input.trigger),
  });
  const edged = await planAllEdges(engine, portalId, gathered, input, planned);
  const pending = new Set<RecordId>();
  let any = false;
  for (const kind of parentKindsOf(input.objectType)) {
    const synced = await syncParentsFirst(engine, portalId, kind, {
      rules: gathered.rules,
      input,
      planned: edged,
      runPass: runParents,
    });
    any ||= synced.any;
    for (const id of synced.pending) pending.add(id);
  }
  if (!any && !edged.some((plan) => lacksSyncedParent(gathered, plan)))
    return { gathered, planned: edged };
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
      parents: statusOf(record, before.object).map((status) => ({
        ...status,
        tried: true as const,
      })),
    };
    const decision = decide(gathered.rules, pair, input.trigger);
    // What is left out after all has no part in associations.
    const edges = decision.outcome === "skipped" ? [] : before.edges;
    return { ...before, pair, decision, edges };
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

/** The portal requires a parent that is synced, and none of the pair's is. */
const lacksSyncedParent = ({ rules }: Gathered, { pair }: Planned): boolean =>
  pair.parents.some(
    ({ kind, linked }) =>
      linked === false && parentRules(rules.settings, kind).require,
  );

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
    edged = await planEdges(engine, portalId, kind, {
      rules,
      input: { ...input, loadEdges: edgeLoader(engine, portalId, kind) },
      planned: edged,
    });
  return settleRemovals(rules, input.trigger, edged);
}

export const edgeLoader =
  (engine: Engine, portalId: PortalId, kind: ParentKind): LoadEdges =>
  (childIds, parentObjectIds) =>
    engine.database.inPortal(portalId, (db) =>
      loadStoredEdges(db, portalId, kind, childIds, parentObjectIds),
    );

export const askFor = (
  input: Omit<PassInput, "trigger" | "account" | "fence">,
  trigger: Trigger,
  hints: readonly ObjectId[],
): BatchRequest => ({
  objectType: input.objectType,
  recordIds: input.recordIds ?? [],
  objectIds: input.objectIds ?? [],
  objects: input.objects ?? [],
  objectProperties: input.objectProperties,
  deletedByEvent: input.deletedByEvent ?? new Set(),
  hints,
  trigger,
  priority: input.priority,
  signal: input.signal,
});

export const planAll = (gathered: Gathered, trigger: Trigger): Planned[] =>
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

/** The brake's verdict on a batch so far: apply judges again when it writes. */
export const brakeAll = (
  engine: Engine,
  portalId: PortalId,
  {
    gathered: { rules },
    input: { objectType, trigger },
    isSettled,
    planned,
  }: {
    readonly gathered: Gathered;
    readonly input: Pick<PassInput, "objectType" | "trigger">;
    readonly isSettled: NonNullable<PassInput["isSettled"]>;
    readonly planned: readonly Planned[];
  },
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

export const noneIsSettled = (): boolean => false;
