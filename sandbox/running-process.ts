import { readFileSync } from "node:fs";

/** One process, as a text to be kept in a file: ids are given out again, with the start they name one process. */
export function thisProcess(): string {
  return `${process.pid} ${startOf(process.pid)}`;
}

/** Whether the process that `thisProcess` named still runs. Without a start in the text, any process of that id. */
export function isRunning(named: string): boolean {
  const [pid = "", start = ""] = named.trim().split(" ");
  if (!/^[1-9]\d*$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return start === "" || startOf(Number(pid)) === start;
}

/** In the kernel's own ticks, the 22nd field of /proc/<pid>/stat; "" where the system doesn't say. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, a name in brackets, may hold anything.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
