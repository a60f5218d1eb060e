import type { CallOptions } from "../../hubspot/gateway.ts";
import type { ObjectId, PortalId } from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { edgesOf, workspaceEdgesMoved } from "./stored-edges.ts";
import type { HubSpotEdges } from "../decide/plan.ts";
import type { LoadEdges, StoredEdges } from "./stored-edges.ts";
import type { Engine } from "../engine.ts";
import { holdBack, STALE } from "../decide/decide.ts";
import { mergeEdges } from "../decide/three-way-edges.ts";
import { mayFlow } from "../decide/three-way-fields.ts";
import type { Rules, Trigger } from "../model.ts";
import { isRemoval } from "../decide/pipelines.ts";
import { edgesOfKind } from "../decide/plan.ts";
import type { Planned } from "../decide/plan.ts";

/** HubSpot's parents of a batch: by the name of the kind, then by the child's id. */
export type KnownEdges = ReadonlyMap<
  string,
  ReadonlyMap<ObjectId, HubSpotEdges>
>;

/**
 * How HubSpot's parents of a batch are learned: a page brought them along; they are read for all (changed pull,
 * association events, a press); or only where the workspace's edges have moved or were never settled.
 */
export type EdgeReading =
  | {
      readonly kind: "known";
      readonly byKind: KnownEdges;
    }
  | { readonly kind: "read" }
  | { readonly kind: "if-moved" };

/** Adds to each pair that is linked, or will be, what must happen to its parents of a kind. */
export async function planEdges(
  engine: Engine,
  portalId: PortalId,
  kind: ParentKind,
  {
    rules,
    input,
    planned,
  }: {
    readonly rules: Rules;
    readonly input: {
      readonly trigger: Trigger;
      readonly edges: EdgeReading;
      readonly loadEdges: LoadEdges;
      readonly priority: CallOptions["priority"];
    };
    readonly planned: readonly Planned[];
  },
): Promise<Planned[]> {
  return withoutVanished(
    engine,
    portalId,
    kind,
    input.priority,
    await mergeAllEdges(engine, portalId, kind, { rules, input, planned }),
  );
}

async function mergeAllEdges(
  engine: Engine,
  portalId: PortalId,
  kind: ParentKind,
  {
    rules,
    input,
    planned,
  }: {
    readonly rules: Rules;
    readonly input: {
      readonly trigger: Trigger;
      readonly edges: EdgeReading;
      readonly loadEdges: LoadEdges;
      readonly priority: CallOptions["priority"];
    };
    readonly planned: readonly Planned[];
  },
): Promise<Planned[]> {
  const concerned = planned.filter(linksBothSides);
  if (concerned.length === 0) return [...planned];
  const childIds = concerned.flatMap(({ pair }) => pair.record?.id ?? []);
  const stop = rules.missing?.edges[kind.name] ?? { read: false, write: false };
  const known =
    stop.read && input.edges.kind === "read"
      ? new Map<ObjectId, HubSpotEdges>()
      : await learnEdges(engine, portalId, kind, input, concerned);
  const stored = await input.loadEdges(childIds, parentsOf(known));

  const moved = concerned.filter(
    ({ pair, decision }) =>
      pair.object !== null &&
      decision.hubspot.kind !== "create" &&
      (!isSettled(pair, kind) ||
        (pair.record !== null && workspaceEdgesMoved(stored, pair.record.id))),
  );
  const lacking = input.edges.kind === "if-moved" && !stop.read ? moved : [];
  const read = await readEdges(engine, portalId, kind, lacking, input.priority);
  const whole =
    read.size === 0 ? stored : await input.loadEdges(childIds, parentsOf(read));

  const flow = mayFlow(rules, input.trigger);
  const may = { ...flow, toHubSpot: flow.toHubSpot && !stop.write };
  const withEdges = (
    plan: Planned,
    hubspot: HubSpotEdges,
    from: StoredEdges,
  ): Planned => {
    const outcome = mergeEdges({
      edges: edgesOf(from, plan.pair.record?.id ?? null, hubspot),
      hubspotComplete: hubspot.complete,
      settledBefore:
        plan.pair.link?.state === "live" && isSettled(plan.pair, kind),
      policy: rules.settings[kind.from].policy,
      trigger: input.trigger,
      may,
    });
    const { manual, confirmed } = input.trigger;
    if (manual && confirmed !== true && outcome.undoes !== undefined)
      return {
        ...plan,
        edges: [],
        decision: holdBack(
          rules,
          plan.pair,
          input.trigger,
          false,
          descriptorOf(kind.to).names.label.singular,
        ),
      };
    return {
      ...plan,
      edges: [
        ...otherEdges(plan, kind),
        {
          kind,
          hubspot,
          outcome,
          waiting: hubspot.edges.flatMap(({ toId }) =>
            from.recordOf.has(toId) ? [] : [toId],
          ),
        },
      ],
      ...(stop.write && outcome.waiting ? { edgesStopped: true } : {}),
    };
  };
  const unread = (plan: Planned): Planned =>
    stop.read && moved.includes(plan) ? { ...plan, edgesStopped: true } : plan;
  const edged = planned.map((plan): Planned => {
    if (!concerned.includes(plan)) return plan;
    const { pair, decision } = plan;
    if (decision.hubspot.kind === "create")
      return withEdges(plan, nothingYet, whole);
    const hubspot =
      pair.object === null
        ? undefined
        : (read.get(pair.object.id) ?? known.get(pair.object.id));
    return hubspot === undefined
      ? unread(plan)
      : withEdges(plan, hubspot, whole);
  });
  const doubtful = edged.filter((plan) => needsFreshList(plan, kind));
  if (doubtful.length === 0) return edged;
  if (stop.read)
    return edged.map((plan) =>
      doubtful.includes(plan)
        ? { ...plan, edges: otherEdges(plan, kind), edgesStopped: true }
        : plan,
    );
  const fresh = await readEdges(
    engine,
    portalId,
    kind,
    doubtful,
    input.priority,
  );
  const again = await input.loadEdges(childIds, parentsOf(fresh));
  return edged.map((plan) => {
    const hubspot =
      doubtful.includes(plan) && plan.pair.object !== null
        ? fresh.get(plan.pair.object.id)
        : undefined;
    return hubspot === undefined ? plan : withEdges(plan, hubspot, again);
  });
}

