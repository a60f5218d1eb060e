import { rmSync } from "node:fs";
import { lstat, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** By path: what this process made instead of a folder that is not its user's. */
const instead = new Map<string, Promise<string>>();

/**
 * Returns a folder that nobody but this process's user (and root) can write to: `path`, made if it is missing, or a new
 * one in the temp folder if `path` is another user's or a link. One of ours that others could write to is emptied. A new
 * one lasts as long as this process.
 */
export async function privateFolder(path: string): Promise<string> {
  if (await isOurs(path)) return path;
  const known = instead.get(path) ?? makeInstead();
  instead.set(path, known);
  return known;
}

async function isOurs(path: string): Promise<boolean> {
  await makeFolder(path);
  const found = await lstat(path);
  const uid = process.getuid?.();
  if (!found.isDirectory() || (uid !== undefined && found.uid !== uid))
    return false;
  if (uid === undefined || (found.mode & 0o022) === 0) return true;
  await rm(path, { recursive: true });
  await makeFolder(path);
  return isOurs(path);
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

async function makeInstead(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "counterpart-cards-own-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
