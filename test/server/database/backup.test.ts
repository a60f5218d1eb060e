import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startCounterpart } from "../../../server/app.ts";
import { readConfig } from "../../../server/config.ts";
import { openDatabase } from "../../../server/database/database.ts";
import { checkRoles } from "../../../server/database/group-roles.ts";
import { migrate } from "../../../server/database/migrate.ts";
import type { EmbeddedPostgres } from "../../../server/database/embedded.ts";
import { createProductLogin } from "../../../server/database/product-login.ts";
import { createLog } from "../../../server/log.ts";
import { World } from "../../acceptance/world.ts";
import { withDatabase } from "../../postgres.ts";
import { addPortal } from "../jobs/portal.ts";
import { runProgram, startSystemPostgres } from "./debian-postgres.ts";
import { makePlainOwner } from "./plain-owners.ts";
import { syncBothWays } from "./sync-both-ways.ts";

/** 8-B2: the way that docs/operations.md describes, with the system's Postgres: pg_dump and pg_restore by plain owners. */
const clusters: EmbeddedPostgres[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "counterpart-backup-"));
  clusters.push(...(await Promise.all([0, 1].map(startSystemPostgres))));
});
// An install and two syncs on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
afterAll(async () => {
  vi.resetConfig();
  await Promise.all(clusters.map((cluster) => cluster.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function query<Row extends object>(
  url: string,
  statement: string,
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Rows of each table, as its owner counts them. */
async function counts(url: string): Promise<Record<string, number>> {
  const tables = await query<{ name: string }>(
    url,
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  );
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await query<{ rows: number }>(
      url,
      `select count(*)::int as rows from "${name}"`,
    );
    found[name] = row?.rows ?? -1;
  }
  return found;
}

/** The two programs, as docs/operations.md has them. */
async function backUp(url: string, file: string): Promise<void> {
  expect(
    await runProgram(
      "pg_dump",
      "--format=custom",
      `--file=${file}`,
      `--dbname=${url}`,
    ),
  ).toBe("");
}

async function restore(url: string, file: string): Promise<void> {
  expect(
    await runProgram(
      "pg_restore",
      "--no-owner",
      "--exit-on-error",
      `--dbname=${url}`,
      file,
    ),
  ).toBe("");
}

/** A command of the operator, as it is typed. */
async function operate(url: string, command: string, ...args: string[]) {
  const file = fileURLToPath(
    new URL(`../../../server/${command}.ts`, import.meta.url),
  );
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [file, ...args],
    { env: { ...process.env, DATABASE_URL: url } },
  );
  return stdout.trim();
}

test("8-B2 a backup by a plain owner is whole, and another plain owner restores it in a new cluster without an error, and syncs", async () => {
  const [from, to] = clusters;
  const source = await makePlainOwner(from?.url ?? "", "producer");
  const target = await makePlainOwner(to?.url ?? "", "restorer");
  const world = await World.start({ database: source });
  try {
    await world.installed();
    await syncBothWays(world, "before");
    await createProductLogin(world.server.database, world.portalId);
    const port = String(world.server.port);
    await world.server.stop();

    const file = join(folder, "backup.dump");
    await backUp(source.url, file);
    const [row] = await query<{ id: string }>(
      source.url,
      "select id from deployment",
    );
    await operate(target.url, "create-roles", row?.id ?? "");
    await restore(target.url, file);
    const before = await counts(source.url);
    expect(before).toMatchObject({ record: 2, link: 2, installation: 1 });
    expect(await counts(target.url)).toEqual(before);

    world.server = await startCounterpart(
      readConfig({
        ...world.environment,
        DATABASE_URL: target.url,
        PORT: port,
      }),
    );
    // A restored database syncs nothing until its operator says so.
    expect((await world.api("GET", "/installation")).body).toMatchObject({
      state: "held",
      warnings: [{ code: "restored_copy" }],
    });
    expect(await operate(target.url, "resume-copy")).toContain("1 HubSpot");
    await syncBothWays(world, "after");
    const product = await operate(
      target.url,
      "product-login",
      String(world.portalId),
    );
    expect(
      await query(
        product,
        "select email from workspace.contacts where sync_status = 'in_sync' and email like '%before%' order by 1",
      ),
    ).toEqual([
      { email: "from-before@owner.example" },
      { email: "to-before@owner.example" },
    ]);
    await expect(
      query(product, "select * from installation"),
    ).rejects.toMatchObject({ code: "42501" });
  } finally {
    await world.stop();
  }
});

test("8-B2 a backup that another owner restores beside the original starts only as a deployment of its own, which the original's logins don't reach", async () => {
  const [cluster] = clusters;
  const open = (url: string) =>
    openDatabase({ url, poolSize: 2, log: createLog("silent") });
  const source = await makePlainOwner(cluster?.url ?? "", "production");
  const target = await makePlainOwner(cluster?.url ?? "", "staging");
  const production = open(source.url);
  const staging = open(target.url);
  try {
    await migrate(production.owner);
    await addPortal(production, 1);
    const login = await createProductLogin(production, 1);
    await query(
      login,
      "insert into workspace.contacts (email) values ('copied@owner.example')",
    );
    const file = join(folder, "beside.dump");
    await backUp(source.url, file);
    await restore(target.url, file);
    await expect(checkRoles(staging)).rejects.toThrow("new-deployment.ts");
    await operate(target.url, "new-deployment");
    const contacts = "select email from workspace.contacts";
    expect(
      await query(await operate(target.url, "product-login", "1"), contacts),
    ).toEqual([{ email: "copied@owner.example" }]);
    await expect(
      query(withDatabase(login, "staging"), contacts),
    ).rejects.toMatchObject({ code: "42501" });
    expect(await query(login, contacts)).toHaveLength(1);
  } finally {
    await Promise.all([production.close(), staging.close()]);
    await Promise.all([source.drop(), target.drop()]);
  }
});
