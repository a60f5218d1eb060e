import type { Db } from "../../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import type { ApplyInput } from "./input.ts";
import { reconcileAttention } from "../attention/attention.ts";
import { claimAttempts, noteSeenAttempts } from "./attempts.ts";
import type { Attempt } from "./attempt.ts";
import { finishDirty, parkDirty } from "./dirty-set.ts";
import { identityWritten } from "./pure/identity-written.ts";
import { duplicateLines } from "./pure/duplicate-lines.ts";
import { countMoved, heldNotice } from "./hold.ts";
import type { HeldEntries } from "./hold.ts";
import { itemsOf } from "./pure/items.ts";
import { keepIdentities } from "./keep-identities.ts";
import {
  storeVerdicts,
  writeJournal,
  writeVerdicts,
} from "../journal/journal.ts";
import {
  arrivedLine,
  skipLine,
  unlinkedLine,
  workspaceLine,
} from "./pure/lines.ts";
import { STALE } from "../decide/decide.ts";
import { MATCH_TO_CONFIRM, candidatesOf } from "../decide/match-to-confirm.ts";
import { contestedProperty } from "../values/identity.ts";
import type { OpenAttempt } from "../model.ts";
import { hasArrived } from "../decide/arrived.ts";
import {
  queuePendingRechecks,
  queueDeletedRechecks,
  queueMovedRechecks,
  queueOutsideRechecks,
} from "./queue-rechecks.ts";
import { MergedMeanwhile } from "../pairs/linked-meanwhile.ts";
import { closeSeenAttempts } from "../pairs/close-seen-attempts.ts";
import { noticesOf } from "./pure/notices.ts";
import type { PassItem } from "../decide/plan.ts";
import { noteWaitingEdges } from "./waiting-edges.ts";
import { noteWaitingValues, wakeWaiting } from "./waiting-values.ts";
import type { Shown, WaitingValue } from "./waiting-values.ts";
import { edgeWritesOf, writeWorkspaceEdges } from "./write-edges.ts";
import type { EdgeWrite } from "./write-edges.ts";
import {
  leavesLink,
  parkedFields,
  writeLinks,
  writesEdges,
} from "./write-links.ts";
import { lockPairs, mergedAway, writeRecords } from "./write-workspace.ts";
import type { Placed } from "./write-workspace.ts";

/** What the first transaction of a batch leaves to be done. */
export interface Begun {
  readonly attempts: readonly Attempt[];
  /** The claims on pairs of which only the parents change in HubSpot. */
  readonly edgeClaims: readonly Attempt[];
  readonly edgeWrites: readonly EdgeWrite[];
  /** Pairs whose record or link has moved on since they were read, or that another of the batch has outrun. */
  readonly moved: ReadonlySet<Placed>;
  /** Pairs that another worker has claimed. */
  readonly claimed: ReadonlySet<RecordId>;
  /** Records that another of the batch has just made way for: what was decided of them holds no longer. */
  readonly woken: ReadonlySet<RecordId>;
  /** Where nothing is left to be done, how each pair ended. */
  readonly items: readonly PassItem[] | null;
}

/**
 * The first transaction of a batch: the workspace's side, links, journal and attention of every pair that still
 * stands, and the attempts for what goes to HubSpot. Where nothing does, the batch ends here.
 */
