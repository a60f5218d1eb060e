import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import {
  chown,
  mkdtemp,
  open,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  readPidFile,
  SOCKET_PREFIX,
  SOCKETS_FILE,
  STOP_DEADLINE_MS,
} from "./postmaster.ts";
import type { RunAs } from "./run-as.ts";

const START_DEADLINE_MS = 60_000;

/** The superuser of our own clusters. */
export const SUPERUSER = "counterpart";

/** A Postgres of our own, running. `url` goes over its unix socket, as the superuser. */
export type EmbeddedPostgres = { url: string; stop(): Promise<void> };

export type LaunchOptions = {
  /** Also listen on 127.0.0.1 at a free port (logins need their password there). */
  tcp?: boolean;
  /** Server settings such as `fsync: "off"`. */
  settings?: Record<string, string>;
};

/** The address of a Postgres of our own, for its owner. */
export function socketUrl(sockets: string, port: string): string {
  return `postgresql:///postgres?host=${sockets}&port=${port}&user=${SUPERUSER}`;
}

/** Where binaries, our files and the data are, and who runs it. */
export type Launch = {
  bin: string;
  home: string;
  data: string;
  account: RunAs;
  options: LaunchOptions;
};

/** Starts postgres on an existing data folder and waits until it takes connections. */
export async function launchPostgres({
  bin,
  home,
  data,
  account,
  options,
}: Launch): Promise<EmbeddedPostgres> {
  const sockets = await mkdtemp(SOCKET_PREFIX);
  await writeFile(join(home, SOCKETS_FILE), sockets);
  if (account) await chown(sockets, account.uid, account.gid);
  const port = options.tcp ? await freePort() : 5432;
  const settings: Record<string, string> = {
    listen_addresses: options.tcp ? "127.0.0.1" : "",
    port: String(port),
    unix_socket_directories: sockets,
    timezone: "UTC",
    log_timezone: "UTC",
    jit: "off",
    ...options.settings,
  };
  const given = Object.entries(settings).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const command = [join(bin, "postgres"), "-D", data, ...given];
  // Where setpriv exists, the kernel stops Postgres when we are killed; elsewhere the next start finds the orphan.
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) =>
    existsSync(path),
  );
  const [file = "", ...args] = setpriv
    ? [setpriv, "--pdeathsig", "INT", "--", ...command]
    : command;
  const logPath = join(home, "postgres.log");
  const log = await open(logPath, "w");
  const child = spawn(file, args, {
    ...account,
    cwd: "/",
    env: postgresEnvironment(),
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  const ended = new Promise<string>((done) => {
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, signal) => done(`exit ${code ?? signal}`));
  });
  await log.close();
  child.unref();
  try {
    await untilReady(data, child, ended, logPath);
  } catch (error) {
    child.kill("SIGQUIT");
    await rm(sockets, { recursive: true, force: true });
    throw error;
  }
  return {
    url: socketUrl(sockets, String(port)),
    stop: async () => {
      child.ref();
      // fast shutdown: open transactions are rolled back
      child.kill("SIGINT");
      const late = AbortSignal.timeout(STOP_DEADLINE_MS);
      late.addEventListener("abort", () => child.kill("SIGQUIT"));
      await ended;
      await rm(sockets, { recursive: true, force: true });
    },
  };
}

async function untilReady(
  data: string,
  child: ChildProcess,
  ended: Promise<string>,
  logPath: string,
): Promise<void> {
  let end: string | undefined;
  void ended.then((how) => (end = how));
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const pidFile = await readPidFile(data);
    if (pidFile?.pid === child.pid && pidFile?.status === "ready") return;
    if (end !== undefined || Date.now() > deadline) {
      const log = (await readFile(logPath, "utf8"))
        .split("\n")
        .slice(-15)
        .join("\n");
      throw new Error(
        `Postgres did not start (${end ?? "not ready in time"}):\n${log}`,
      );
    }
    await pause(5);
  }
}

/** What initdb and postgres see of our environment: nothing that changes what they make. */
export function postgresEnvironment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LC_ALL: "C",
    TZ: "UTC",
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string")
    throw new Error("No free port on 127.0.0.1.");
  return address.port;
}
