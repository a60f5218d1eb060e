import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isRunning, startOf } from "./process-state.ts";

/**
 * Takes a data folder for this process, so that two apps never share one. Left behind by a process that is gone, the
 * lock is taken over. Throws while its owner lives. Answers the function that gives it back.
 */
export async function lockOwner(folder: string): Promise<() => Promise<void>> {
  const lock = join(folder, "owner.lock");
  const mine = `${process.pid} ${startOf(process.pid)}`;
  const holder = await take(lock, mine);
  if (holder !== undefined)
    throw new Error(`${folder} is in use by process ${holder.split(" ")[0]}.`);
  return () => rm(lock, { force: true });
}

// Undefined when taken, else the live process that has it. A stale lock is replaced in one step, by whoever holds the
// lock of that replacement: it is never missing in between, so two takers cannot both find it free.
async function take(lock: string, mine: string): Promise<string | undefined> {
  for (;;) {
    if (await placed(lock, mine)) return undefined;
    const holder = await readFile(lock, "utf8").catch(() => undefined);
    if (holder === undefined) continue;
    if (lives(holder)) return holder;
    const turn = `${lock}.turn`;
    if ((await take(turn, mine)) !== undefined) {
      await pause(2);
      continue;
    }
    try {
      if ((await readFile(lock, "utf8").catch(() => undefined)) === holder) {
        const draft = await written(lock, mine);
        await rename(draft, lock);
        return undefined;
      }
    } finally {
      await rm(turn, { force: true });
    }
  }
}

// link, unlike rename, fails where the name is taken; the file appears whole.
async function placed(lock: string, mine: string): Promise<boolean> {
  const draft = await written(lock, mine);
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function written(lock: string, mine: string): Promise<string> {
  const draft = `${lock}.${randomUUID()}`;
  await writeFile(draft, mine);
  return draft;
}

function lives(holder: string): boolean {
  const [pid, started = ""] = holder.split(" ");
  return isRunning(Number(pid)) && startOf(Number(pid)) === started;
}
