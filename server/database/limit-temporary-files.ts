import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../log.ts";
import { LogOnce } from "../log-once.ts";
import { SUPERUSER } from "./launch-postgres.ts";
import { postgresProcess } from "./process-title.ts";

/**
 * The disk that the sorts and hashes of all of a login's sessions may take at once. More of it would be written out
 * while it is needed, and every durable commit would wait for that.
 */
export const TEMPORARY_BYTES_OF_LOGIN = 256 * 1024 ** 2;

const EVERY_MS = 250;
/**
 * After so long a session is ended that still has what its statement was cancelled for: it runs none, and keeps the
 * files of a cursor.
 */
const END_AFTER_MS = 2_000;

/** "pgsql_tmp<process>.<number>", with ".fileset" where a parallel query shares it. */
const TEMPORARY = /^pgsql_tmp(\d+)\./;

/** A session of a login that has temporary files. */
export type FilesOfSession = { pid: number; login: string; bytes: number };

/**
 * Cancels statements of products' logins whose sessions have more temporary files together than a login may, and ends
 * those that keep them all the same, in the Postgres that runs on `data`: Postgres itself knows a limit for each session
 * only. Returns what ends it. Does nothing
 * on systems without /proc.
 */
export function limitTemporaryFiles(
  data: string,
  {
    log,
    bytes = TEMPORARY_BYTES_OF_LOGIN,
  }: { log?: Log | undefined; bytes?: number } = {},
): { stop(): void } {
  const folder = join(data, "base", "pgsql_tmp");
  const lines = new LogOnce();
  /** Since when each session has been cancelled time and again. */
  let since = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  void tick();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };

  async function tick(): Promise<void> {
    const now = performance.now();
    const before = since;
    since = new Map();
    for (const { pid, login } of toCancel(await filesOfLogins(folder), bytes)) {
      const first = before.get(pid) ?? now;
      since.set(pid, first);
      if (signal(pid, now - first < END_AFTER_MS ? "SIGINT" : "SIGTERM"))
        lines.write(login, (more) =>
          log?.warn(
            { login, cause: "temporary_files", ...more },
            "a product's login exceeded a limit and was stopped",
          ),
        );
    }
    if (!isStopped) timer = setTimeout(() => void tick(), EVERY_MS).unref();
  }
}

/**
 * Returns the sessions whose statements are cancelled so that no login has more than `limit` bytes: of each such login
 * those with the most, until the rest fits. Pure.
 */
export function toCancel(
  sessions: readonly FilesOfSession[],
  limit: number,
): FilesOfSession[] {
  const left = new Map<string, number>();
  for (const { login, bytes } of sessions)
    left.set(login, (left.get(login) ?? 0) + bytes);
  return sessions
    .toSorted((one, other) => other.bytes - one.bytes)
    .filter(({ login, bytes }) => {
      const all = left.get(login) ?? 0;
      if (all <= limit) return false;
      left.set(login, all - bytes);
      return true;
    });
}

async function filesOfLogins(folder: string): Promise<FilesOfSession[]> {
  const bytes = new Map<number, number>();
  // The folder comes with the first temporary file.
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(
    () => [],
  )) {
    const pid = Number(TEMPORARY.exec(entry.name)?.[1]);
    const path = join(folder, entry.name);
    const size = entry.isDirectory()
      ? await sizeOfFolder(path)
      : await sizeOfFile(path);
    if (pid > 0) bytes.set(pid, (bytes.get(pid) ?? 0) + size);
  }
  const sessions = new Map<number, FilesOfSession>();
  for (const [process, size] of bytes) {
    const found = await sessionOf(process);
    if (found === null || found.login === SUPERUSER) continue;
    const known = sessions.get(found.pid);
    if (known) known.bytes += size;
    else sessions.set(found.pid, { ...found, bytes: size });
  }
  return [...sessions.values()];
}

/** The session that a process of Postgres is, or computes for; null for others, and where it has ended. */
async function sessionOf(
  pid: number,
): Promise<{ pid: number; login: string } | null> {
  const found = postgresProcess(
    await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
  );
  if (found?.is === "session") return { pid, login: found.user };
  return found?.is === "parallel worker" && found.leader > 0
    ? sessionOf(found.leader)
    : null;
}

async function sizeOfFolder(path: string): Promise<number> {
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) => sizeOfFile(join(path, name))),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** 0 for a file that is gone meanwhile. */
function sizeOfFile(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** As `pg_cancel_backend` and `pg_terminate_backend` do. Returns whether the session was still there. */
function signal(pid: number, name: "SIGINT" | "SIGTERM"): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
