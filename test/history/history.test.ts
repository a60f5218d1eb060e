import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isShortRun } from "../long-files.ts";
import { fixedCases } from "./cases.ts";
import { Stage } from "./run-history.ts";
import { seedOfSources } from "./seed.ts";
import { shrink } from "./shrink.ts";
import { historyArbitrary } from "./steps.ts";
import type { History } from "./steps.ts";

/** `npm run torture` asks for many; a run of all tests plays as many as fit into a minute, and never fewer than forty. */
const asked = process.env["HISTORY_RUNS"];
const wanted = Number(asked ?? (isShortRun ? 10 : 40));
const budgetMs = asked === undefined && !isShortRun ? 60_000 : 0;
const seed = Number(process.env["HISTORY_SEED"] ?? seedOfSources());
const atOnce = 6;
const shrinkMs = 120_000;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage.close());

const findingsOf = (history: History): Promise<string[]> =>
  stage
    .findings(history)
    .catch((error: unknown) => [
      error instanceof Error ? error.message : "not an error",
    ]);

test.each(fixedCases.map((history, index) => ({ index, history })))(
  "a history that once failed holds: case $index",
  async ({ history }) => {
    expect(await findingsOf(history)).toEqual([]);
  },
  60_000,
);

test(
  "random histories: nothing typed is lost, nothing is made twice, both sides agree, and it comes to rest",
  async () => {
    const ends = Date.now() + budgetMs;
    let played = 0;
    let failed:
      { seed: number; history: History; findings: string[] } | undefined;
    const playOn = async (): Promise<void> => {
      while (failed === undefined && (played < wanted || Date.now() < ends)) {
        const own = seed + played++;
        const [history] = fc.sample(historyArbitrary, {
          seed: own,
          numRuns: 1,
        });
        if (history === undefined) return;
        const findings = await findingsOf(history);
        if (findings.length > 0) failed ??= { seed: own, history, findings };
      }
    };
    await Promise.all(Array.from({ length: atOnce }, playOn));
    process.stdout.write(`${played} histories, seeds from ${seed}\n`);
    if (failed === undefined) return;
    const shortest = await shrink(
      failed.history,
      async (history) => (await findingsOf(history)).length > 0,
      shrinkMs,
    );
    process.stdout.write(
      `keep this in test/history/cases.ts:\n${JSON.stringify(shortest)}\n`,
    );
    expect.fail(`seed ${failed.seed}: ${failed.findings.join("\n")}`);
  },
  24 * 3_600_000,
);
