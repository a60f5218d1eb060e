import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Addresses } from "../../sandbox/demo-home.ts";

const root = join(import.meta.dirname, "..", "..");

/** `npm run demo`, in a process group of its own as in a terminal. */
export type Demo = {
  addresses: Addresses;
  /** The file of addresses as it is now: with a setup window, the product's key comes later. */
  newest: () => Promise<Addresses>;
  /** As Ctrl-C does it. Removes the demo's folder. */
  stop: () => Promise<void>;
};

/** Starts a demo in a folder of its own, on ports and a database of its own. Resolves when it says where everything is. */
export async function startDemo(
  environment: Readonly<Record<string, string>> = {},
): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), "counterpart-demo-test-"));
  const base = await freeBase();
  const demo = spawn("npm", ["run", "demo"], {
    cwd: root,
    env: {
      ...process.env,
      DATABASE_URL: "",
      DATA_DIR: "",
      HOST: "",
      ...environment,
      DEMO_DIR: folder,
      DEMO_PORT_BASE: String(base),
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let printed = "";
  for (const stream of [demo.stdout, demo.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const ended = once(demo, "exit");
  const stop = async (): Promise<void> => {
    if (demo.exitCode === null && demo.pid !== undefined)
      process.kill(-demo.pid, "SIGINT");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const read = async (): Promise<Addresses> =>
    JSON.parse(
      await readFile(join(folder, "addresses.json"), "utf8"),
    ) as Addresses;
  for (;;) {
    if (demo.exitCode !== null) {
      await stop();
      throw new Error(`The demo ended:\n${printed}`);
    }
    const addresses = await read().catch(() => null);
    if (addresses !== null) return { addresses, newest: read, stop };
    await pause(100);
  }
}

/** The first of three ports that a demo can take. */
export async function freeBase(): Promise<number> {
  for (let port = 20_000 + (process.pid % 20_000); ; port += 12) {
    const wanted = [port, port + 10, port + 11];
    const free = await Promise.all(wanted.map(isFree));
    if (free.every(Boolean)) return port;
  }
}

export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
