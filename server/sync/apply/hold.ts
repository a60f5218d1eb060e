import type { Db } from "../../database/database.ts";
import type { PortalId, RecordId } from "../../settings/object-type.ts";
import { brake, countedOf, unique } from "../brake/brake.ts";
import { initiatorOf, openEntries } from "../brake/entry.ts";
import { movementKey } from "../brake/pure/judge.ts";
import { countPassed } from "../brake/window.ts";
import { itemFix } from "../brake/pure/wording.ts";
import type { Pair } from "../model.ts";
import type { Notice } from "../attention/attention.ts";
import type { ApplyInput } from "./input.ts";
import { placeRecords } from "./write-workspace.ts";
import type { Placed } from "./write-workspace.ts";

/** The brake's part in a batch: it is judged, held and counted in the transaction that writes. */

/** Ids of the open entries, by the movement that they hold. */
export type HeldEntries = ReadonlyMap<string, string>;

/** Judges the batch under lock, before its records are locked, and opens the entries that its held pairs join. */
export async function hold(
  db: Db,
  portalId: PortalId,
  input: ApplyInput,
): Promise<{ placed: readonly Placed[]; entries: HeldEntries }> {
  const judged = await brake(db, portalId, input, input.planned, true);
  const entries = await openEntries(db, portalId, input.objectType, {
    brakes: input.rules.settings[input.objectType].brakes,
    runId: input.account.runId,
    movements: unique(judged.flatMap(({ braked }) => braked ?? [])),
  });
  return { placed: placeRecords(judged), entries };
}

/** What says that the object is gone; null of one that is there, or that nobody asked for. */
function evidenceOf({
  reading,
  object,
}: Pair): "archived" | "deleted-by-event" | "missing" | null {
  if (object?.archived === true) return "archived";
  return reading === "there" || reading === "not-asked" || reading === "none"
    ? null
    : reading;
}

/** The part of an entry that a held pair is. */
export function heldNotice(plan: Placed, entries: HeldEntries): Notice[] {
  const { braked, pair, decision, recordId } = plan;
  if (braked === undefined) return [];
  return [
    {
      kind: "held",
      code: decision.code,
      recordId,
      objectId: pair.object?.id ?? pair.link?.objectId ?? null,
      field: "",
      cause: decision.reason,
      fix: itemFix,
      details: {
        // What an approval needs to find again: an object in the archive, or the event that spoke of its deletion.
        evidence: evidenceOf(pair),
      },
      initiator: initiatorOf(braked),
      partOf: entries.get(movementKey(braked)) ?? null,
    },
  ];
}

/** Counts what the batch lets through: what has been written to the workspace, and what is sent. */
export const countMoved = (
  db: Db,
  portalId: PortalId,
  input: ApplyInput,
  current: readonly Placed[],
  passedBy: {
    readonly moved: ReadonlySet<Placed>;
    readonly claimed: ReadonlySet<RecordId>;
  },
): Promise<void> =>
  countPassed(
    db,
    portalId,
    input.objectType,
    input.rules.settings[input.objectType].brakes,
    countedOf(
      input,
      current.filter(
        (plan) =>
          plan.decision.problem === null &&
          !passedBy.moved.has(plan) &&
          !(plan.recordId !== null && passedBy.claimed.has(plan.recordId)),
      ),
    ),
  );
