/**
 * `npm run torture [-- --runs N --seed S]`: many random histories (test/history), N of them (5,000) from seed S
 * (drawn). Ends with a status that is not 0 at the first that does not hold, after shrinking it.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

/** What one world plays: the portals of many histories slow the later ones down, so the next ones get another world. */
const runsAWorld = 50;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5000" },
    seed: { type: "string" },
  },
});
if (
  !/^\d+$/.test(values.runs) ||
  (values.seed !== undefined && !/^\d+$/.test(values.seed))
) {
  console.error("usage: npm run torture [-- --runs N --seed S]");
  process.exit(2);
}
const runs = Number(values.runs);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000_000));

for (let played = 0; played < runs; played += runsAWorld) {
  const { status } = spawnSync(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "test/history/history.test.ts"],
    {
      stdio: "inherit",
      env: {
        ...process.env,
        HISTORY_RUNS: String(Math.min(runsAWorld, runs - played)),
        HISTORY_SEED: String(seed + played),
      },
    },
  );
  if (status !== 0) process.exit(status ?? 1);
}
console.log(`${runs} histories hold, seeds from ${seed}.`);
