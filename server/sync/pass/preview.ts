import type { PortalId, RecordId } from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import { noFence } from "../../database/fence.ts";
import type { Engine } from "../engine.ts";
import type { BatchRequest } from "../pairs/batch-request.ts";
import { gather } from "../pairs/gather.ts";
import type { Gathered } from "../pairs/gather.ts";
import type { Rules, Trigger } from "../model.ts";
import { parentStatusLoader } from "./parent-status.ts";
import type { PassInput } from "./pass-input.ts";
import { planEdges } from "../associations/plan-edges.ts";
import type { EdgeReading } from "../associations/plan-edges.ts";
import { edgesOfKind } from "../decide/plan.ts";
import type { Planned } from "../decide/plan.ts";
import type { LoadEdges } from "../associations/stored-edges.ts";
import { askFor, brakeAll, edgeLoader, planAll } from "./plan-batch.ts";
import { settleRemovals } from "./settle-removals.ts";
import { syncParentsFirst } from "./sync-parents-first.ts";
import { tryParents } from "./try-parents.ts";

/** How often a pair that was linked while it was gathered is gathered again. */
const rounds = 4;

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

/** A batch to look at, by the stored settings or by those of a try-out. */
export type PreviewInput = Omit<
  PassInput,
  "trigger" | "account" | "fence" | "finish"
> &
  Pick<BatchRequest, "trial">;

/**
 * Returns what each of several triggers would make of the same pairs, in their order, with HubSpot and Postgres read
 * once; and the parents that the first one would create first, which are not created. The first trigger is the one
 * whose look-ups are made, so one of the workspace's belongs first.
 */
export async function previewEach(
  engine: Engine,
  portalId: PortalId,
  input: PreviewInput,
  triggers: readonly [Trigger, ...Trigger[]],
): Promise<{
  gathered: Gathered;
  plans: readonly (readonly Planned[])[];
  parents: readonly CreatedParents[];
}> {
  const whole = await gatherWhole(engine, portalId, input, triggers[0]);
  const gathered = {
    ...whole,
    pairs: await tryParents(engine, portalId, input, whole),
  };
  const plans: (readonly Planned[])[] = [];
  const sources = parentKindsOf(input.objectType).map((kind) => ({
    kind,
    loadEdges: edgesOnce(edgeLoader(engine, portalId, kind)),
    edges: input.edges,
  }));
  for (const trigger of triggers) {
    let planned: readonly Planned[] = await brakeAll(engine, portalId, {
      gathered,
      input: { objectType: input.objectType, trigger },
      isSettled: () => true,
      planned: planAll(gathered, trigger),
    });
    for (const source of sources) {
      const { kind, edges, loadEdges } = source;
      planned = await planEdges(engine, portalId, kind, {
        rules: gathered.rules,
        input: { trigger, edges, loadEdges, priority: input.priority },
        planned,
      });
      source.edges = learnedBy(kind, edges, planned);
    }
    plans.push(settleRemovals(gathered.rules, trigger, planned));
  }
  const parents: CreatedParents[] = [];
  for (const { kind } of sources) {
    const ids = await parentsToCreate(engine, portalId, kind, {
      rules: gathered.rules,
      input: { ...input, trigger: triggers[0] },
      planned: plans[0] ?? [],
    });
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
  {
    rules,
    input,
    planned,
  }: {
    readonly rules: Rules;
    readonly input: Omit<PassInput, "account" | "fence" | "finish">;
    readonly planned: readonly Planned[];
  },
): Promise<readonly RecordId[]> {
  const parents: RecordId[] = [];
  const { bring: choice } = parentRules(rules.settings, kind);
  await syncParentsFirst(engine, portalId, kind, {
    rules,
    input: {
      ...input,
      account: { source: "preview", by: "", runId: null },
      fence: noFence,
      bring: { [kind.name]: choice === "never" ? "never" : "if-missing" },
    },
    planned,
    runPass: (_engine, _portalId, { recordIds = [] }) => {
      parents.push(...recordIds);
      return Promise.resolve({ items: [], claimed: [] });
    },
  });
  return parents;
}

/** Gathers for a preview, and again if a pair was linked meanwhile whose object was not asked for. */
async function gatherWhole(
  engine: Engine,
  portalId: PortalId,
  input: PreviewInput,
  trigger: Trigger,
): Promise<Gathered> {
  for (let round = 1; ; round++) {
    const gathered = await gather(
      engine,
      portalId,
      { ...askFor(input, trigger, []), trial: input.trial },
      parentStatusLoader(engine, portalId, input),
    );
    if (
      round === rounds ||
      gathered.pairs.every(({ reading }) => reading !== "not-asked")
    )
      return gathered;
  }
}
