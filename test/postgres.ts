import {
  chmod,
  mkdtemp,
  readdir,
  readFile,
  rm,
  statfs,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompiledQuery } from "kysely";
import { openDatabase } from "../server/database/database.ts";
import { startEmbeddedPostgres } from "../server/database/embedded.ts";
import { migrate } from "../server/database/migrate.ts";
import { isRunning } from "../server/database/process-state.ts";
import { createLog } from "../server/log.ts";

export const TEMPLATE = "counterpart_template";

const PREFIX = "counterpart-test-";
const ROOM_BYTES = 1024 ** 3;

/**
 * A Postgres for tests: data in memory where there is room, nothing forced to disk, with a migrated template database
 * to clone. `url` is its superuser's on the database `postgres`. It confines the sessions of logins only if that is
 * asked: it would start a program for each session of the server's, and tests have thousands that are short.
 */
export async function startTestPostgres({
  confinesLogins = false,
} = {}): Promise<{
  url: string;
  stop(): Promise<void>;
}> {
  const folder = await chooseFolder();
  await removeLeftovers(folder);
  const dataDir = await mkdtemp(join(folder, `${PREFIX}${process.pid}-`));
  // Root's account for Postgres has to get through, or the data would lie on a disk.
  await chmod(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({
    dataDir,
    tcp: true,
    confinesLogins,
    settings: {
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      // A test's connections are too young to plan a statement once and for all by themselves, and planning would be a
      // third of what Postgres does.
      plan_cache_mode: "force_generic_plan",
      max_connections: "300",
      shared_buffers: "64MB",
    },
  });
  await makeTemplate(postgres.url);
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function makeTemplate(url: string): Promise<void> {
  const log = createLog("silent");
  const admin = openDatabase({ url, poolSize: 1, log });
  await admin.owner.executeQuery(
    CompiledQuery.raw(`create database ${TEMPLATE}`),
  );
  await admin.close();
  const template = openDatabase({
    url: withDatabase(url, TEMPLATE),
    poolSize: 1,
    log,
  });
  await migrate(template.owner);
  await template.close();
}

async function chooseFolder(): Promise<string> {
  const memory = await statfs("/dev/shm").catch(() => undefined);
  return memory && memory.bavail * memory.bsize > ROOM_BYTES
    ? "/dev/shm"
    : tmpdir();
}

// What a test run that was killed could not remove: the folder names the process.
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(PREFIX)
      ? Number(name.slice(PREFIX.length).split("-")[0])
      : 0;
    if (pid === 0 || isRunning(pid)) continue;
    const left = join(folder, name);
    const sockets = await readFile(
      join(left, "postgres.sockets"),
      "utf8",
    ).catch(() => "");
    if (sockets !== "") await rm(sockets, { recursive: true, force: true });
    await rm(left, { recursive: true, force: true });
  }
}
