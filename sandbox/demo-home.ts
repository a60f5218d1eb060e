import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** What `.demo/addresses.json` holds. Addresses have no trailing slash. */
export type Addresses = {
  server: string;
  sandbox: string;
  desk: string;
  portalId: number;
  apiKey: string;
  /** The portal's views, over TCP under the product's own login. */
  databaseUrl: string;
  appId: number;
  clientId: string;
  clientSecret: string;
  pid: number;
};

const HOME = resolve(
  process.env["DEMO_DIR"] ||
    fileURLToPath(new URL("../.demo", import.meta.url)),
);
const ADDRESSES = join(HOME, "addresses.json");
const DATA_PREFIX = join(tmpdir(), "counterpart-demo-");

/** The folder `.demo` (`DEMO_DIR`), made when it is missing, without the addresses that a killed demo left. */
export async function demoFolder(): Promise<string> {
  await mkdir(HOME, { recursive: true });
  const owner = await ownerOfAddresses();
  if (owner !== undefined && !isRunning(owner))
    await rm(ADDRESSES, { force: true });
  return HOME;
}

/**
 * A new folder for the database, since the sandbox forgets everything too. It lies in the temp folder, where the
 * account that runs Postgres for root can reach it; a link in `.demo` leads there. What a killed demo left is removed.
 */
export async function newDataFolder(port: number): Promise<string> {
  const link = join(HOME, `data-${port}`);
  await removeDataFolder(port);
  const folder = await mkdtemp(DATA_PREFIX);
  await chmod(folder, 0o755);
  await symlink(folder, link);
  return folder;
}

export async function removeDataFolder(port: number): Promise<void> {
  const link = join(HOME, `data-${port}`);
  const folder = await readlink(link).catch(() => "");
  if (folder.startsWith(DATA_PREFIX))
    await rm(folder, { recursive: true, force: true });
  await rm(link, { force: true });
}

/** Appears whole: who waits for the file never reads half of it. */
export async function writeAddresses(addresses: Addresses): Promise<void> {
  const draft = `${ADDRESSES}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(addresses, null, 2)}\n`, {
    mode: 0o600,
  });
  await rename(draft, ADDRESSES);
}

/** Removes the file unless another demo has written it since. */
export async function removeAddresses(): Promise<void> {
  if ((await ownerOfAddresses()) === process.pid)
    await rm(ADDRESSES, { force: true });
}

async function ownerOfAddresses(): Promise<number | undefined> {
  const text = await readFile(ADDRESSES, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return (JSON.parse(text) as Addresses).pid;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
