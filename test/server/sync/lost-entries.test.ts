import { sql } from "kysely";
import { expect, test } from "vitest";
import { noFence } from "../../../server/database/fence.ts";
import { drainDirty } from "../../../server/sync/sources/dirty.ts";
import { useSyncWorld } from "./sweep-world.ts";

/** 8-A2c: entries of the dirty set that name no record. */
const at = useSyncWorld();

test("8-A2c entries that name no record, or one of another type, leave the set, and the record beside them is pushed", async () => {
  const { pullAll, query, engine } = at();
  const portalId = await at().world.installed();
  await pullAll(portalId);
  await query(
    portalId,
    sql`insert into workspace.contacts (email) values ('beside@lost.example')`,
  );
  await query(
    portalId,
    sql`insert into workspace.companies (name, domain) values ('Typed', 'typed.example')`,
  );
  await query(portalId, sql`update dirty set object_type = 'contact'`);
  await query(
    portalId,
    sql`insert into dirty (portal_id, object_type, record_id, revision, due_at)
      select ${portalId}, t, gen_random_uuid(), n, now() - interval '1 day'
      from unnest(array['contact', 'company']) t, generate_series(1, 700) n`,
  );
  const turn = { fence: noFence, signal: new AbortController().signal };
  while ((await drainDirty(engine, portalId, turn)) === "now");
  const { rows } = await engine.database.inPortal(portalId, (db) =>
    sql`
      select (select count(*)::int from dirty) as dirty,
        (select sync_status from workspace.contacts) as contact`.execute(db),
  );
  expect(rows).toEqual([{ dirty: 0, contact: "in_sync" }]);
});
