import { ConfigError } from "./config.ts";
import type { Checkpoint } from "./sync/engine.ts";

const moments = [
  "decided",
  "attempts-committed",
  "between-clearing-and-writing",
  "hubspot-answered",
  "between-creation-and-association",
  "merge-decided",
] as const satisfies readonly Checkpoint[];

/**
 * For tests: `TEST_KILL_AT=<checkpoint>[:n]` makes this process end itself by SIGKILL at that checkpoint of the engine,
 * the n-th time that it is reached (the first when no n is given). Not set, nothing of it is there: the answer is
 * undefined. Throws `ConfigError` for anything else, so that a misspelt one does not pass for a test without a kill.
 */
export function readKillAt(
  env: Record<string, string | undefined>,
): ((moment: Checkpoint) => Promise<void>) | undefined {
  const wish = env["TEST_KILL_AT"] ?? "";
  if (wish === "") return undefined;
  const [name = "", count = "1", ...rest] = wish.split(":");
  const moment = moments.find((one) => one === name);
  if (moment === undefined || !/^[1-9]\d*$/.test(count) || rest.length > 0)
    throw new ConfigError(
      `TEST_KILL_AT is not one of ${moments.join(", ")}, with :n for the n-th time.`,
    );
  let left = Number(count);
  return async (reached) => {
    if (reached !== moment || --left > 0) return;
    process.kill(process.pid, "SIGKILL");
    // Nothing runs on from here while the signal is on its way.
    await new Promise(() => undefined);
  };
}
