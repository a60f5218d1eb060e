/**
 * `npm run fuzz [-- --requests N --seed S]`: N odd webhook bodies, card requests, and API requests (100,000) from seed S
 * (drawn; test/fuzz). Ends with a status that is not 0 if one is answered with a 5xx but 503, if a lane doesn't come to
 * rest, or if an ordinary contact no longer syncs.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "100000" },
    seed: { type: "string" },
  },
});
if (
  !/^\d+$/.test(values.requests) ||
  (values.seed !== undefined && !/^\d+$/.test(values.seed))
) {
  console.error("usage: npm run fuzz [-- --requests N --seed S]");
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "test/fuzz/fuzz.test.ts"],
  {
    stdio: "inherit",
    env: {
      ...process.env,
      FUZZ_REQUESTS: values.requests,
      FUZZ_SEED:
        values.seed ?? String(Math.floor(Math.random() * 1_000_000_000)),
    },
  },
);
process.exit(status ?? 1);
