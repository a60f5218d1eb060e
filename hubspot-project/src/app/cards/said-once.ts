import type { SyncView } from "./sync-view.ts";
import { sentenceOf } from "./wording.ts";

/** What stands on a card above its buttons, so that it isn't said a second time below. */
export function saidAbove(view: SyncView): string[] {
  const { reason, help, problem, problems, approvals } = view;
  return [
    reason,
    help?.who ?? "",
    ...[
      ...problems,
      ...(problem === null ? [] : [problem]),
      ...approvals,
    ].flatMap(({ cause, fix }) => [cause, fix]),
  ].map((text) => sentenceOf(text));
}

/** Sentences without those that were said already; "" if none is new. */
export function unsaid(
  parts: readonly (string | null)[],
  said: readonly string[],
): string {
  return parts
    .map((part) => sentenceOf(part))
    .filter((sentence) => !said.some((earlier) => earlier.includes(sentence)))
    .join(" ");
}

/** The status' reason without the causes of the problems, which are listed below with their fixes; "" if that is all. */
export function reasonBesideProblems(view: SyncView): string {
  const { reason, problem, problems } = view;
  return [...problems, ...(problem === null ? [] : [problem])]
    .reduce((rest, { cause }) => rest.replace(cause, ""), reason)
    .trim();
}
