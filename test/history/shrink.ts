import type { History } from "./steps.ts";

/**
 * A shorter history that fails as well: ever smaller parts are left out while what is left still fails. Timing plays a
 * part in every history, so each candidate gets two chances.
 */
export async function shrink(
  history: History,
  fails: (candidate: History) => Promise<boolean>,
  budgetMs: number,
): Promise<History> {
  const ends = Date.now() + budgetMs;
  let best = history;
  for (
    let size = Math.ceil(history.steps.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < best.steps.length && Date.now() < ends;) {
      const candidate: History = {
        ...best,
        steps: best.steps.filter(
          (_, index) => index < at || index >= at + size,
        ),
      };
      if ((await fails(candidate)) || (await fails(candidate)))
        best = candidate;
      else at += size;
    }
  }
  return best;
}
