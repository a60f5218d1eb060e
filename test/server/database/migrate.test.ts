import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sql } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, test } from "vitest";
import { openDatabase } from "../../../server/database/database.ts";
import { migrate, sqlFiles } from "../../../server/database/migrate.ts";
import { createLog } from "../../../server/log.ts";
import { cloneDatabase } from "../../database.ts";

test("several starters at once migrate an empty database once, and a later one finds nothing to do", async () => {
  const cloned = await cloneDatabase({ template: "template1" });
  const starters = Array.from({ length: 4 }, () =>
    openDatabase({ url: cloned.url, poolSize: 2, log: createLog("silent") }),
  );
  try {
    const done = await Promise.all(
      starters.map((starter) => migrate(starter.owner)),
    );
    const carriedOut = done.filter((names) => names.length > 0);
    expect(carriedOut).toHaveLength(1);
    expect(carriedOut[0]?.[0]).toBe("0001-roles");
    expect(
      await Promise.all(starters.map((starter) => migrate(starter.owner))),
    ).toEqual([[], [], [], []]);
  } finally {
    await Promise.all(starters.map((starter) => starter.close()));
    await cloned.drop();
  }
});

test("a file that fails leaves nothing behind, also of the files before it", async () => {
  const cloned = await cloneDatabase({ template: "template1" });
  const database = openDatabase({
    url: cloned.url,
    poolSize: 2,
    log: createLog("silent"),
  });
  const folder = await mkdtemp(join(tmpdir(), "migrations-"));
  await writeFile(
    join(folder, "0001-good.sql"),
    "create table first (id int); create table second (id int);",
  );
  await writeFile(
    join(folder, "0002-bad.sql"),
    "create table third (id int); select no_such_function();",
  );
  try {
    const provider = sqlFiles(pathToFileURL(`${folder}/`));
    const { error } = await new Migrator({
      db: database.owner,
      provider,
    }).migrateToLatest();
    expect(String(error)).toContain("no_such_function");
    const left = await sql<{ name: string }>`
      select relname as name from pg_class where relname in ('first', 'second', 'third')`.execute(
      database.owner,
    );
    expect(left.rows).toEqual([]);
  } finally {
    await database.close();
    await cloned.drop();
  }
});
