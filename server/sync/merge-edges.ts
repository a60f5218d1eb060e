import type { ObjectId, RecordId } from "../settings/object-type.ts";
import type { Policy } from "../settings/mapping.ts";
import type { Trigger } from "./model.ts";

/** One company of a contact whose two ends are live-linked, and what each side and the base say of it. */
export interface Edge {
  readonly companyId: RecordId;
  readonly companyObjectId: ObjectId;
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
  readonly trigger: Pick<Trigger, "initiator" | "manual">;
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
  /** Edges that stand on both sides once this is carried out: the next base. */
  readonly base: readonly { readonly edge: Edge; readonly primary: boolean }[];
  /** Something waits for a direction that is switched off. */
  readonly waiting: boolean;
}

/** Three-way merge of a contact's company edges and of its primary company. Pure. */
export function mergeEdges(it: EdgeCase): EdgeOutcome {
  const addToWorkspace: Edge[] = [];
  const removeFromWorkspace: Edge[] = [];
  const addToHubSpot: Edge[] = [];
  const removeFromHubSpot: Edge[] = [];
  const standing: Edge[] = [];
  let waiting = false;

  for (const edge of it.edges) {
    const known = edge.inBase && it.settledBefore;
    if (
      edge.inWorkspace &&
      (edge.inHubSpot || (known && !it.hubspotComplete))
    ) {
      standing.push(edge);
    } else if (edge.inWorkspace && known) {
      if (it.may.toWorkspace) removeFromWorkspace.push(edge);
      else waiting = true;
    } else if (edge.inWorkspace) {
      if (it.may.toHubSpot) {
        addToHubSpot.push(edge);
        standing.push(edge);
      } else waiting = true;
    } else if (edge.inHubSpot && known) {
      if (it.may.toHubSpot) removeFromHubSpot.push(edge);
      else waiting = true;
    } else if (edge.inHubSpot) {
      if (it.may.toWorkspace) {
        addToWorkspace.push(edge);
        standing.push(edge);
      } else waiting = true;
    }
  }

  const primary = mergePrimary(it, standing);
  return {
    addToWorkspace,
    removeFromWorkspace,
    addToHubSpot,
    removeFromHubSpot,
    ...primary.writes,
    base: [
      ...standing.map((edge) => ({ edge, primary: edge === primary.settled })),
      // What waits keeps its place in the base, or it would look settled.
      ...it.edges
        .filter((edge) => edge.inBase && waiting && !standing.includes(edge))
        .filter(
          (edge) =>
            !removeFromWorkspace.includes(edge) &&
            !removeFromHubSpot.includes(edge),
        )
        .map((edge) => ({ edge, primary: edge.primaryInBase })),
    ],
    waiting: waiting || primary.waiting,
  };
}

interface PrimaryOutcome {
  readonly writes: Pick<EdgeOutcome, "primaryInWorkspace" | "primaryInHubSpot">;
  readonly settled: Edge | undefined;
  readonly waiting: boolean;
}

/** Primary is a single-valued field; a side without one is blank, and a blank overwrites nothing. */
function mergePrimary(it: EdgeCase, standing: readonly Edge[]): PrimaryOutcome {
  const ours = standing.find((edge) => edge.primaryInWorkspace);
  const theirs = standing.find((edge) => edge.primaryInHubSpot);
  const base = it.settledBefore
    ? it.edges.find((edge) => edge.primaryInBase)
    : undefined;
  if (ours === theirs) return { writes: {}, settled: ours, waiting: false };

  const winner =
    ours === undefined
      ? theirs
      : theirs === undefined
        ? ours
        : pick(it, ours, theirs, base);
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
): Edge {
  if (it.trigger.manual)
    return it.trigger.initiator === "workspace" ? ours : theirs;
  if (base !== undefined && theirs === base) return ours;
  if (base !== undefined && ours === base) return theirs;
  const winner =
    it.policy === "initiator" || it.policy === "hold"
      ? it.trigger.initiator
      : it.policy;
  return winner === "workspace" ? ours : theirs;
}