export async function begin(
  db: Db,
  portalId: PortalId,
  input: ApplyInput,
  placed: readonly Placed[],
  entries: HeldEntries,
): Promise<Begun> {
  const { objectType: type, rules, account, initiator } = input;
  const standing = await lockPairs(db, portalId, type, placed, input.stored);
  const current = placed.filter((plan) => standing.has(plan));
  // An older reading says nothing of what the object has now: nothing that waits for it, or was told of it, is over.
  const compared = current.filter(({ decision }) => decision.code !== STALE);
  await writeRecords(db, portalId, type, current);
  await writeLinks(db, portalId, type, account, current);
  await refuseMergedAway(db, portalId, type, current);
  await keepIdentities(db, portalId, type, current);
  for (const kind of parentKindsOf(type))
    await writeWorkspaceEdges(db, portalId, kind, current);
  await noteWaitingEdges(db, portalId, current);
  const granted = await claimAttempts(db, portalId, type, {
    initiator,
    runId: account.runId,
    placed: current,
    stored: input.stored,
  });
  // What goes to HubSpot first is told of, or closed, with its answer.
  const answered = compared.filter(
    ({ decision, braked }) =>
      decision.hubspot.kind === "none" && braked === undefined,
  );
  await reconcileAttention(db, portalId, type, {
    initiator,
    runId: account.runId,
    looked: answered.map(({ recordId, pair }) => ({
      recordId,
      objectId: pair.object?.id ?? null,
    })),
    notices: [
      ...answered.flatMap((plan) => noticesOf(rules, plan, parkedFields(plan))),
      ...current.flatMap((plan) => heldNotice(plan, entries)),
    ],
  });
  await parkDirty(db, portalId, current);
  const landed = current.flatMap((plan) =>
    landedAttempts(plan).map((attempt) => ({ plan, attempt })),
  );
  const settled = await closeSeenAttempts(
    db,
    portalId,
    landed.map(({ attempt }) => attempt.id),
  );
  await noteSeenAttempts(
    db,
    portalId,
    compared.flatMap(({ pair }) =>
      pair.attempts
        .filter(
          (attempt) =>
            attempt.operation === "update" &&
            attempt.underWay === true &&
            allArrived(pair, attempt),
        )
        .map(({ id }) => id),
    ),
  );
  await writeJournal(db, portalId, type, {
    account,
    initiator,
    lines: [
      ...landed.flatMap(({ plan, attempt }) =>
        settled.has(attempt.id) ? arrivedLine(rules, plan, attempt) : [],
      ),
      ...current.flatMap(workspaceLine),
      ...duplicateLines(type, input.stored, current),
    ],
  });
  await writeVerdicts(db, portalId, type, {
    account,
    initiator,
    lines: current.flatMap(skipLine),
  });

  await storeVerdicts(db, portalId, current.flatMap(unlinkedLine));
  await queuePendingRechecks(db, portalId, type, current);
  await queueDeletedRechecks(db, portalId, type, current);
  await noteWaitingValues(db, portalId, type, current.flatMap(waitsForObjects));
  const woken = await wakeWaiting(db, portalId, type, shownTo(compared));

  const held = new Set(granted.map((attempt) => attempt.plan));
  const ids = (plans: readonly Placed[]): ReadonlySet<RecordId> =>
    new Set(plans.flatMap(({ recordId }) => recordId ?? []));
  const left = current.filter(
    (plan) =>
      (plan.decision.hubspot.kind !== "none" || writesEdges(plan)) &&
      !held.has(plan),
  );
  // Another record of this very batch writes the same email or domain first: what comes of that decides on this one.
  const written = new Set(
    granted.flatMap(({ plan }) => identityWritten(type, plan) ?? []),
  );
  const outrun = left.filter((plan) =>
    written.has(identityWritten(type, plan) ?? ""),
  );
  const moved = new Set([
    ...placed.filter((plan) => !standing.has(plan)),
    ...outrun,
  ]);
  if (input.isLastRound) await queueMovedRechecks(db, portalId, type, moved);
  const claimed = ids(left.filter((plan) => !outrun.includes(plan)));
  await countMoved(db, portalId, input, current, { moved, claimed });
  const edgeWrites = current.flatMap((plan): EdgeWrite[] =>
    plan.recordId !== null && plan.pair.object !== null && held.has(plan)
      ? edgeWritesOf(plan, plan.recordId, plan.pair.object.id)
      : [],
  );
  const attempts = granted.filter(
    (attempt) => attempt.operation !== "associate",
  );
  const edgeClaims = granted.filter(
    (attempt) => attempt.operation === "associate",
  );
  const begun = { attempts, edgeClaims, edgeWrites, moved, claimed, woken };
  if (attempts.length > 0 || edgeWrites.length > 0)
    return { ...begun, items: null };
  const items = itemsOf(type, placed, begun, []);
  await finishDirty(db, portalId, type, {
    placed,
    passedBy: begun,
    unfinished: woken,
  });
  await input.finish(db, items);
  await queueOutsideRechecks(db, portalId, type, {
    rules,
    placed: current.filter((plan) => !moved.has(plan)),
    open: claimed,
  });
  return { ...begun, items };
}

