import { lstat, mkdtemp, readdir, readFile, rm, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning } from "./running-process.ts";

const PREFIX = "counterpart-demo-";
/** Where the server keeps the sockets of its embedded Postgres, and the file in its data folder that says so. */
const SOCKETS_PREFIX = "/tmp/counterpart-pg-";
const SOCKETS_FILE = "postgres.sockets";

/**
 * Makes a folder for the database of this demo, in the temp folder, where the account that runs Postgres for root can
 * reach it. Its name has our process id, so that a later demo can tell that it was left behind.
 */
export async function makeDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o755);
  return folder;
}

/** Removes a data folder, with the sockets of a Postgres that could not remove them itself. */
export async function removeDataFolder(folder: string): Promise<void> {
  const sockets = await textOf(join(folder, SOCKETS_FILE));
  if (sockets.startsWith(SOCKETS_PREFIX))
    await rm(sockets, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

/** Removes the data folders of demos that were killed. One whose Postgres still runs is left for the next time. */
export async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^counterpart-demo-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isRunning(pid)) continue;
    const folder = join(tmpdir(), name);
    const found = await lstat(folder).catch(() => undefined);
    // Another user's demos are his, and a link leads who knows where.
    if (!found?.isDirectory() || found.uid !== process.getuid?.()) continue;
    const postmaster = await textOf(join(folder, "postgres", "postmaster.pid"));
    if (isRunning(postmaster.split("\n")[0] ?? "")) continue;
    await removeDataFolder(folder);
  }
}

function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
