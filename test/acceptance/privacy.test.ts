import { describe, expect, test } from "vitest";
import { asOwner } from "./steps/database.ts";
import { merge } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { make, objectOf, record, records, unDelete } from "./steps/records.ts";
import { pullAll } from "./steps/runs.ts";
import { setSettings } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

/** Every table of the database in which one of the words stands, in any column. */
async function tablesWith(
  world: World,
  words: readonly string[],
): Promise<string[]> {
  return asOwner(world, async (client) => {
    const tables = await client.query<{ name: string }>(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    );
    expect(tables.rows.length).toBeGreaterThan(10);
    const found: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(
        `select t::text as row from ${name} t where exists (select from unnest($1::text[]) w where strpos(lower(t::text), w) > 0)`,
        [words],
      );
      found.push(...rows.map(({ row }) => `${name}: ${row}`));
    }
    return found;
  });
}

const privacyDelete = (world: World, id: string) =>
  world.inHubSpot("POST", `/objects/contacts/${id}/privacy-delete`, {});

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  /** A person about whom everything that can be stored is stored: both sides' edits, a parked and a held field. */
  async function person(
    key: string,
  ): Promise<{ world: World; recordId: string; objectId: string }> {
    const { world } = at;
    const recordId = (
      await make(world, "contacts", {
        email: `${key}@privacy.example`,
        first_name: `${key}first`,
        city: `${key}city`,
        stage: `${key}stage`,
      })
    ).id;
    await world.settled();
    const objectId = await objectOf(world, "contacts", recordId);
    await world.inHubSpot("PATCH", `/objects/contacts/${objectId}`, {
      properties: { jobtitle: `${key}job` },
    });
    await world.settled();
    await faultyWebhooks(world, { paused: true }, async () => {
      await world.inHubSpot("PATCH", `/objects/contacts/${objectId}`, {
        properties: { city: `${key}there` },
      });
      await world.api("PATCH", `/contacts/${recordId}`, {
        properties: { city: `${key}here`, state: `${key}state` },
      });
    });
    await world.settled();
    expect((await tablesWith(world, [key])).length).toBeGreaterThan(3);
    return { world, recordId, objectId };
  }

  test("X-05 a privacy deletion erases the person's values everywhere, whatever the switches say", async () => {
    const { world, recordId, objectId } = await person("zygmunt");
    await privacyDelete(world, objectId);
    await world.settled();
    expect(await tablesWith(world, ["zygmunt"])).toEqual([]);
    const left = await record(world, "contacts", recordId);
    expect(left.properties).toEqual({});
    expect(left.deletedAt).not.toBeNull();
  });

  test("X-05 a person who was erased is not brought back: by a pull, an edit, an un-deletion or a late event", async () => {
    const { world, recordId, objectId } = await person("yolanda");
    await faultyWebhooks(
      world,
      { shuffle: true, double: 1, paused: true },
      async () => {
        await world.inHubSpot("PATCH", `/objects/contacts/${objectId}`, {
          properties: { lastname: "yolandalate" },
        });
        await privacyDelete(world, objectId);
      },
    );
    await world.settled();
    await pullAll(world, "contacts");
    await unDelete(world, recordId);
    await world.settled();
    expect(await tablesWith(world, ["yolanda"])).toEqual([]);
    expect(
      (await records(world, "contacts")).filter(
        (each) => each.hubspotId === objectId,
      ),
    ).toEqual([]);
    expect(
      (await world.truth("contacts")).map((each) => each.id),
    ).not.toContain(objectId);
  });

  test("X-05 a person whose contacts were merged is erased under every id and record", async () => {
    const { world } = at;
    await setSettings(world, "contact", { mergeSync: true });
    const first = await person("xaverius");
    const second = await person("xaverina");
    const objectId = await merge(
      world,
      "contacts",
      first.objectId,
      second.objectId,
    );
    await world.settled();
    await privacyDelete(world, objectId);
    await world.settled();
    expect(await tablesWith(world, ["xaveri"])).toEqual([]);
    for (const { recordId } of [first, second])
      expect((await record(world, "contacts", recordId)).properties).toEqual(
        {},
      );
  });

  test("X-05 an erased person leaves others alone", async () => {
    const { world } = at;
    const other = await person("walburga");
    const gone = await person("vendela");
    await privacyDelete(world, gone.objectId);
    await world.settled();
    expect(await record(world, "contacts", other.recordId)).toMatchObject({
      deletedAt: null,
      hubspotId: other.objectId,
      properties: { first_name: "walburgafirst" },
    });
  });
});