/**
 * Throws MergedMeanwhile if an object that has just been linked is merged away by now. A lane that applied the merge
 * before these links could be seen has not moved them, so that they must not be committed.
 */
async function refuseMergedAway(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  placed: readonly Placed[],
): Promise<void> {
  const linked = placed.flatMap(({ pair: { object }, decision }) =>
    object !== null && decision.link.kind === "create" ? [object.id] : [],
  );
  if ((await mergedAway(db, portalId, type, linked)).length > 0)
    throw new MergedMeanwhile();
}

/**
 * A record that was refused because an object has its email or domain waits for that object, and so does one that may be
 * linked to it once someone confirms that.
 */
function waitsForObjects({
  pair,
  decision: { problem },
  recordId,
}: Placed): WaitingValue[] {
  const { conflict, objectType } = pair;
  if (recordId === null || problem === null) return [];
  const objectIds =
    problem.code === MATCH_TO_CONFIRM
      ? candidatesOf(pair)
      : problem.code === conflict?.code
        ? conflict.objectIds
        : [];
  return objectIds.map((objectId) => ({
    recordId,
    field: "",
    property: contestedProperty(objectType),
    objectId,
    heldBy: conflict?.holders[objectId] ?? null,
  }));
}

/** What the batch has read of objects, and which of them are no more, or no longer under their id. */
const shownTo = (placed: readonly Placed[]): Shown =>
  new Map(
    placed.flatMap(({ pair: { link, reading }, object }) => [
      ...(link !== null &&
      (reading === "archived" || reading === "deleted-by-event")
        ? [[link.objectId, null] as const]
        : []),
      ...(object === null
        ? []
        : [
            ...object.mergedIds
              .filter((id) => id !== object.id)
              .map((id) => [id, null] as const),
            [object.id, object.archived ? null : object] as const,
          ]),
    ]),
  );

/**
 * Open attempts of which an answer, or what was read, says that they were done, or of which nothing more can be learned.
 * None where link and base stay as they are: only the attempt tells that an object, or a value, is our own writing.
 */
const landedAttempts = (plan: Placed): OpenAttempt[] =>
  leavesLink(plan) ? [] : plan.pair.attempts.filter(hasLanded(plan));

const hasLanded =
  ({ pair, decision }: Placed) =>
  (attempt: OpenAttempt): boolean => {
    // Its object is there and linked: that is all a creation was for.
    if (attempt.operation === "create")
      return (
        pair.object !== null &&
        (pair.link?.state === "live" || decision.link.kind !== "keep")
      );
    // Whose worker may live settles it itself, and tells of it.
    if (attempt.underWay === true) return false;
    if (attempt.answered === true && attempt.operation === "update")
      return true;
    // The object is gone, and with it what could show whether it arrived: told as possible, for there is no later look.
    return pair.object === null || allArrived(pair, attempt);
  };

/** HubSpot holds everything that was sent, or has held it since the pair was last seen. */
const allArrived = (pair: Placed["pair"], { sent }: OpenAttempt): boolean =>
  Object.entries(sent).every(
    ([property, value]) =>
      pair.object?.properties[property] === value.h ||
      hasArrived(pair, property, value),
  );
