import { setTimeout as pause } from "node:timers/promises";

/** Asks again until the condition holds; `everyMs` apart. Throws when it takes longer than `withinMs`. */
export async function until(
  what: string,
  condition: () => Promise<boolean>,
  { everyMs = 50, withinMs = 180_000 } = {},
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`Not within ${withinMs / 1000} s: ${what}.`);
    await pause(everyMs);
  }
}
