import { sql } from "kysely";
import { expect, test } from "vitest";
import { useDatabase } from "../../database.ts";
import { analyzeOutgrown } from "../../../server/database/analyze-outgrown.ts";

const at = useDatabase();

/** A plan's lines for looking up emails, as a page of a pull does, with what it knows of the tables by now. */
const planOf = (emails: readonly string[]): Promise<string> =>
  at.database.inPortal(5, async (db) => {
    const { rows } = await sql<Record<string, string>>`
      explain (costs off)
      select id from record
      where portal_id = ${5} and object_type = 'contact' and deleted_at is null
        and identity = any (${emails}::text[])`.execute(db);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  });

test("a table that grew from nothing in one pull is looked up by the index that tells its rows apart", async () => {
  await sql`alter table record set (autovacuum_enabled = false)`.execute(
    at.database.owner,
  );
  await at.database.inPortal(5, (db) =>
    sql`
      insert into record (portal_id, object_type, properties)
      select 5, 'contact', jsonb_build_object('email', 'grown' || n || '@example.com')
      from generate_series(1, 4000) n`.execute(db),
  );
  const emails = Array.from({ length: 100 }, (_, n) => `grown${n}@example.com`);
  await analyzeOutgrown(at.database);
  expect(await planOf(emails)).toContain("record_by_identity");

  const analyzed = () =>
    sql<{ tuples: number }>`
      select reltuples::float8 as tuples from pg_class where oid = 'record'::regclass`
      .execute(at.database.owner)
      .then(({ rows }) => rows[0]?.tuples);
  expect(await analyzed()).toBe(4000);
  await at.database.inPortal(5, (db) =>
    sql`insert into record (portal_id, object_type) values (5, 'contact')`.execute(
      db,
    ),
  );
  // One more row is not worth a look.
  await analyzeOutgrown(at.database, { apartMs: 0 });
  expect(await analyzed()).toBe(4000);
});
