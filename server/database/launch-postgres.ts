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
import { totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  readPidFile,
  SOCKET_PREFIX,
  SOCKETS_FILE,
  STOP_DEADLINE_MS,
} from "./postmaster.ts";
import type { RunAs } from "./run-as.ts";

/** After a crash Postgres replays its log first, which takes minutes on a slow disk. */
const START_DEADLINE_MS = 300_000;
const LAST_LINES = 15;
const MEBIBYTE = 1024 ** 2;

/** The superuser of our own clusters. */
export const SUPERUSER = "counterpart";

/** Where a Postgres of our own listens: the folder of its unix socket, and the port of socket and TCP. */
export type Place = { sockets: string; port: number };

/** A Postgres of our own, running. `url` goes over its unix socket, as the superuser. */
export type EmbeddedPostgres = { url: string; stop(): Promise<void> };

/** One process of it. */
export type RunningPostgres = EmbeddedPostgres & {
  place: Place;
  /** Resolves with how it ended, whether or not it was asked to. */
  ended: Promise<string>;
};

/** A Postgres that did not come up. `lastLines` is the end of its own log, without values (`quietLog`). */
export class PostgresStartError extends Error {
  override name = "PostgresStartError";
  readonly lastLines: readonly string[];

  constructor(how: string, lastLines: readonly string[]) {
    super(`Postgres did not start (${how}):\n${lastLines.join("\n")}`);
    this.lastLines = lastLines;
  }
}

export type LaunchOptions = {
  /** Also listen on 127.0.0.1 at a free port (logins need their password there). */
  tcp?: boolean;
  /** Server settings such as `fsync: "off"`. */
  settings?: Record<string, string>;
  /** The memory that each process may have for itself; `mostMemory` of this machine if absent. */
  memoryBytes?: number;
};

/**
 * Returns the bytes that one process of Postgres may have for itself, on a machine with `total` bytes. A
 * product's login may raise its own `work_mem`: without a bound, its queries would take the machine's memory, and the
 * kernel would end Postgres for everybody. Pure.
 */
export function mostMemory(total: number): number {
  return Math.round(
    Math.max(768 * MEBIBYTE, Math.min(total / 16, 2_048 * MEBIBYTE)),
  );
}

/**
 * What a process of Postgres maps besides its own memory: programs, libraries, locales, and shared buffers. Beyond it, a
 * query's parallel hash tables, which are shared memory, count as its own.
 */
const MAPPED_BYTES = 384 * MEBIBYTE;

/** The address of a Postgres of our own, for its owner. */
export function socketUrl(sockets: string, port: string): string {
  return `postgresql:///postgres?host=${sockets}&port=${port}&user=${SUPERUSER}`;
}

/**
 * Settings that keep people's data out of postgres.log: a statement that fails would be logged with its values, and a
 * message names the value that Postgres refused. The caller gets the error; the log keeps what concerns the server.
 */
const quietLog: Readonly<Record<string, string>> = {
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
};

/** Where binaries, our files and the data are, and who runs it. */
export type Launch = {
  bin: string;
  home: string;
  data: string;
  account: RunAs;
  options: LaunchOptions;
  /** Where the one that ended had listened, so that pools and product logins find this one. A new place if absent. */
  place?: Place;
};

/**
 * Starts postgres on an existing data folder and waits until it takes connections. Throws `PostgresStartError`; a
 * socket folder that it made is removed then.
 */
export async function launchPostgres(launch: Launch): Promise<RunningPostgres> {
  const { bin, home, data, account, options } = launch;
  const place = launch.place ?? (await newPlace(launch));
  const settings: Record<string, string> = {
    listen_addresses: options.tcp ? "127.0.0.1" : "",
    port: String(place.port),
    unix_socket_directories: place.sockets,
    timezone: "UTC",
    log_timezone: "UTC",
    jit: "off",
    ...quietLog,
    ...options.settings,
  };
  const given = Object.entries(settings).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const memory = options.memoryBytes ?? mostMemory(totalmem());
  const [file = "", ...args] = [
    // Where setpriv exists, the kernel stops Postgres when we are killed; elsewhere the next start finds the orphan.
    ...ifThere("setpriv", "--pdeathsig", "INT", "--"),
    ...ifThere(
      "prlimit",
      `--data=${memory}`,
      `--as=${memory + MAPPED_BYTES}`,
      "--",
    ),
    join(bin, "postgres"),
    "-D",
    data,
    ...given,
  ];
  // A restart keeps what the one before said of its end.
  const logPath = join(home, "postgres.log");
  const log = await open(logPath, launch.place ? "a" : "w", 0o600);
  await log.chmod(0o600);
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
    await untilReady(home, data, child, ended);
  } catch (error) {
    child.kill("SIGQUIT");
    if (!launch.place)
      await rm(place.sockets, { recursive: true, force: true });
    throw error;
  }
  return {
    url: socketUrl(place.sockets, String(place.port)),
    place,
    ended,
    stop: async () => {
      child.ref();
      // fast shutdown: open transactions are rolled back
      child.kill("SIGINT");
      const late = AbortSignal.timeout(STOP_DEADLINE_MS);
      late.addEventListener("abort", () => child.kill("SIGQUIT"));
      await ended;
      await rm(place.sockets, { recursive: true, force: true });
    },
  };
}

async function newPlace({ home, account, options }: Launch): Promise<Place> {
  const sockets = await mkdtemp(SOCKET_PREFIX);
  await writeFile(join(home, SOCKETS_FILE), sockets);
  if (account) await chown(sockets, account.uid, account.gid);
  return { sockets, port: options.tcp ? await freePort() : 5432 };
}

/** The end of Postgres' own log; empty where there is none. */
export async function lastLinesOf(home: string): Promise<string[]> {
  const log = await readFile(join(home, "postgres.log"), "utf8").catch(
    () => "",
  );
  return log.trimEnd().split("\n").slice(-LAST_LINES);
}

/** The command, where this system has it. */
function ifThere(name: string, ...args: string[]): string[] {
  const found = [`/usr/bin/${name}`, `/bin/${name}`].find((path) =>
    existsSync(path),
  );
  return found === undefined ? [] : [found, ...args];
}

async function untilReady(
  home: string,
  data: string,
  child: ChildProcess,
  ended: Promise<string>,
): Promise<void> {
  let end: string | undefined;
  void ended.then((how) => (end = how));
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const pidFile = await readPidFile(data);
    if (pidFile?.pid === child.pid && pidFile?.status === "ready") return;
    if (end !== undefined || Date.now() > deadline)
      throw new PostgresStartError(
        end ?? "not ready in time",
        await lastLinesOf(home),
      );
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
