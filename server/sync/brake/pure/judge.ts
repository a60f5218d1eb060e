import type { Brakes } from "../../../settings/schema.ts";
import { doNothing, skip } from "../../decide/decision.ts";
import { isRemoval } from "../../decide/pipelines.ts";
import type { Decision, Flow, Movement, Trigger } from "../../model.ts";
import type { Planned } from "../../decide/plan.ts";
import { heldCodes, itemSentence } from "./wording.ts";

/**
 * The brake: too many changes of one kind in one direction within a window wait for a person, whatever source they
 * come from. Pure: what has passed, what is pending, and the limits in; the batch with its held decisions out.
 */

/** What is known of one movement of one object type when a batch is judged. */
export interface Gauge extends Movement {
  /** Automatic ones within the window, carried out or sent. */
  readonly passed: number;
  /** Others that are stored already and will come, beside those of the batch. */
  readonly pending: number;
  /** Live links of the type. */
  readonly linked: number;
  /** An entry for them is open: all others join it. */
  readonly closed: boolean;
}

/** The built-in limit of automatic creations in HubSpot: more of them than this, and than was linked before. */
const mostCreations = 1_000;

export const movementKey = ({ flow, action }: Movement): string =>
  `${flow} ${action}`;

/**
 * What a decision would do to either side that the brake counts. An object that is missing may have been deleted. A record
 * that leaves with its pipeline isn't: whoever chose the pipelines was told how many leave, HubSpot has them all, and they
 * come back if the pipeline, or their place in it, does.
 */
export function movementsOf(decision: Decision): Movement[] {
  const { workspace, hubspot, problem } = decision;
  const movements: Movement[] = [];
  if (isRemoval(decision)) return movements;
  if (workspace.kind === "delete" || problem?.code === "object_missing")
    movements.push({ flow: "to_workspace", action: "delete" });
  else if (workspace.kind === "create" || workspace.kind === "update")
    movements.push({ flow: "to_workspace", action: workspace.kind });
  if (hubspot.kind === "archive")
    movements.push({ flow: "to_hubspot", action: "delete" });
  else if (hubspot.kind !== "none")
    movements.push({ flow: "to_hubspot", action: hubspot.kind });
  return movements;
}

/**
 * Whether a person has confirmed these very changes, or the first pull makes them. A run by hand over all records of a
 * type confirms what it writes, but no deletion that it comes upon.
 */
export const isExempt = (
  { flow, action }: Movement,
  trigger: Trigger,
  firstPullRuns: boolean,
): boolean =>
  trigger.approved === true ||
  trigger.bypassConditions ||
  trigger.retryParked ||
  trigger.resolve !== undefined ||
  (action !== "delete" &&
    (trigger.manual ||
      trigger.opens !== undefined ||
      (firstPullRuns && flow === "to_workspace")));

/** Whether a movement has any limit: one without is neither counted nor looked up. */
export function isLimited(brakes: Brakes, { flow, action }: Movement): boolean {
  switch (action) {
    case "delete":
      return brakes.deletions !== null;
    case "create":
      return flow === "to_hubspot" || brakes.creations.toWorkspace !== null;
    case "update":
      return brakes.updates[sideOf[flow]] !== null;
  }
}

const sideOf = {
  to_workspace: "toWorkspace",
  to_hubspot: "toHubSpot",
} as const;

/** Whether so many more, with what has passed and what is pending, are too many. */
export function isTooMany(
  brakes: Brakes,
  { flow, action, passed, pending, linked }: Gauge,
  inBatch: number,
): boolean {
  const total = passed + pending + inBatch;
  switch (action) {
    case "delete":
      // What has passed was linked when the window began.
      return (
        brakes.deletions !== null &&
        total >= brakes.deletions.count &&
        total > brakes.deletions.share * (linked + passed)
      );
    case "create": {
      const limit = brakes.creations[sideOf[flow]];
      if (limit !== null) return total > limit;
      return (
        flow === "to_hubspot" &&
        total > mostCreations &&
        total > linked - passed
      );
    }
    case "update": {
      const limit = brakes.updates[sideOf[flow]];
      return limit !== null && total > limit;
    }
  }
}

/** The most of a movement that can pass without a look at anything but the window. */
export function freeUpTo(brakes: Brakes, { flow, action }: Movement): number {
  switch (action) {
    case "delete":
      return (brakes.deletions?.count ?? Infinity) - 1;
    case "create":
      return brakes.creations[sideOf[flow]] ?? mostCreations;
    case "update":
      return brakes.updates[sideOf[flow]] ?? Infinity;
  }
}

