import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { openDatabase } from "../../../server/database/database.ts";
import { migrate } from "../../../server/database/migrate.ts";
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
    const error: unknown = await migrate(database.owner, {
      folder: pathToFileURL(`${folder}/`),
    }).catch((reason: unknown) => reason);
    expect(String((error as Error).cause)).toContain("no_such_function");
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

test("7-A5 the identities that an earlier version stored are computed again, as no change of the product's", async () => {
  const cloned = await cloneDatabase({ template: "template1" });
  const database = openDatabase({
    url: cloned.url,
    poolSize: 2,
    log: createLog("silent"),
  });
  try {
    await migrate(database.owner, { until: "0013-waiting-edges" });
    const domains = ["ws.example\n", "plain.example", "n/a"];
    for (const portal of [1, 2]) {
      await sql`
        insert into installation (portal_id, app_id, state, window_ends_at, scopes, sync_user_id, api_key_hash)
        values (${portal}, 1, 'active', now(), '{}', 1, ${Buffer.from(`key ${portal}`)})`.execute(
        database.owner,
      );
      await sql`
        insert into record (portal_id, object_type, properties, settled_revision)
        select ${portal}, 'company', jsonb_build_object('domain', d), 1 from unnest(${domains}::text[]) d`.execute(
        database.owner,
      );
    }
    await migrate(database.owner);
    for (const portal of [1, 2]) {
      const { rows } = await database.inPortal(portal, (db) =>
        sql`
          select identity, revision::int,
            (select count(*)::int from dirty d where d.record_id = r.id) as dirty
          from record r order by identity nulls first`.execute(db),
      );
      expect(rows).toEqual([
        { identity: null, revision: 1, dirty: 0 },
        { identity: "plain.example", revision: 1, dirty: 0 },
        { identity: "ws.example", revision: 1, dirty: 0 },
      ]);
    }
  } finally {
    await database.close();
    await cloned.drop();
  }
});
