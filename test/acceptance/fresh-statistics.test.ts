import { expect, test } from "vitest";
import { linkedContacts } from "./steps/brake.ts";
import { asOwner, inSql } from "./steps/database.ts";
import { useWorld } from "./world.ts";

// In a database that others have used, the planner would know of their rows.
const at = useWorld({ install: false, alone: true });

test("once a first pull of one turn has ended, the planner knows what it has filled, and a view named twice is read twice", async () => {
  const { world } = at;
  await asOwner(world, (owner) =>
    owner.query(`
      alter table record set (autovacuum_enabled = false);
      alter table link set (autovacuum_enabled = false)`),
  );
  await linkedContacts(world, 150);
  const known = await asOwner(world, (owner) =>
    owner.query(
      "select relname, reltuples::int from pg_class where oid in ('record'::regclass, 'link'::regclass) order by relname",
    ),
  );
  expect(known.rows).toEqual([
    { relname: "link", reltuples: 150 },
    { relname: "record", reltuples: 150 },
  ]);
  const plan = await inSql<Record<string, string>>(
    world,
    "explain (costs off) delete from workspace.contacts where id in (select id from workspace.contacts order by id limit 100)",
  );
  const lines = plan.map((row) => row["QUERY PLAN"]);
  // What reads the view again for each row is a nested loop over it; these read it once.
  expect(lines).toContainEqual(
    expect.stringMatching(/Hash (Right )?(Semi )?Join|Hash Join|Merge/),
  );
});
