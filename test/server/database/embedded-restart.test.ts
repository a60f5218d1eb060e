import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { isRunning } from "../../../server/database/process-state.ts";
import { environmentFor } from "../environment.ts";
import { SpawnedServer } from "../spawn-server.ts";

// One server for the file, on a Postgres of its own: each test leaves it as the next one needs it.
let folder: string;
let environment: Record<string, string>;
let server: SpawnedServer;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp("/tmp/counterpart-restart-");
  await chmod(folder, 0o755);
  // No DATABASE_URL: the embedded one.
  environment = environmentFor("", { DATA_DIR: folder, LOG_LEVEL: "info" });
  server = new SpawnedServer(environment);
  url = await server.url();
});

afterAll(async () => {
  await server.kill("SIGKILL");
  const pid = await postgresPid();
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 10_000);
  await rm(folder, { recursive: true, force: true });
});

const postgresPid = async () =>
  Number(
    (await readFile(join(folder, "postgres", "postmaster.pid"), "utf8")).split(
      "\n",
    )[0],
  );

test("8-A6 the log of the embedded Postgres is its owner's alone and has no values of refused statements", async () => {
  const login = await addLogin();
  const product = new Client({ connectionString: login });
  await product.connect();
  await expect(
    product.query("select cast('someone@private.example' as integer)"),
  ).rejects.toMatchObject({ code: "22P02" });
  await product.end();
  const log = join(folder, "postgres.log");
  expect((await stat(log)).mode & 0o777).toBe(0o600);
  const text = await readFile(log, "utf8");
  expect(text).toContain("ready to accept connections");
  expect(text).not.toContain("someone@private.example");
});

test("8-B3 after kill -9 of the embedded Postgres it is back at the same place, for the server and for product logins", async () => {
  const login = await addLogin();
  const killed = await postgresPid();
  process.kill(killed, "SIGKILL");
  await server.line(({ msg }) => msg === "Postgres was started again");
  expect(await postgresPid()).not.toBe(killed);
  await vi.waitFor(
    async () => expect((await fetch(`${url}/readyz`)).status).toBe(200),
    10_000,
  );
  const product = new Client({ connectionString: login });
  await product.connect();
  await product.query("select count(*) from workspace.contacts");
  await product.end();
});

test("8-B3 a Postgres that cannot be started again ends the server, which says why and what Postgres said last", async () => {
  // What a disk that lost a block looks like: no start can succeed.
  await rm(join(folder, "postgres", "global", "pg_control"));
  process.kill(await postgresPid(), "SIGKILL");
  expect(await server.ended).toBe(1);
  const last = server.lines.at(-1);
  expect(last).toMatchObject({ level: "fatal" });
  expect(JSON.stringify(last)).toContain("started again 5 times");
  const gaveUp = server.lines.find(({ msg }) =>
    msg.startsWith("Postgres ended too often"),
  );
  expect(JSON.stringify(gaveUp?.["postgresLog"])).toContain("pg_control");
}, 30_000);

async function addLogin(): Promise<string> {
  const owner = new Client({
    host: await readFile(join(folder, "postgres.sockets"), "utf8"),
    port: Number(
      (
        await readFile(join(folder, "postgres", "postmaster.pid"), "utf8")
      ).split("\n")[3],
    ),
    user: "counterpart",
    database: "postgres",
  });
  await owner.connect();
  await owner.query(
    `insert into installation (portal_id, app_id, state, window_ends_at, scopes, sync_user_id, api_key_hash)
     values (1, 1, 'active', now(), '{}', 1, 'key') on conflict do nothing`,
  );
  await owner.end();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      fileURLToPath(
        new URL("../../../server/product-login.ts", import.meta.url),
      ),
      "1",
    ],
    { env: { PATH: process.env["PATH"], ...environment } },
  );
  return stdout.trim();
}
