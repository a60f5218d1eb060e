import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** The account that Postgres runs as; undefined where it is our own. */
export type RunAs = { uid: number; gid: number } | undefined;

/** Postgres refuses to run as root: root runs it as `postgres`, else as `nobody`. Anyone else runs it as himself. */
export function postgresAccount(): RunAs {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string): number =>
        Number(
          execFileSync("id", [flag, name], {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
          }),
        );
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // no such account on this machine
    }
  }
  throw new Error(
    "Postgres cannot run as root, and there is neither an account postgres nor nobody.",
  );
}

/** Whether the account can pass through every folder above `path` (a root's home is often 0700). */
export function canReach(path: string, account: RunAs): boolean {
  if (!account) return true;
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat) {
      const bit =
        stat.uid === account.uid
          ? 0o100
          : stat.gid === account.gid
            ? 0o010
            : 0o001;
      if ((stat.mode & bit) === 0) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}
