import { execFile } from "node:child_process";
import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import { SUPERUSER } from "./launch-postgres.ts";
import { readPidFile } from "./postmaster.ts";
import { postgresProcess } from "./process-title.ts";

/** How much lower a product's session's priority is than the server's own (a nice value): it gets about a tenth as much. */
export const LOGIN_NICENESS = 10;

const EVERY_MS = 100;

/**
 * Leaves processors to the server if products' logins have costly queries: in the Postgres that runs on `data`, the
 * sessions of logins get half of the processors, and a low priority there. Postgres itself divides the processors among
 * all sessions alike, and a session that computes delays every other one on its processor by some milliseconds, many
 * times in a request. Each process of Postgres begins on the half of the logins, because opening a session costs more
 * than many a query; those that aren't a login's get all processors soon after. Returns what ends it. Does nothing on
 * systems without /proc; without `taskset`, it's the priority alone.
 */
export function confineLogins(data: string): { stop(): void } {
  let postmaster: number | undefined;
  /** Those that need not be looked at again. */
  let known = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  void tick();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };

  async function tick(): Promise<void> {
    const still = new Set<number>();
    for (const pid of await children())
      if (known.has(pid) || (await isPlaced(pid))) still.add(pid);
    known = still;
    if (!isStopped) timer = setTimeout(() => void tick(), EVERY_MS).unref();
  }

  async function children(): Promise<number[]> {
    const list = textOf(`/proc/${postmaster}/task/${postmaster}/children`);
    if (list !== null) return list.split(" ").filter(Boolean).map(Number);
    // It has just started, or was started again.
    postmaster = (await readPidFile(data))?.pid;
    if (postmaster !== undefined)
      await giveProcessors(postmaster, loginProcessors);
    return [];
  }
}

/**
 * Returns the processors that logins' sessions may use, of those that this process may: the last half of them, or all if
 * there is only one. Both in the kernel's notation, such as "0-2,5". Pure.
 */
export function loginProcessors(allowed: string): string {
  const all = allowed.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
  return all.slice(-Math.max(1, Math.floor(all.length / 2))).join(",");
}

/** Whether the process is known for what it is, and has the processors and the priority of its kind. */
async function isPlaced(pid: number): Promise<boolean> {
  const found = postgresProcess(textOf(`/proc/${pid}/cmdline`) ?? "");
  if (found === null) return false;
  if (found.is === "session" && found.user !== SUPERUSER) lowerPriority(pid);
  // A parallel worker stays where its session is.
  else if (found.is !== "parallel worker")
    await giveProcessors(pid, (allowed) => allowed);
  return true;
}

/** A process that has ended meanwhile, and a system that forbids it, are left alone. */
function lowerPriority(pid: number): void {
  try {
    os.setPriority(pid, LOGIN_NICENESS);
    // Each session is a group of its own where Linux groups processes by session: there, only the group's value counts.
    writeFileSync(`/proc/${pid}/autogroup`, String(LOGIN_NICENESS));
  } catch {
    return;
  }
}

/** Has no effect on a process that has ended, and on systems without `taskset`. */
async function giveProcessors(
  pid: number,
  choose: (allowed: string) => string,
): Promise<void> {
  const taskset = ["/usr/bin/taskset", "/bin/taskset"].find((path) =>
    existsSync(path),
  );
  const status = textOf("/proc/self/status") ?? "";
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  if (taskset === undefined || allowed === undefined) return;
  const args = ["--pid", "--cpu-list", choose(allowed), String(pid)];
  await new Promise<void>((done) => {
    execFile(taskset, args, () => done());
  });
}

/** What is read of a file at once. Used again and again: sessions that come and go by the hundred leave no garbage. */
const chunk = Buffer.alloc(4_096);

/**
 * Returns what a file of /proc has, or null if it isn't there. Such a file is made while it is read, in microseconds: to
 * wait for a thread takes longer, and a hundred sessions a second would delay what else this process does.
 */
function textOf(path: string): string | null {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    let text = "";
    for (;;) {
      const length = readSync(file, chunk);
      if (length === 0) return text;
      text += chunk.toString("utf8", 0, length);
    }
  } catch {
    return null;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