export interface Judging {
  readonly brakes: Brakes;
  /** By movementKey; one without a gauge is not braked. */
  readonly gauges: ReadonlyMap<string, Gauge>;
  /** Ids of records and objects whose creation on the other side a person has refused. */
  readonly refused: ReadonlySet<string>;
  /** What a person has approved of and is not asked about again, by approvalKey. */
  readonly approved: ReadonlySet<string>;
  /** Whether a deletion has waited long enough for others that may follow it. */
  readonly isSettled: (plan: Planned, flow: Flow) => boolean;
}

/** Names one movement of one record or object. */
export const approvalKey = (movement: Movement, subject: string): string =>
  `${movementKey(movement)} ${subject}`;

/** Judges a batch: each decision goes, waits for others like it, or is held for a person. */
export function judge<P extends Planned>(
  { brakes, gauges, refused, approved, isSettled }: Judging,
  planned: readonly P[],
): P[] {
  const counts = new Map<string, number>();
  for (const plan of planned)
    for (const movement of movementsOf(plan.decision)) {
      const key = movementKey(movement);
      if (
        !isRefused(plan, movement, refused) &&
        !isApproved(plan, movement, approved)
      )
        counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  const isHeld = (movement: Movement): boolean => {
    const key = movementKey(movement);
    const gauge = gauges.get(key);
    return (
      gauge !== undefined &&
      (gauge.closed || isTooMany(brakes, gauge, counts.get(key) ?? 0))
    );
  };
  const held = new Map(
    [...gauges.values()].map((gauge) => [movementKey(gauge), isHeld(gauge)]),
  );
  return planned.map((plan): P => {
    const movements = movementsOf(plan.decision);
    if (movements.some((movement) => isRefused(plan, movement, refused)))
      return { ...plan, decision: creationRefused(plan), edges: [] };
    const stopped = movements.find(
      (movement) =>
        held.get(movementKey(movement)) === true &&
        !isApproved(plan, movement, approved),
    );
    if (stopped !== undefined)
      return {
        ...plan,
        decision: heldDecision(plan, stopped),
        edges: [],
        braked: stopped,
      };
    const early = movements.find(
      ({ flow, action }) =>
        action === "delete" &&
        (gauges.get(movementKey({ flow, action }))?.linked ?? 0) >=
          (brakes.deletions?.count ?? Infinity) &&
        !isSettled(plan, flow),
    );
    return early === undefined
      ? plan
      : { ...plan, decision: deletionWaits(plan), edges: [] };
  });
}

const isRefused = (
  { pair }: Planned,
  { flow, action }: Movement,
  refused: ReadonlySet<string>,
): boolean =>
  action === "create" &&
  refused.size > 0 &&
  refused.has(
    (flow === "to_hubspot" ? pair.record?.id : pair.object?.id) ?? "",
  );

const isApproved = (
  { pair: { record, object, link } }: Planned,
  movement: Movement,
  approved: ReadonlySet<string>,
): boolean =>
  approved.size > 0 &&
  [record?.id, object?.id ?? link?.objectId].some(
    (subject) =>
      subject !== undefined && approved.has(approvalKey(movement, subject)),
  );

const creationRefused = ({ pair: { objectType } }: Planned): Decision =>
  skip(
    "creation_refused",
    `Someone refused to create this ${objectType}. To create it, push or pull it.`,
  );

/** The code of a deletion that is looked at again in a moment, with those that may follow it. */
export const DELETION_WAITS = "deletion_waits";

const deletionWaits = ({ pair: { objectType } }: Planned): Decision =>
  doNothing(
    DELETION_WAITS,
    `This ${objectType} was just deleted on the other side. The deletion will sync in a moment.`,
  );

const heldDecision = (
  { pair: { objectType } }: Planned,
  movement: Movement,
): Decision => ({
  ...doNothing(heldCodes[movement.action], itemSentence(objectType, movement)),
  outcome: "held",
});

/** Nothing of it is written, and nothing that was stored of it is settled. */
export const isHeldBack = ({
  braked,
  decision,
}: Pick<Planned, "braked" | "decision">): boolean =>
  braked !== undefined || decision.code === DELETION_WAITS;

/** A person has refused an update: both sides keep their values, and neither counts as changed any more. */
export function withoutWrites(plan: Planned): Decision {
  const { pair, decision } = plan;
  const { workspace, hubspot } = decision;
  if (workspace.kind !== "update" && hubspot.kind !== "update") return decision;
  return {
    ...doNothing(
      "update_refused",
      "Someone refused this update. Both sides keep their values.",
    ),
    link: decision.link,
    fields: decision.fields.map((field) =>
      (field.kind === "to-workspace" || field.kind === "to-hubspot") &&
      field.base !== undefined
        ? {
            field: field.field,
            property: field.property,
            kind: "settled",
            code: "update_refused",
            base: {
              ...field.base,
              w: pair.record?.properties[field.field] ?? null,
              h: pair.object?.properties[field.property] ?? null,
            },
          }
        : field,
    ),
  };
}
