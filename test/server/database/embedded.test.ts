import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDatabase } from "../../../server/database/database.ts";
import type { Db } from "../../../server/database/database.ts";
import { startEmbeddedPostgres } from "../../../server/database/embedded.ts";
import { lockOwner } from "../../../server/database/owner-lock.ts";
import { isRunning } from "../../../server/database/process-state.ts";
import { createLog } from "../../../server/log.ts";

const settings = { fsync: "off" };
let folder: string;
const children: ChildProcessByStdio<Writable, Readable, null>[] = [];

beforeEach(async () => {
  folder = await mkdtemp("/tmp/counterpart-embedded-");
  await chmod(folder, 0o755);
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  }
  await rm(folder, { recursive: true, force: true });
});

async function inDatabase<T>(
  url: string,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const database = openDatabase({ url, poolSize: 1, log: createLog("silent") });
  try {
    return await work(database.owner);
  } finally {
    await database.close();
  }
}

/** Another process with a Postgres on the folder; answers it and the URL. */
async function holdElsewhere(): Promise<{
  child: ChildProcessByStdio<Writable, Readable, null>;
  url: string;
}> {
  const script = fileURLToPath(new URL("hold-postgres.ts", import.meta.url));
  const child = spawn(process.execPath, [script, folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: line.toString().trim() };
}

const postgresPid = async () =>
  Number(
    (
      await readFile(join(folder, "postgres", "postmaster.pid"), "utf8").catch(
        () => "",
      )
    ).split("\n")[0],
  );

test("data outlives a stop, is UTF-8 whatever the environment says, and nothing is left running", async () => {
  const first = await startEmbeddedPostgres({ dataDir: folder, settings });
  const pid = await postgresPid();
  await inDatabase(first.url, async (db) => {
    const { rows } = await sql<{
      encoding: string;
      zone: string;
      addresses: string;
    }>`
      select current_setting('server_encoding') as encoding, current_setting('timezone') as zone,
        current_setting('listen_addresses') as addresses`.execute(db);
    expect(rows[0]).toEqual({ encoding: "UTF8", zone: "UTC", addresses: "" });
    await sql`create table kept as select 'Zoë' as name`.execute(db);
  });
  const sockets = new URL(first.url).searchParams.get("host") ?? "";
  await first.stop();
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(sockets)).toBe(false);
  const second = await startEmbeddedPostgres({ dataDir: folder, settings });
  const kept = await inDatabase(second.url, (db) =>
    sql`select name from kept`.execute(db),
  );
  await second.stop();
  expect(kept.rows).toEqual([{ name: "Zoë" }]);
});

test("logins find the next start at the same port", async () => {
  const ports: string[] = [];
  for (let starts = 0; starts < 2; starts += 1) {
    const postgres = await startEmbeddedPostgres({
      dataDir: folder,
      settings,
      tcp: true,
    });
    await inDatabase(postgres.url, async (db) => {
      const { rows } = await sql<{ port: string }>`
        select current_setting('counterpart.login_port') as port`.execute(db);
      ports.push(rows[0]?.port ?? "none");
    });
    await postgres.stop();
  }
  expect(ports[0]).toMatch(/^\d{4,5}$/);
  expect(ports[1]).toBe(ports[0]);
});

test("a folder in use is refused, naming the process, and its Postgres goes on", async () => {
  const { child, url } = await holdElsewhere();
  await expect(
    startEmbeddedPostgres({ dataDir: folder, settings }),
  ).rejects.toThrow(`in use by process ${child.pid}`);
  await inDatabase(url, (db) => sql`select 1`.execute(db));
});

test("after kill -9 of its owner, the next start has the folder and what was committed", async () => {
  const { child, url } = await holdElsewhere();
  const orphan = await postgresPid();
  await inDatabase(url, (db) =>
    sql`create table kept as select 1 as one`.execute(db),
  );
  child.kill("SIGKILL");
  await once(child, "exit");
  const next = await startEmbeddedPostgres({ dataDir: folder, settings });
  try {
    await vi.waitFor(() => expect(isRunning(orphan)).toBe(false));
    const kept = await inDatabase(next.url, (db) =>
      sql`select one from kept`.execute(db),
    );
    expect(kept.rows).toEqual([{ one: 1 }]);
    expect(existsSync(new URL(url).searchParams.get("host") ?? "")).toBe(false);
  } finally {
    await next.stop();
  }
});

test("SIGTERM to the process leaves it to stop Postgres itself", async () => {
  const { child } = await holdElsewhere();
  const pid = await postgresPid();
  child.kill("SIGTERM");
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(0);
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
});

test("an initdb that was cut short is done again", async () => {
  await mkdir(join(folder, "postgres.new"));
  await writeFile(join(folder, "postgres.new", "PG_VERSION"), "18");
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings });
  await inDatabase(postgres.url, (db) => sql`select 1`.execute(db));
  await postgres.stop();
});

test("Postgres' own words stand in the error when it does not start, and the folder is free again", async () => {
  await expect(
    startEmbeddedPostgres({
      dataDir: folder,
      settings: { max_connections: "none" },
    }),
  ).rejects.toThrow(/max_connections/);
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings });
  await postgres.stop();
});

test("a postmaster.pid that names another program's process by now does not keep Postgres from starting", async () => {
  const first = await startEmbeddedPostgres({ dataDir: folder, settings });
  await first.stop();
  const other = spawn("sleep", ["60"]);
  const lines = [
    other.pid,
    join(folder, "postgres"),
    1,
    5432,
    "/tmp/none",
    "",
    "",
    "ready",
  ];
  await writeFile(
    join(folder, "postgres", "postmaster.pid"),
    `${lines.join("\n")}\n`,
  );
  const second = await startEmbeddedPostgres({ dataDir: folder, settings });
  await second.stop();
  other.kill();
});

test("a lock left by a process that is gone, or whose id was given out again, is taken over by one alone", async () => {
  for (const stale of ["4194305 17", `${process.ppid} 1`]) {
    await writeFile(join(folder, "owner.lock"), stale);
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => lockOwner(folder)),
    );
    const taken = tries.filter((one) => one.status === "fulfilled");
    expect(taken).toHaveLength(1);
    await taken[0]?.value();
    expect(existsSync(join(folder, "owner.lock"))).toBe(false);
  }
});

test.runIf(process.getuid?.() === 0)(
  "root may keep its data below a folder that only root enters",
  async () => {
    const home = join(folder, "home");
    await mkdir(home, { mode: 0o700 });
    const dataDir = join(home, "data");
    let logged = "";
    const log = pino({}, { write: (line: string) => void (logged += line) });
    const first = await startEmbeddedPostgres({
      dataDir,
      settings,
      watch: { log, onLost: (reason) => log.fatal({ err: reason }, "lost") },
    });
    try {
      await inDatabase(first.url, (db) =>
        sql`create table kept as select 1 as one`.execute(db),
      );
    } finally {
      await first.stop();
    }
    const second = await startEmbeddedPostgres({ dataDir, settings });
    const { rows } = await inDatabase(second.url, (db) =>
      sql<{
        folder: string;
      }>`select current_setting('data_directory') as folder from kept`.execute(
        db,
      ),
    );
    await second.stop();
    const placed = rows[0]?.folder ?? "";
    expect(placed).toMatch(/^\/var\/lib\/counterpart\/[0-9a-f]{16}\/postgres$/);
    // One line, at the start: an operator who backs up DATA_DIR would back up nothing.
    expect(JSON.parse(logged)).toMatchObject({
      level: 40,
      dataDir,
      used: join(placed, ".."),
    });
    await rm(join(placed, ".."), { recursive: true });
  },
);
