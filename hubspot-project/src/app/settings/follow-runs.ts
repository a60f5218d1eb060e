import { sentenceOf } from "counterpart-kit/words.ts";
import { useEffect, useState } from "react";
import type { Run } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

/** Between two looks at a run, in milliseconds: the first ones, and later. */
const SOON = 1_000;
const LATER = 5_000;
const FIRST_LOOKS = 10;
/** The most looks at all: some 15 minutes. */
const LOOKS = 190;

/** The same list in each render. */
export const none: readonly string[] = [];

/**
 * Looks at runs, one after the other, until all have ended. Returns how far the present one is, or null until that is
 * known.
 * @param runIds the same list in each render, as long as the same runs are followed
 * @param onEnd is called with the runs as they ended; with null, if nobody looks any longer
 */
export function useFollowedRuns(
  runIds: readonly string[],
  onEnd: (ended: readonly Run[] | null) => void,
): Run | null {
  const { server } = useAt();
  const [run, setRun] = useState<Run | null>(null);
  useEffect(() => {
    if (runIds.length === 0) return;
    const left = [...runIds];
    const ended: Run[] = [];
    let looks = 0;
    let next: ReturnType<typeof setTimeout> | undefined;
    let isCurrent = true;
    const look = async (): Promise<void> => {
      const answer = await server.run(left[0] ?? "");
      if (!isCurrent) return;
      looks += 1;
      if (answer.kind === "answered") {
        setRun(answer.value);
        if (["done", "failed"].includes(answer.value.state)) {
          ended.push(answer.value);
          left.shift();
          return left.length > 0 ? look() : onEnd(ended);
        }
      }
      if (looks >= LOOKS) onEnd(null);
      else
        next = setTimeout(
          () => void look(),
          looks < FIRST_LOOKS ? SOON : LATER,
        );
    };
    void look();
    return () => {
      isCurrent = false;
      clearTimeout(next);
    };
    // onEnd is another function on each drawing, and does the same.
  }, [server, runIds]);
  return run;
}

/** "8 created, 2 excluded.", of all runs together. */
export function countsOf(runs: readonly Run[]): string {
  const sum = (name: keyof Run["counts"]): number =>
    runs.reduce((total, { counts }) => total + counts[name], 0);
  const said = [
    [sum("created"), "created"],
    [sum("updated"), "updated"],
    [sum("unchanged"), "already in sync"],
    [sum("skipped"), "excluded"],
    [sum("held"), "with conflicts"],
    [sum("failed"), "failed"],
  ] as const;
  const parts = said
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`);
  return sentenceOf(
    parts.length === 0 ? "There was nothing to do" : parts.join(", "),
    ...runs.map(({ reason }) => reason),
  );
}

/** How runs ended, or that nobody looks any longer. */
export const outcomeOf = (ended: readonly Run[] | null): string =>
  ended === null
    ? "Still in progress. Refresh the page to see how it ended."
    : countsOf(ended);
