import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { descriptorOf, firstPushedKindOf } from "../../settings/types/index.ts";
import type { Person } from "../resolve/attention-entry.ts";
import { WOULD_UNDO } from "../decide/decide.ts";
import {
  MATCH_TO_CONFIRM,
  isToBeConfirmed,
} from "../decide/match-to-confirm.ts";
import type { Engine } from "../engine.ts";
import { bothWays, manualTrigger, startedBy } from "../decide/triggers.ts";
import type { PassItem } from "../decide/plan.ts";
import { pushChildrenOf } from "./push-children.ts";
import { firstChildren } from "./pure/buttons.ts";
import type {
  ActionAnswer,
  ChangeRow,
  ChildrenOfType,
  SyncView,
} from "./pure/card-view.ts";
import { hubSpotRefusal } from "../preview/hubspot-refusal.ts";
import { changeRows } from "./pure/change-rows.ts";
import type { Actor } from "../people/pure/actor.ts";
import { actorName, personNamed } from "../people/pure/actor.ts";
import { readCard } from "../preview/read-card.ts";
import type { CardData } from "../preview/read-card.ts";
import { answerInProductsName } from "./pure/in-products-name.ts";
import { objectUrl } from "./pure/object-url.ts";
import { runAction, retryWhileBusy } from "../resolve/run-action.ts";
import type { Button, CardAction, CardInput } from "./card-input.ts";
import { resolveEntry } from "./resolve-entry.ts";
import { show } from "./pure/show.ts";
import { counted, listed } from "../values/shown-text.ts";
import { isShown } from "./pure/version.ts";

/** Executes a click and returns how it ended, with a fresh view. Null: HubSpot has no such object. */
export async function act(
  engine: Engine,
  portalId: PortalId,
  action: CardAction,
  input: CardInput,
  actor: Actor,
): Promise<ActionAnswer | null> {
  const answer = await execute(engine, portalId, action, input, actor);
  return answer === null ? null : answerInProductsName(answer);
}

async function execute(
  engine: Engine,
  portalId: PortalId,
  action: CardAction,
  input: CardInput,
  actor: Actor,
): Promise<ActionAnswer | null> {
  if (action !== "retry" && action !== "resolve")
    return retryWhileBusy(engine, () =>
      press(engine, portalId, action, input, actor),
    );
  const stale =
    action === "resolve"
      ? await changedView(engine, portalId, input, actor)
      : null;
  if (stale !== null) return changedAnswer(input, stale);
  const person = personOf(actor);
  const settled = await resolveEntry(engine, portalId, action, input, person);
  const seen = await readCard(engine, portalId, input, actor);
  if (seen === null) return null;
  if (!settled.ok)
    return settled.code === "changed"
      ? { result: "changed", message: settled.reason, view: show(seen) }
      : refusedAnswer(settled, show(seen));
  return doneAnswer(seen, settled.item, settled.message);
}

const personOf = (actor: Actor): Person => ({
  source: "card",
  by: actorName(actor),
});

/**
 * The current view if it differs from what was shown, else null. Approvals are about the account, so the pair doesn't
 * matter.
 */
async function changedView(
  engine: Engine,
  portalId: PortalId,
  input: CardInput,
  actor: Actor,
): Promise<SyncView | null> {
  if (input.version === "") return null;
  const seen = await readCard(engine, portalId, input, actor);
  if (seen === null) return null;
  const view = show(seen);
  return isShown(input.version, view.version, []) ||
    view.approvals.some(({ id }) => id === input.attentionId)
    ? null
    : view;
}

const changedAnswer = (
  { objectType }: CardInput,
  view: SyncView,
): ActionAnswer => ({
  result: "changed",
  message: `This ${objectType} changed after you opened the card.`,
  view,
});

