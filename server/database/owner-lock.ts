import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Takes a data folder for this process, so that two apps never share one. Left behind by a process that is gone, the
 * lock is taken over. Throws while its owner lives. Answers the function that gives it back.
 */
export async function lockOwner(folder: string): Promise<() => Promise<void>> {
  const lock = join(folder, "owner.lock");
  const mine = `${process.pid} ${(await startedAt(process.pid)) ?? ""}`;
  const draft = `${lock}.${randomUUID()}`;
  await writeFile(draft, mine);
  try {
    for (;;) {
      if (await linked(draft, lock)) break;
      const holder = await readFile(lock, "utf8").catch(() => "");
      if (holder === "") continue;
      if (await lives(holder)) {
        throw new Error(
          `${folder} is in use by process ${holder.split(" ")[0]}.`,
        );
      }
      await removeStale(lock, holder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return async () => {
    if ((await readFile(lock, "utf8").catch(() => "")) === mine)
      await rm(lock, { force: true });
  };
}

async function linked(draft: string, lock: string): Promise<boolean> {
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

// Two starters may find the same stale lock: whoever moved away the other's new one puts it back.
async function removeStale(lock: string, holder: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8")) !== holder) await linked(aside, lock);
  await rm(aside, { force: true });
}

async function lives(holder: string): Promise<boolean> {
  const [pid, started] = holder.split(" ");
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return (await startedAt(Number(pid))) === (started || undefined);
}

// A pid is given out again: with its start time (field 22, counted after the name in brackets) it names one process.
async function startedAt(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
}
