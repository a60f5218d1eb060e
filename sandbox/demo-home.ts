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
import { join } from "node:path";
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

const HOME = fileURLToPath(new URL("../.demo/", import.meta.url));
const ADDRESSES = join(HOME, "addresses.json");
const DATA_PREFIX = join(tmpdir(), "counterpart-demo-");

/** The folder `.demo`, made when it is missing. */
export async function demoFolder(): Promise<string> {
  await mkdir(HOME, { recursive: true });
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
  const text = await readFile(ADDRESSES, "utf8").catch(() => "");
  if (text.includes(`"pid": ${process.pid}\n`))
    await rm(ADDRESSES, { force: true });
}
