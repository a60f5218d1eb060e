import { readFileSync } from "node:fs";

/** Whether a process runs; one that ended and was not yet taken note of by its parent does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return statOf(pid)[0] !== "Z";
}

/**
 * When a process started, in the kernel's own ticks; "" where the system does not say. A pid is given out again: with
 * its start it names one process.
 */
export function startOf(pid: number): string {
  return statOf(pid)[19] ?? "";
}

// The fields of /proc/<pid>/stat from the third on, the state; the second, a name in brackets, may hold anything.
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