async function press(
  engine: Engine,
  portalId: PortalId,
  action: Button,
  input: CardInput,
  actor: Actor,
): Promise<{ busy: boolean; answer: ActionAnswer | null }> {
  const person = personOf(actor);
  const before = await readCard(engine, portalId, input, actor);
  if (before === null) return { busy: false, answer: null };
  const view = show(before);
  const button = view[action];
  if (!button.allowed || before.reading === null)
    return ended(
      refusedAnswer(
        {
          code: button.code ?? "not_possible",
          reason: button.reason ?? "This isn't possible right now.",
          remedy: button.remedy,
        },
        view,
      ),
    );
  const children = pushedAlong(action, input, view);
  if (
    !isShown(
      input.version,
      view.version,
      children.map(({ type }) => type),
    )
  )
    return ended(changedAnswer(input, view));
  if (input.confirmed !== true) {
    const question = questionOf(action, input, view, matchOf(before));
    if (question !== null) return ended(question);
  }

  let item: PassItem | null;
  try {
    item = await runAction(
      engine,
      portalId,
      { ...before, reading: before.reading },
      {
        trigger: startedBy(
          action === "sync"
            ? bothWays
            : manualTrigger(
                action === "push" ? "workspace" : "hubspot",
                input.confirmed === true,
              ),
          personNamed(person.by),
        ),
        account: { ...person, runId: null },
        bring: input.company,
      },
    );
  } catch (error) {
    const refusal = hubSpotRefusal(error, engine.now());
    if (refusal === null) throw error;
    const after = await readCard(engine, portalId, input, actor);
    return ended(refusedAnswer(refusal, show(after ?? before)));
  }
  const recordId = before.record?.id;
  const started =
    children.length > 0 && carriedOut(item) && recordId !== undefined
      ? await engine.database.inPortal(portalId, (db) =>
          pushChildrenOf(db, portalId, input.objectType, {
            parentIds: [recordId],
            children: children.map(({ type }) => type),
            account: person,
          }),
        )
      : [];
  const after = (await readCard(engine, portalId, input, actor)) ?? before;
  if (item?.code === "busy")
    return {
      busy: true,
      answer: refusedAnswer(
        { ...item, remedy: "Try again in a moment." },
        show(after),
      ),
    };
  if (
    item?.code === WOULD_UNDO ||
    (item?.code === MATCH_TO_CONFIRM && input.confirmed !== true)
  ) {
    // Someone changed a value during the click, so the question is about the current values.
    const now = show(after);
    const question = questionOf(action, input, now, matchOf(after));
    return ended(
      question ?? { result: "changed", message: item.reason, view: now },
    );
  }
  const [first] = started;
  if (first === undefined) return ended(pressAnswer(action, after, item));
  const all = started.map(({ type, count }) => countedOf(type, count));
  const isOne = started.length === 1 && first.count === 1;
  return ended({
    result: "running",
    runId: first.runId,
    runs: started.map(({ type, runId }) => ({ type, runId })),
    message: `${carriedOutMessage(action, after, item)} Its ${listed(all)} ${isOne ? "is" : "are"} being pushed.`,
    changes: changesOf(after, item),
    view: show(after),
  });
}

const ended = (
  answer: ActionAnswer,
): { busy: boolean; answer: ActionAnswer } => ({ busy: false, answer });

/** "1 contact", "3 companies". */
function countedOf(type: ObjectType, count: number): string {
  const { singular, plural } = descriptorOf(type).names;
  return counted(count, singular, plural);
}

const carriedOut = (item: PassItem | null): boolean =>
  item !== null && item.outcome !== "failed" && item.outcome !== "skipped";

/** The kind of identity that is all that says the two are the same, where someone has to confirm that; else null. */
function matchOf({ reading, rules, objectType }: CardData): string | null {
  return reading !== null && isToBeConfirmed(rules, reading.pair)
    ? (descriptorOf(objectType).identity?.kind ?? null)
    : null;
}

