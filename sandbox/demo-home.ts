import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isRunning, thisProcess } from "./running-process.ts";

/** What the file of addresses holds. Addresses have no trailing slash. */
export type Addresses = {
  server: string;
  sandbox: string;
  desk: string;
  portalId: number;
  /** Null until somebody has connected HubSpot, as the address of the views is. */
  apiKey: string | null;
  /** The portal's views, over TCP under the product's own login. */
  databaseUrl: string | null;
  appId: number;
  clientId: string;
  clientSecret: string;
  pid: number;
};

/**
 * The folder `.demo` (`DEMO_DIR`). The first demo in it has `addresses.json` and `server.log`; one that starts beside it
 * has files of its own, named after its first port, so that neither overwrites the other's.
 */
export class DemoHome {
  readonly path: string;
  /** Where the addresses are written. */
  readonly addresses: string;
  readonly serverLog: string;
  readonly #owner: string | null;
  readonly #dataLink: string;

  private constructor(path: string, port: number, owner: string | null) {
    const suffix = owner === null ? `-${port}` : "";
    this.path = path;
    this.addresses = join(path, `addresses${suffix}.json`);
    this.serverLog = join(path, `server${suffix}.log`);
    this.#owner = owner;
    this.#dataLink = join(path, `data-${port}`);
  }

  /** Takes the folder, made when it is missing, without what killed demos left in it. */
  static async open(port: number): Promise<DemoHome> {
    const path = resolve(
      process.env["DEMO_DIR"] ||
        fileURLToPath(new URL("../.demo", import.meta.url)),
    );
    await mkdir(path, { recursive: true });
    const owner = join(path, "owner");
    const isFirst = await take(owner);
    const home = new DemoHome(path, port, isFirst ? owner : null);
    await removeStale(path, home.addresses);
    return home;
  }

  /** A link in the folder that leads to the database. */
  async linkData(folder: string): Promise<void> {
    await rm(this.#dataLink, { force: true });
    await symlink(folder, this.#dataLink);
  }

  /** Appears whole: who waits for the file never reads half of it. */
  async writeAddresses(addresses: Addresses): Promise<void> {
    const draft = `${this.addresses}.${process.pid}`;
    await writeFile(draft, `${JSON.stringify(addresses, null, 2)}\n`, {
      mode: 0o600,
    });
    await rename(draft, this.addresses);
  }

  /** Gives the folder back: the next demo is the first in it. */
  async close(): Promise<void> {
    await rm(this.addresses, { force: true });
    await rm(this.#dataLink, { force: true });
    if (this.#owner !== null) await rm(this.#owner, { force: true });
  }
}

/** False if another demo that runs has the file. */
async function take(owner: string): Promise<boolean> {
  for (let tries = 0; tries < 2; tries++) {
    try {
      await writeFile(owner, thisProcess(), { flag: "wx" });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = await readFile(owner, "utf8").catch(() => "");
    // Empty: another demo is about to write it.
    if (holder === "" || isRunning(holder)) return false;
    await rm(owner, { force: true });
  }
  return false;
}

/** Removes the addresses of demos that no longer run, the ones about to be written, and links that lead nowhere. */
async function removeStale(path: string, ours: string): Promise<void> {
  for (const name of await readdir(path)) {
    const file = join(path, name);
    if (/^data-\d+$/.test(name)) {
      if (!(await stat(file).catch(() => undefined)))
        await rm(file, { force: true });
    } else if (/^addresses(-\d+)?\.json$/.test(name)) {
      const text = await readFile(file, "utf8").catch(() => "{}");
      const { pid } = JSON.parse(text) as Partial<Addresses>;
      if (file === ours || !isRunning(String(pid)))
        await rm(file, { force: true });
    }
  }
}
