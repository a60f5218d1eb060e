import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * `npm test` has to answer within ten minutes on two processors. It leaves out the files below, plays fewer random
 * histories, and tries one of the two readings of HubSpot's unsure facts. `npm run test:all`, which CI runs, leaves out
 * nothing, and neither does vitest by itself.
 */
export const isShortRun = process.env["SHORT_TEST_RUN"] === "1";

/**
 * Files that take longest, the longest first: together they are well over half of the work. A walk in a browser, the kills
 * at chosen moments, and some files with what the app exists for take as long, and stay: without them, a short run would
 * say too little.
 */
const long = [
  "test/browser/values.test.ts",
  "test/acceptance/selected-pipelines.test.ts",
  "test/browser/deals.test.ts",
  "test/acceptance/kill-random.test.ts",
  "test/browser/settings.test.ts",
  "test/acceptance/memory.test.ts",
  "test/hubspot-project/build.test.ts",
  "test/acceptance/deal-rules.test.ts",
  "test/acceptance/kill-card.test.ts",
  "test/server/database/embedded.test.ts",
  "test/sandbox/desk/desk-pages.test.ts",
  "test/browser/looks.test.ts",
  "test/browser/people.test.ts",
  "test/acceptance/large-records.test.ts",
  "test/acceptance/brake-deletions.test.ts",
  "test/server/database/backup.test.ts",
  "test/acceptance/runs-large.test.ts",
  "test/sandbox/desk/card-worker.test.ts",
  "test/server/sync/card/asks-first.test.ts",
  "test/server/sync/card/view.test.ts",
  "test/sandbox/demo.test.ts",
  "test/server/app.test.ts",
  "test/acceptance/kill-reassign.test.ts",
  "test/browser/mapping.test.ts",
  "test/acceptance/kill-pipelines.test.ts",
  "test/browser/lifecycle.test.ts",
  "test/third-type/third-type.test.ts",
  "test/acceptance/merge-chain.test.ts",
  "test/acceptance/merge-unsynced.test.ts",
  "test/acceptance/deal-merges.test.ts",
  "test/acceptance/drift.test.ts",
  "test/acceptance/owner-map.test.ts",
  "test/server/database/embedded-restart.test.ts",
  "test/server/database/plain-owner.test.ts",
  "test/third-type/scopes.test.ts",
  "test/server/locked-rows.test.ts",
  "test/acceptance/confirm-matches.test.ts",
  "test/acceptance/brake-creations.test.ts",
  "test/server/hubspot/call-slots.test.ts",
  "test/server/http/large-records.test.ts",
  "test/acceptance/apply-mappings.test.ts",
  "test/fuzz/fuzz.test.ts",
  "test/server/http/setup-window.test.ts",
  "test/acceptance/warnings.test.ts",
  "test/acceptance/many-parents.test.ts",
  "test/server/silent-database.test.ts",
  "test/acceptance/reconnect.test.ts",
];

/** Throws where a file isn't there any more. */
export function longFiles(): readonly string[] {
  const gone = long.filter(
    (file) => !existsSync(join(import.meta.dirname, "..", file)),
  );
  if (gone.length > 0)
    throw new Error(
      `test/long-files.ts names what isn't there: ${gone.join(", ")}`,
    );
  return long;
}