/** The children that a click pushes too, of the types that the card offers. */
function pushedAlong(
  action: Button,
  { objectType, children = [], contacts }: CardInput,
  view: SyncView,
): ChildrenOfType[] {
  if (action !== "push") return [];
  const first = firstPushedKindOf(objectType)?.from;
  return view.push.children.filter(
    ({ type }) =>
      children.includes(type) || (contacts === true && type === first),
  );
}

/**
 * What a person must confirm before a click: that the two are the same, newer values that it would undo, children that it
 * would change.
 */
function questionOf(
  action: Button,
  input: CardInput,
  view: SyncView,
  match: string | null,
): Extract<ActionAnswer, { result: "confirm" }> | null {
  if (action === "sync") return null;
  const { undoes, moreUndoes } = view[action];
  const children = pushedAlong(action, input, view);
  const count = undoes.length + moreUndoes;
  const [side, other] =
    action === "pull"
      ? ["the workspace", "HubSpot's"]
      : ["HubSpot", "the workspace's"];
  const questions = [
    ...(match === null
      ? []
      : [
          `Link this ${view.objectType} to the one in the workspace that has the same ${match}?`,
        ]),
    ...(count > 0
      ? [`Replace ${counted(count, "newer value")} in ${side} with ${other}?`]
      : []),
    ...children
      .filter(({ changed }) => changed > 0)
      .map(
        ({ type, count: all, changed }) =>
          `Also push ${countedOf(type, all)}? ${changed} of them ${changed === 1 ? "has" : "have"} changes.`,
      ),
  ];
  return questions.length === 0
    ? null
    : {
        result: "confirm",
        message: questions.join(" "),
        undoes,
        moreUndoes,
        children,
        contacts: firstChildren(view.objectType, children) ?? null,
        view,
      };
}

function pressAnswer(
  action: Button,
  after: CardData,
  item: PassItem | null,
): ActionAnswer {
  const view = show(after);
  if (item === null || !carriedOut(item))
    return refusedAnswer(
      {
        code: item?.code ?? "nothing_there",
        reason:
          view.problem?.cause ?? item?.reason ?? "There was nothing to do.",
        remedy: view.problem?.fix ?? null,
      },
      view,
    );
  return doneAnswer(after, item, carriedOutMessage(action, after, item));
}

/** What happened, in a sentence (AC-019). */
function carriedOutMessage(
  action: Button,
  after: CardData,
  item: PassItem | null,
): string {
  const done = {
    sync: "synced",
    push: "pushed to HubSpot",
    pull: "pulled from HubSpot",
  }[action];
  const name = show(after).record?.name ?? `This ${after.objectType}`;
  const changed = item?.changes.length ?? 0;
  if (item?.outcome === "created")
    return `${name} was created in ${item.code === "created_in_hubspot" ? "HubSpot" : "the workspace"} with ${counted(changed, "value")}.`;
  if (item?.outcome === "updated")
    return changed === 0
      ? `${name} was ${done}. ${item.reason}`
      : `${name} was ${done}: ${counted(changed, "value")} changed.`;
  if (item?.outcome === "held") return item.reason;
  return `Nothing to ${action}: both sides are in sync.`;
}

const refusedAnswer = (
  {
    code,
    reason,
    remedy,
  }: {
    readonly code: string;
    readonly reason: string;
    readonly remedy: string | null;
  },
  view: SyncView,
): ActionAnswer => ({ result: "refused", code, message: reason, remedy, view });

const changesOf = (after: CardData, item: PassItem | null): ChangeRow[] =>
  changeRows(after, (item?.changes ?? []).slice(0, 50));

function doneAnswer(
  after: CardData,
  item: PassItem | null,
  message: string,
): ActionAnswer {
  const objectId = item?.objectId ?? after.objectId;
  return {
    result: "done",
    message,
    changes: changesOf(after, item),
    objectUrl: objectId === null ? null : objectUrl(after, objectId),
    view: show(after),
  };
}
