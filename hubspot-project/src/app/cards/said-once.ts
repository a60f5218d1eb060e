import type { SyncView } from "./sync-view.ts";
import { plural, sentenceOf } from "counterpart-kit/words.ts";

/** "2 conflicts to resolve". */
export const conflictsOf = ({ held, moreHeld }: SyncView): string =>
  `${plural(held.length + moreHeld, "conflict")} to resolve`;

/** What a card shows above its buttons, so that it isn't repeated below. */
export function saidAbove(view: SyncView): string[] {
  const { reason, help, problem, problems, approvals } = view;
  return [
    reason,
    conflictsOf(view),
    help?.who ?? "",
    ...[
      ...problems,
      ...(problem === null ? [] : [problem]),
      ...approvals,
    ].flatMap(({ cause, fix }) => [cause, fix]),
  ].map((text) => sentenceOf(text));
}

/** Sentences without those that are already shown; "" if none is new. */
export function unsaid(
  parts: readonly (string | null)[],
  said: readonly string[],
): string {
  return parts
    .map((part) => sentenceOf(part))
    .filter((sentence) => !said.some((earlier) => earlier.includes(sentence)))
    .join(" ");
}

/**
 * The status' reason without what the card lists below: the causes of problems, and, of several conflicts, the first;
 * "" if that is all.
 */
export function reasonBesideLists(view: SyncView): string {
  const { status, reason, problem, problems, held, moreHeld } = view;
  if (status === "held" && held.length + moreHeld > 1) return "";
  return [...problems, ...(problem === null ? [] : [problem])]
    .reduce((rest, { cause }) => rest.replace(cause, ""), reason)
    .trim();
}
