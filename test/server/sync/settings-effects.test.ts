import { sql } from "kysely";
import { expect, test } from "vitest";
import { defaultSettings } from "../../../server/settings/schema.ts";
import { settingsEffects } from "../../../server/sync/installation/settings-effects.ts";
import { useDatabase } from "../../database.ts";

const at = useDatabase();

const onlyLeads = {
  ...defaultSettings,
  contact: {
    ...defaultSettings.contact,
    push: {
      enabled: true,
      conditions: { stages: ["lead"], emailStatuses: null, customField: null },
    },
  },
};
const change = { before: defaultSettings, after: onlyLeads };

test("the effects of conditions are counted over all pages of records, or said to be at least so many", async () => {
  await at.database.inPortal(41, async (db) => {
    await sql`
      insert into record (portal_id, object_type, properties)
      select 41, 'contact', jsonb_build_object('stage', case when n % 4 = 0 then 'lead' else 'customer' end)
      from generate_series(1, 1200) n`.execute(db);
    expect(await settingsEffects(db, 41, change)).toEqual([
      {
        code: "newly_excluded",
        objectType: "contact",
        count: 900,
        atLeast: false,
        atMost: false,
        sentence: "900 contacts that aren't in HubSpot will be excluded.",
      },
    ]);
    const [part] = await settingsEffects(db, 41, change, 700);
    expect(part).toMatchObject({ code: "newly_excluded", atLeast: true });
    expect(part?.count).toBeLessThanOrEqual(700);
    expect(part?.sentence).toMatch(/^At least \d+ contacts /);
    expect(
      await settingsEffects(db, 41, { before: onlyLeads, after: onlyLeads }),
    ).toEqual([]);
  });
});
