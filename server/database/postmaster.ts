import { readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isRunning } from "./process-state.ts";

export const SOCKET_PREFIX = "/tmp/counterpart-pg-";
export const SOCKETS_FILE = "postgres.sockets";
export const STOP_DEADLINE_MS = 20_000;

/** What a running Postgres says of itself in its data folder. */
type PidFile = {
  pid: number;
  port: string;
  sockets: string;
  status: string;
};

/**
 * Reads postmaster.pid, where there is one. Its lines: pid, data folder, start time, port, socket folder, address,
 * shared memory, status.
 */
export async function readPidFile(data: string): Promise<PidFile | undefined> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(
    () => "",
  );
  const lines = text.split("\n").map((line) => line.trim());
  if (!lines[0]) return undefined;
  return {
    pid: Number(lines[0]),
    port: lines[3] ?? "",
    sockets: lines[4] ?? "",
    status: lines[7] ?? "",
  };
}

/** Stops a Postgres that outlived the process that started it: its settings are another's, so it is not kept. */
export async function stopOrphan(data: string): Promise<void> {
  const deadline = Date.now() + STOP_DEADLINE_MS;
  for (let asked = false; ; await pause(10)) {
    const found = await readPidFile(data);
    if (!found || !isRunning(found.pid)) return;
    // In a container that restarts, small pids are given out again: Postgres would refuse to start beside any of them.
    if (isAnother(found.pid, data)) {
      await rm(join(data, "postmaster.pid"), { force: true });
      return;
    }
    if (Date.now() > deadline)
      throw new Error(`Process ${found.pid} doesn't release ${data}.`);
    if (!asked && (await answers(found))) {
      process.kill(found.pid, "SIGINT");
      asked = true;
    }
  }
}

// Where the system tells command lines; elsewhere it is taken for ours.
function isAnother(pid: number, data: string): boolean {
  try {
    return !readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(data);
  } catch {
    return false;
  }
}

/** Removes the socket folder that was left after kill -9: its name was kept for this. */
export async function removeOldSockets(home: string): Promise<void> {
  const old = await readFile(join(home, SOCKETS_FILE), "utf8").catch(() => "");
  if (old.startsWith(SOCKET_PREFIX))
    await rm(old, { recursive: true, force: true });
}

function answers({ sockets, port }: PidFile): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(join(sockets, `.s.PGSQL.${port}`));
    socket.once("error", () => done(false));
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
  });
}
