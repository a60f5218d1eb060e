import { execFileSync, fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import type { AttackName } from "./attacks.ts";
import type { Scene } from "./scene.ts";

const PROCESS = fileURLToPath(new URL("attacker-process.ts", import.meta.url));

const END_WITHIN_MS = 3_000;

/**
 * Begins an attack on the scene, as its own portal, from a process that gets only what the others leave of one
 * processor: an attacker's own work is done on a machine of its own. The result ends it.
 */
export function startAttacker(
  name: AttackName,
  scene: Scene,
): { stop(): Promise<void> } {
  // A session of its own, and with that a priority of its own where Linux groups processes by session.
  const child = fork(PROCESS, { detached: true });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  confine(child.pid ?? 0);
  const { url, databaseUrl, secret, portalId, apiKey, sandbox } = scene;
  child.send({
    name,
    facts: {
      url,
      databaseUrl,
      secret,
      portalId,
      apiKey,
      sandboxUrl: sandbox.url,
    },
  });
  return {
    stop: async () => {
      child.disconnect();
      // What it has asked of Postgres may take minutes to end.
      const late = setTimeout(() => child.kill("SIGKILL"), END_WITHIN_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

/** As far as the system lets us: elsewhere, the attacker's own work is part of what is measured. */
function confine(pid: number): void {
  try {
    os.setPriority(pid, os.constants.priority.PRIORITY_LOW);
    writeFileSync(`/proc/${pid}/autogroup`, "19");
    execFileSync("taskset", [
      "--pid",
      "--cpu-list",
      String(os.availableParallelism() - 1),
      String(pid),
    ]);
  } catch {
    return;
  }
}
