import { sql } from "kysely";
import { expect, test } from "vitest";
import { defaultSettings } from "../../../server/settings/schema.ts";
import {
  createSettings,
  readSettings,
  writeSettings,
} from "../../../server/settings/store.ts";
import { useDatabase } from "../../database.ts";

const at = useDatabase();

test("a portal without settings has the defaults as version 0; an install makes them version 1 and leaves older choices alone", async () => {
  await at.database.inPortal(5, async (db) => {
    expect(await readSettings(db, 5)).toEqual({
      version: 0,
      settings: defaultSettings,
    });
    await createSettings(db, 5, "ada@example.com");
    const chosen = {
      ...defaultSettings,
      automatic: { pull: false, push: false },
    };
    expect(
      await writeSettings(db, 5, { version: 1, settings: chosen }, "ada"),
    ).toMatchObject({ ok: true, version: 2 });
    await createSettings(db, 5, "ben@example.com");
    expect(await readSettings(db, 5)).toEqual({ version: 2, settings: chosen });
  });
});

test("a change that names another version than the newest is not stored and learns the newest", async () => {
  await at.database.inPortal(6, async (db) => {
    await createSettings(db, 6, "ada");
    for (const version of [0, 2, 7])
      expect(
        await writeSettings(db, 6, { version, settings: defaultSettings }, "x"),
      ).toEqual({
        ok: false,
        current: { version: 1, settings: defaultSettings },
      });
  });
});

test("one portal's settings are not another's", async () => {
  await at.database.inPortal(7, (db) => createSettings(db, 7, "ada"));
  await at.database.inPortal(8, async (db) => {
    expect((await readSettings(db, 7)).version).toBe(0);
  });
});

test("7-A2 a document that was stored before there were brakes is read with their defaults", async () => {
  await at.database.inPortal(9, async (db) => {
    const { brakes: _contacts, ...contact } = defaultSettings.contact;
    const { brakes: _companies, ...company } = defaultSettings.company;
    await sql`
      insert into settings (portal_id, version, document, changed_by)
      values (9, 1, ${JSON.stringify({ ...defaultSettings, contact, company })}::jsonb, 'ada')`.execute(
      db,
    );
    expect(await readSettings(db, 9)).toEqual({
      version: 1,
      settings: defaultSettings,
    });
  });
});

test("a document that was stored before the product had a name is read with the default name and no link", async () => {
  await at.database.inPortal(11, async (db) => {
    const { productName: _name, recordUrl: _url, ...stored } = defaultSettings;
    await sql`
      insert into settings (portal_id, version, document, changed_by)
      values (11, 1, ${JSON.stringify(stored)}::jsonb, 'ada')`.execute(db);
    const { settings } = await readSettings(db, 11);
    expect(settings).toEqual(defaultSettings);
    expect(settings).toMatchObject({
      productName: "your product",
      recordUrl: null,
    });
  });
});

test("a document of a version that did not know a type yet is read with that type's defaults, and with all that was chosen", async () => {
  await at.database.inPortal(10, async (db) => {
    const { company: _unknown, ...known } = defaultSettings;
    const { requireCompany: _later, ...contact } = known.contact;
    const stored = {
      ...known,
      contact: { ...contact, deletionSync: true },
      automatic: { pull: false, push: true },
    };
    await sql`
      insert into settings (portal_id, version, document, changed_by)
      values (10, 3, ${JSON.stringify(stored)}::jsonb, 'ada')`.execute(db);
    expect(await readSettings(db, 10)).toEqual({
      version: 3,
      settings: {
        ...defaultSettings,
        contact: { ...defaultSettings.contact, deletionSync: true },
        automatic: { pull: false, push: true },
      },
    });
  });
});

test("a document is checked once, however often it is read, and nobody who reads it can change it for others", async () => {
  const read = (portalId: number) =>
    at.database.inPortal(portalId, async (db) => {
      await createSettings(db, portalId, "ada");
      return (await readSettings(db, portalId)).settings;
    });
  const first = await read(12);
  expect(await read(12)).toBe(first);
  expect(await read(13)).toBe(first);
  expect(() => {
    first.automatic.pull = false;
  }).toThrow(TypeError);
  expect(() => first.contact.mappings.pop()).toThrow(TypeError);
  expect(await read(12)).toEqual(defaultSettings);
});
