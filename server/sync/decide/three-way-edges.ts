import type { ObjectId, RecordId } from "../../settings/object-type.ts";
import type { Policy } from "../../settings/mapping.ts";
import type { Trigger } from "../model.ts";

/** One parent of a record whose two ends are live-linked, and what each side and the base say of it. */
export interface Edge {
  readonly parentId: RecordId;
  readonly parentObjectId: ObjectId;
  readonly inWorkspace: boolean;
  readonly inHubSpot: boolean;
  readonly inBase: boolean;
  readonly primaryInWorkspace: boolean;
  readonly primaryInHubSpot: boolean;
  readonly primaryInBase: boolean;
}

export interface EdgeCase {
  readonly edges: readonly Edge[];
  /** HubSpot's list was read to its end: without that, an absent edge says nothing. */
  readonly hubspotComplete: boolean;
  /** The edges have been settled before; if not, both sides' edges are united. */
  readonly settledBefore: boolean;
  readonly policy: Policy;
  readonly trigger: Pick<Trigger, "initiator" | "manual" | "opens">;
  readonly may: { readonly toWorkspace: boolean; readonly toHubSpot: boolean };
}

export interface EdgeOutcome {
  readonly addToWorkspace: readonly Edge[];
  readonly removeFromWorkspace: readonly Edge[];
  readonly addToHubSpot: readonly Edge[];
  readonly removeFromHubSpot: readonly Edge[];
  /** undefined: stays as it is. null: none. */
  readonly primaryInWorkspace?: Edge | null;
  readonly primaryInHubSpot?: Edge;
  /** By hand: the other side's newer primary parent gives way, so that a person is asked first. */
  readonly undoes?: { readonly lost: Edge; readonly kept: Edge };
  /** Edges that both sides have once this is carried out: the next base. */
  readonly base: readonly { readonly edge: Edge; readonly primary: boolean }[];
  /** Something waits for a direction that is switched off, or a removal for HubSpot's whole list. */
  readonly waiting: boolean;
}

/** Three-way merge of a record's edges of one kind, and of its primary parent. Pure. */
export function mergeEdges(it: EdgeCase): EdgeOutcome {
  const fates = it.edges.map((edge) => ({ edge, fate: fateOf(it, edge) }));
  const of = (...wanted: readonly Fate[]): Edge[] =>
    fates.filter(({ fate }) => wanted.includes(fate)).map(({ edge }) => edge);
  const mayPull = it.may.toWorkspace;
  const mayPush = it.may.toHubSpot;
  const newHere = of("new-in-workspace");
  const newThere = of("new-in-hubspot");
  const goneThere = of("gone-in-hubspot");
  const goneHere = of("gone-in-workspace");
  const stands = of("stands");
  const unread = of("unread");

  const standing = new Set([
    ...stands,
    ...(mayPush ? newHere : []),
    ...(mayPull ? newThere : []),
  ]);
  // What waits for a switch or for the end of HubSpot's list keeps its place in the base, or it would look new.
  const kept = new Set([
    ...(mayPull ? [] : goneThere),
    ...(mayPush ? [] : goneHere),
    ...unread,
  ]);
  const primary = mergePrimary(
    it,
    [...stands, ...newHere].find((edge) => edge.primaryInWorkspace),
    [...stands, ...newThere].find((edge) => edge.primaryInHubSpot),
  );
  const settled =
    primary.settled !== undefined &&
    (standing.has(primary.settled) || kept.has(primary.settled))
      ? primary.settled
      : it.edges.find((edge) => kept.has(edge) && edge.primaryInBase);
  return {
    addToWorkspace: mayPull ? newThere : [],
    removeFromWorkspace: mayPull ? goneThere : [],
    addToHubSpot: mayPush ? newHere : [],
    removeFromHubSpot: mayPush ? goneHere : [],
    ...primary.writes,
    ...undoneBy(it, primary.writes),
    base: it.edges
      .filter((edge) => standing.has(edge) || kept.has(edge))
      .map((edge) => ({ edge, primary: edge === settled })),
    waiting:
      primary.waiting ||
      unread.length > 0 ||
      (!mayPull && newThere.length + goneThere.length > 0) ||
      (!mayPush && newHere.length + goneHere.length > 0),
  };
}