const parentsOf = (
  lists: ReadonlyMap<ObjectId, HubSpotEdges>,
): readonly ObjectId[] =>
  [...lists.values()].flatMap(({ edges }) => edges.map(({ toId }) => toId));

const isSettled = ({ link }: Planned["pair"], { name }: ParentKind): boolean =>
  link?.edgesSettled.includes(name) === true;

const otherEdges = (
  { edges }: Planned,
  { name }: ParentKind,
): Planned["edges"] => edges.filter(({ kind }) => kind.name !== name);

/**
 * A page's list may be older than what we wrote since, and it lacks the existing labels: whatever would move edges
 * of a record that has been settled before, or relabel one, is decided on a list of its own.
 */
function needsFreshList(plan: Planned, kind: ParentKind): boolean {
  const edges = edgesOfKind(plan, kind);
  if (edges?.hubspot.labelled !== false) return false;
  const { outcome } = edges;
  if (outcome.primaryInHubSpot?.inHubSpot === true) return true;
  return (
    isSettled(plan.pair, kind) &&
    (outcome.addToWorkspace.length > 0 ||
      outcome.removeFromWorkspace.length > 0 ||
      outcome.removeFromHubSpot.length > 0 ||
      outcome.primaryInWorkspace !== undefined)
  );
}

/**
 * HubSpot says the same of an object without parents and of one that is not there. Before all parents of a record are
 * removed, its object is asked for once more: one that has been deleted or merged away is read and decided again.
 */
async function withoutVanished(
  engine: Engine,
  portalId: PortalId,
  kind: ParentKind,
  priority: CallOptions["priority"],
  planned: readonly Planned[],
): Promise<Planned[]> {
  const emptied = planned.flatMap((plan) => {
    const edges = edgesOfKind(plan, kind);
    return plan.pair.object !== null &&
      edges?.hubspot.edges.length === 0 &&
      edges.outcome.removeFromWorkspace.length > 0
      ? [plan.pair.object.id]
      : [];
  });
  if (emptied.length === 0) return [...planned];
  const read = await engine.hubspot
    .portal(portalId)
    .read(kind.from, emptied, { properties: [] }, { priority });
  return planned.map((plan): Planned => {
    const id = plan.pair.object?.id;
    return id === undefined || !emptied.includes(id) || read.get(id)?.id === id
      ? plan
      : {
          ...plan,
          pair: { ...plan.pair, reading: "not-asked", object: null },
          edges: [],
        };
  });
}

/** An object that is only being created has no parents in HubSpot that we know of. */
const nothingYet: HubSpotEdges = { edges: [], complete: false };

/** Linked, or to be linked by this decision, and alive on both sides. */
function linksBothSides({ pair, decision }: Planned): boolean {
  // What a record can push goes before it leaves with its pipeline (pass/settle-removals.ts).
  if (isRemoval(decision)) return true;
  if (decision.link.kind === "end" || decision.outcome === "skipped")
    return false;
  if ([STALE, "landed_late", "would_undo"].includes(decision.code))
    return false;
  if (decision.outcome === "failed" || decision.hubspot.kind === "archive")
    return false;
  if (
    decision.workspace.kind === "delete" ||
    decision.workspace.kind === "restore"
  )
    return false;
  return (
    pair.link?.state === "live" ||
    decision.link.kind === "create" ||
    decision.link.kind === "revive"
  );
}

async function learnEdges(
  engine: Engine,
  portalId: PortalId,
  kind: ParentKind,
  input: {
    readonly edges: EdgeReading;
    readonly priority: CallOptions["priority"];
  },
  concerned: readonly Planned[],
): Promise<ReadonlyMap<ObjectId, HubSpotEdges>> {
  if (input.edges.kind === "known")
    return input.edges.byKind.get(kind.name) ?? new Map();
  if (input.edges.kind === "if-moved") return new Map();
  return readEdges(
    engine,
    portalId,
    kind,
    concerned.filter(({ pair }) => pair.object !== null),
    input.priority,
  );
}

async function readEdges(
  engine: Engine,
  portalId: PortalId,
  kind: ParentKind,
  planned: readonly Planned[],
  priority: CallOptions["priority"],
): Promise<ReadonlyMap<ObjectId, HubSpotEdges>> {
  const ids = planned.flatMap(({ pair }) => pair.object?.id ?? []);
  if (ids.length === 0) return new Map();
  return engine.hubspot
    .portal(portalId)
    .readAssociations(kind, ids, { priority });
}
