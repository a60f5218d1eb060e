import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { Flow, Movement, Rules, Trigger } from "../model.ts";
import type { Planned } from "../decide/plan.ts";
import {
  isExempt,
  isLimited,
  judge,
  movementKey,
  movementsOf,
} from "./pure/judge.ts";
import { loadApproved } from "./approved.ts";
import { loadGauges } from "./window.ts";

/** What the brake goes by for one batch. */
export interface BrakeInput {
  readonly objectType: ObjectType;
  readonly rules: Rules;
  readonly trigger: Trigger;
  /** Whether a deletion has waited for others that may follow it; the source says so. */
  readonly isSettled: (plan: Planned, flow: Flow) => boolean;
}

/**
 * Judges a batch's decisions. Without `lock` as a preview, and to know what not to prepare for; apply judges again
 * under lock, in the transaction that writes. Batches with nothing that is limited cost nothing.
 */
export async function brake<P extends Planned>(
  db: Db,
  portalId: PortalId,
  input: BrakeInput,
  planned: readonly P[],
  lock: boolean,
): Promise<P[]> {
  const { objectType: type, rules } = input;
  const { brakes } = rules.settings[type];
  const refused = await loadRefused(db, portalId, input, planned);
  const counted = [
    ...countedOf(input, planned),
    ...(lock ? planned.flatMap(({ braked }) => braked ?? []) : []),
  ];
  if (counted.length === 0 && refused.size === 0) return [...planned];
  const gauges = await loadGauges(db, portalId, type, {
    brakes,
    movements: unique(counted),
    planned,
    lock,
  });
  const judging = {
    brakes,
    gauges,
    refused,
    approved: new Set<string>(),
    isSettled: input.isSettled,
  };
  const judged = judge(judging, planned);
  const held = judged.filter(({ braked }) => braked !== undefined);
  if (held.length === 0) return judged;
  const approved = await loadApproved(db, portalId, type, brakes, held);
  return approved.size === 0
    ? judged
    : judge({ ...judging, approved }, planned);
}

/** The movements of a batch that the brake counts: automatic ones that have a limit. */
export const countedOf = (
  input: Omit<BrakeInput, "isSettled">,
  planned: readonly Planned[],
): Movement[] =>
  automaticOf(input, planned).filter((movement) =>
    isLimited(input.rules.settings[input.objectType].brakes, movement),
  );

const automaticOf = (
  { rules, trigger }: Omit<BrakeInput, "isSettled">,
  planned: readonly Planned[],
): Movement[] =>
  planned
    .flatMap(({ decision }) => movementsOf(decision))
    .filter(
      (movement) => !isExempt(movement, trigger, !rules.mayCreateObjects),
    );

export const unique = (movements: readonly Movement[]): Movement[] => [
  ...new Map(
    movements.map((movement) => [movementKey(movement), movement]),
  ).values(),
];

/** Those of the batch whose creation on the other side a person has refused. */
async function loadRefused(
  db: Db,
  portalId: PortalId,
  input: BrakeInput,
  planned: readonly Planned[],
): Promise<ReadonlySet<string>> {
  if (!automaticOf(input, planned).some(({ action }) => action === "create"))
    return new Set();
  const subjects = planned.flatMap(({ pair }) => [
    ...(pair.record === null ? [] : [pair.record.id]),
    ...(pair.object === null ? [] : [pair.object.id]),
  ]);
  const rows = await db
    .selectFrom("refused_creation")
    .select("subject")
    .where("portal_id", "=", portalId)
    .where("object_type", "=", input.objectType)
    .where("subject", "=", anyOf(subjects))
    .execute();
  return new Set(rows.map(({ subject }) => subject));
}