type Fate =
  | "stands"
  | "new-in-workspace"
  | "new-in-hubspot"
  | "gone-in-workspace"
  | "gone-in-hubspot"
  /** Removed in the workspace, while HubSpot's list was not read to its end: a removal waits for that. */
  | "unread"
  | "gone";

/** What has become of one edge. A removal counts only where the base knows the edge and the list was read to its end. */
function fateOf(it: EdgeCase, edge: Edge): Fate {
  const known = edge.inBase && it.settledBefore;
  if (edge.inWorkspace && edge.inHubSpot) return "stands";
  if (edge.inWorkspace) {
    if (!known) return "new-in-workspace";
    return it.hubspotComplete ? "gone-in-hubspot" : "stands";
  }
  if (edge.inHubSpot && !known) return "new-in-hubspot";
  if (known && !it.hubspotComplete) return "unread";
  return edge.inHubSpot ? "gone-in-workspace" : "gone";
}

/** Whether a press writes its primary parent over one that the other side has chosen since the base. */
function undoneBy(
  it: EdgeCase,
  writes: PrimaryOutcome["writes"],
): Pick<EdgeOutcome, "undoes"> {
  const kept = writes.primaryInWorkspace ?? writes.primaryInHubSpot;
  if (!it.trigger.manual || !it.settledBefore || !kept) return {};
  const ours = writes.primaryInHubSpot === undefined;
  const lost = it.edges.find((edge) =>
    ours ? edge.primaryInWorkspace : edge.primaryInHubSpot,
  );
  return lost === undefined || lost.primaryInBase
    ? {}
    : { undoes: { lost, kept } };
}

interface PrimaryOutcome {
  readonly writes: Pick<EdgeOutcome, "primaryInWorkspace" | "primaryInHubSpot">;
  readonly settled: Edge | undefined;
  readonly waiting: boolean;
}

/** Primary is a single-valued field; a side without one is blank, and a blank overwrites nothing. */
function mergePrimary(
  it: EdgeCase,
  ours: Edge | undefined,
  theirs: Edge | undefined,
): PrimaryOutcome {
  const base = it.settledBefore
    ? it.edges.find((edge) => edge.primaryInBase)
    : undefined;
  // Not seen in a list that was cut off says nothing: it is still the one that was settled.
  const unseen = theirs === undefined && !it.hubspotComplete && ours === base;
  if (ours === theirs || unseen)
    return { writes: {}, settled: ours, waiting: false };

  const winner =
    ours === undefined
      ? theirs
      : theirs === undefined
        ? ours
        : pick(it, ours, theirs, base);
  if (winner === null) return { writes: {}, settled: base, waiting: true };
  if (winner === theirs) {
    return it.may.toWorkspace
      ? {
          writes: { primaryInWorkspace: theirs ?? null },
          settled: theirs,
          waiting: false,
        }
      : { writes: {}, settled: base, waiting: true };
  }
  return it.may.toHubSpot && ours !== undefined
    ? { writes: { primaryInHubSpot: ours }, settled: ours, waiting: false }
    : { writes: {}, settled: base, waiting: true };
}

function pick(
  it: EdgeCase,
  ours: Edge,
  theirs: Edge,
  base: Edge | undefined,
): Edge | null {
  if (it.trigger.manual)
    return it.trigger.initiator === "workspace" ? ours : theirs;
  if (base !== undefined && theirs === base) return ours;
  if (base !== undefined && ours === base) return theirs;
  const named = it.policy === "hubspot" || it.policy === "workspace";
  // Sync now forces nothing: a person's Pull or Push chooses.
  if (it.trigger.opens === "both" && !named) return null;
  const winner = named ? it.policy : it.trigger.initiator;
  return winner === "workspace" ? ours : theirs;
}
