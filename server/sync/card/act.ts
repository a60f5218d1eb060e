import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { retryAttention, resolveAttention } from "../attention-actions.ts";
import type { AttentionAnswer, Person } from "../attention-entry.ts";
import type { Engine } from "../engine.ts";
import type { Side } from "../model.ts";
import { objectPage } from "../object-page.ts";
import type { PassItem } from "../plan.ts";
import { pushContactsOf } from "../push-contacts.ts";
import type {
  ActionAnswer,
  ChangeRow,
  CompanyChoice,
  SyncView,
} from "./card-view.ts";
import { hubSpotRefusal } from "./hubspot-refusal.ts";
import { isOpenFor } from "./load-facts.ts";
import { look, pressed } from "./look.ts";
import type { Look } from "./look.ts";
import { carryOut, whenFree } from "./press.ts";
import { changeRows, show } from "./show.ts";
import { counted } from "./shown-text.ts";

export type CardAction = "pull" | "push" | "retry" | "resolve";

/** What a press on the card carries. */
export interface CardInput {
  readonly objectType: ObjectType;
  readonly objectId: ObjectId;
  /** Of what was shown; "" where a retry or a choice names none. */
  readonly version: string;
  readonly company?: CompanyChoice;
  readonly contacts?: boolean;
  readonly attentionId?: string;
  readonly choice?: Side;
}

/** Carries out a press, and answers how it ended with a fresh view. Null: HubSpot has no such object. */
export async function act(
  engine: Engine,
  portalId: PortalId,
  action: CardAction,
  input: CardInput,
  email: string,
): Promise<ActionAnswer | null> {
  const person: Person = { source: "card", by: email };
  if (action === "pull" || action === "push")
    return whenFree(engine, () =>
      press(engine, portalId, action, input, person),
    );
  const settled = await settle(engine, portalId, action, input, person);
  const seen = await look(engine, portalId, input);
  if (seen === null) return null;
  if (!settled.ok)
    return settled.code === "changed"
      ? { result: "changed", message: settled.reason, view: show(seen) }
      : refusedAnswer(settled, show(seen));
  return doneAnswer(
    seen,
    settled.item,
    action === "retry"
      ? "The problem is gone."
      : `${input.choice === "workspace" ? "The workspace's" : "HubSpot's"} value is kept.`,
  );
}

async function press(
  engine: Engine,
  portalId: PortalId,
  action: "pull" | "push",
  input: CardInput,
  person: Person,
): Promise<{ busy: boolean; answer: ActionAnswer | null }> {
  const before = await look(engine, portalId, input);
  if (before === null) return { busy: false, answer: null };
  const view = show(before);
  const button = view[action];
  if (!button.allowed || before.reading === null)
    return ended(
      refusedAnswer(
        {
          code: button.code ?? "not_possible",
          reason: button.reason ?? "It is not possible just now.",
          remedy: button.remedy,
        },
        view,
      ),
    );
  if (view.version !== input.version)
    return ended({
      result: "changed",
      message: "Something has changed since this was shown.",
      view,
    });

  let item: PassItem | null;
  try {
    item = await carryOut(
      engine,
      portalId,
      { ...before, reading: before.reading },
      pressed(action === "push" ? "workspace" : "hubspot"),
      { ...person, runId: null },
      input.company,
    );
  } catch (error) {
    const refusal = hubSpotRefusal(error, engine.now());
    if (refusal === null) throw error;
    const after = await look(engine, portalId, input);
    return ended(refusedAnswer(refusal, show(after ?? before)));
  }
  const companyId = before.record?.id;
  const started =
    action === "push" &&
    input.contacts === true &&
    carriedOut(item) &&
    companyId !== undefined
      ? await engine.database.inPortal(portalId, (db) =>
          pushContactsOf(db, portalId, [companyId], person),
        )
      : null;
  const after = (await look(engine, portalId, input)) ?? before;
  if (item?.code === "busy")
    return {
      busy: true,
      answer: refusedAnswer(
        { ...item, remedy: "Try again in a moment." },
        show(after),
      ),
    };
  if (started === null) return ended(pressAnswer(action, after, item));
  const { count, runId } = started;
  return ended({
    result: "running",
    runId,
    message: `${carriedOutMessage(action, after, item)} Its ${counted(count, "contact")} ${count === 1 ? "is" : "are"} being pushed.`,
    changes: changesOf(after, item),
    view: show(after),
  });
}

const ended = (
  answer: ActionAnswer,
): { busy: boolean; answer: ActionAnswer } => ({ busy: false, answer });

const carriedOut = (item: PassItem | null): boolean =>
  item !== null && item.outcome !== "failed" && item.outcome !== "skipped";

function pressAnswer(
  action: "pull" | "push",
  after: Look,
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
  action: "pull" | "push",
  after: Look,
  item: PassItem | null,
): string {
  const done = action === "push" ? "pushed to HubSpot" : "pulled from HubSpot";
  const name = show(after).record?.name ?? "It";
  const changed = item?.changes.length ?? 0;
  if (item?.outcome === "created")
    return `${name} was created in ${action === "push" ? "HubSpot" : "the workspace"} with ${counted(changed, "value")}.`;
  if (item?.outcome === "updated")
    return changed === 0
      ? `${name} was ${done}. ${item.reason}`
      : `${name} was ${done}: ${counted(changed, "value")} changed.`;
  if (item?.outcome === "held") return item.reason;
  return `Nothing to ${action}: both sides agree.`;
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

const changesOf = (after: Look, item: PassItem | null): ChangeRow[] =>
  changeRows(after, (item?.changes ?? []).slice(0, 50));

function doneAnswer(
  after: Look,
  item: PassItem | null,
  message: string,
): ActionAnswer {
  const objectId = item?.objectId ?? after.objectId;
  return {
    result: "done",
    message,
    changes: changesOf(after, item),
    objectUrl:
      objectId === null
        ? null
        : objectPage(
            after.installation.account["uiDomain"],
            after.portalId,
            after.objectType,
            objectId,
          ),
    view: show(after),
  };
}

async function settle(
  engine: Engine,
  portalId: PortalId,
  action: "retry" | "resolve",
  { objectType, objectId, attentionId, choice }: CardInput,
  person: Person,
): Promise<AttentionAnswer> {
  if (
    attentionId === undefined ||
    !(await engine.database.inPortal(portalId, (db) =>
      isOpenFor(db, portalId, objectType, objectId, attentionId),
    ))
  )
    return {
      ok: false,
      code: "already_settled",
      reason: "It is not open for this record any more.",
      remedy: null,
    };
  if (action === "retry")
    return retryAttention(engine, portalId, attentionId, person);
  if (choice === undefined)
    throw new Error("A choice names a side: the door has checked it.");
  return resolveAttention(engine, portalId, attentionId, choice, person);
}
