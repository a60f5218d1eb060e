import { sql } from "kysely";
import { expect, test } from "vitest";
import { defaultSettings } from "../../../server/settings/schema.ts";
import { replay } from "../../../server/sync/preview/replay.ts";
import { useDatabase } from "../../database.ts";
import { addPortal } from "../jobs/portal.ts";

const at = useDatabase();

const saved = {
  ...defaultSettings,
  contact: {
    ...defaultSettings.contact,
    push: {
      enabled: true,
      conditions: { stages: ["lead"], emailStatuses: null, customField: null },
    },
  },
};
const change = { before: saved, after: defaultSettings };

test("X-15 a replay reads the newest lines first, ends after its time or its number of lines, and then says that there are more", async () => {
  await addPortal(at.database, 43);
  await at.database.inPortal(43, async (db) => {
    await sql`
      insert into record (portal_id, object_type, properties)
      select 43, 'contact', jsonb_build_object('email', 'p' || n || '@x.example', 'stage', 'customer')
      from generate_series(1, 450) n`.execute(db);
    await sql`
      insert into journal (portal_id, object_type, record_id, action, source, initiator, code, reason)
      select portal_id, object_type, id, 'skipped', 'dirty', 'workspace', 'stage_excluded',
        'Excluded by stage. Stages that sync: lead.'
      from record where portal_id = 43`.execute(db);
    const all = await replay(db, 43, change, { hours: 24 });
    expect(all).toMatchObject({
      leftOut: 450,
      leftOutDifferently: 450,
      notReplayed: 0,
      atLeast: false,
    });
    // The page that is read is decided whole.
    const late = await replay(db, 43, change, { hours: 24, longestMs: -1 });
    expect(late).toMatchObject({ leftOut: 200, atLeast: true });
    const few = await replay(db, 43, change, { hours: 24, mostLines: 250 });
    expect(few).toMatchObject({ leftOut: 250, atLeast: true });
    expect(late.examples).toEqual(all.examples);
  });
});
