import { named } from "../../../settings/product.ts";
import type {
  ActionAnswer,
  Button,
  Effect,
  ProblemRow,
  SyncView,
} from "./card-view.ts";

/**
 * What a card says, with the product's name in place of "the workspace". It is filled in when it is shown and never
 * stored, so that a new name is in every sentence at once. Pure.
 */

/** A view's sentences in the product's name; its values stay as they are. */
export function inProductsName(view: SyncView): SyncView {
  const { productName } = view;
  const say = (text: string): string => named(text, productName);
  const sayMaybe = (text: string | null): string | null =>
    text === null ? null : say(text);
  const effect = (one: Effect): Effect => ({
    ...one,
    reason: say(one.reason),
  });
  const button = <B extends Button>(one: B): B => ({
    ...one,
    summary: say(one.summary),
    reason: sayMaybe(one.reason),
    remedy: sayMaybe(one.remedy),
  });
  const problem = (one: ProblemRow): ProblemRow => ({
    ...one,
    cause: say(one.cause),
    fix: say(one.fix),
    retry: { ...one.retry, reason: sayMaybe(one.retry.reason) },
  });
  return {
    ...view,
    reason: say(view.reason),
    checks: view.checks.map((check) => ({
      ...check,
      label: say(check.label),
      reason: say(check.reason),
      remedy: sayMaybe(check.remedy),
    })),
    fields: view.fields.map((field) => ({
      ...field,
      onPull: effect(field.onPull),
      onPush: effect(field.onPush),
      note: sayMaybe(field.note),
    })),
    sync: button(view.sync),
    pull: button(view.pull),
    push: button(view.push),
    problem: view.problem === null ? null : problem(view.problem),
    problems: view.problems.map(problem),
    approvals: view.approvals.map((approval) => ({
      ...approval,
      cause: say(approval.cause),
      fix: say(approval.fix),
      choices: approval.choices.map((choice) => ({
        ...choice,
        label: say(choice.label),
      })),
    })),
    journal: view.journal.map((line) => ({
      ...line,
      reason: say(line.reason),
    })),
  };
}

/** What came of a click, in the product's name; its view is in that name already. */
export function answerInProductsName(answer: ActionAnswer): ActionAnswer {
  const { productName } = answer.view;
  const message = named(answer.message, productName);
  return answer.result === "refused" && answer.remedy !== null
    ? { ...answer, message, remedy: named(answer.remedy, productName) }
    : { ...answer, message };
}
