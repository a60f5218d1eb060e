import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import {
  readVersion,
  readVersions,
} from "../../../server/settings/read-versions.ts";
import { defaultSettings } from "../../../server/settings/schema.ts";
import { parseStored, readSettings } from "../../../server/settings/store.ts";
import { upgraded, upgrades } from "../../../server/settings/upgrades.ts";
import { useDatabase } from "../../database.ts";

type Document = Readonly<Record<string, unknown>>;

const at = useDatabase();

const step = (name: string) => {
  const found = upgrades.find((upgrade) => upgrade.name === name);
  if (found === undefined) throw new Error(`There is no upgrade "${name}".`);
  return found.apply;
};

/** A document of today without some keys of its types. */
const without = (
  keys: readonly string[],
  document: Document = defaultSettings,
): Document => ({
  ...document,
  ...Object.fromEntries(
    (["contact", "company"] as const).map((type) => [
      type,
      Object.fromEntries(
        Object.entries(document[type] as Document).filter(
          ([key]) => !keys.includes(key),
        ),
      ),
    ]),
  ),
});

const text = { clear: false, conversion: { kind: "text" } } as const;

/** As it was stored on 2026-11-22: one field pulled by one mapping and pushed by another, and nothing that came later. */
function oldest(): Document {
  const {
    productName: _name,
    recordUrl: _url,
    unknownUsers: _users,
    owners: _owners,
    ...document
  } = defaultSettings;
  const plain = without(
    ["brakes", "source", "pushUnverifiedEmails", "matching", "newOwner"],
    document,
  );
  return {
    ...plain,
    contact: {
      ...(plain["contact"] as Document),
      deletionSync: true,
      mappings: [
        { field: "phone", property: "phone", direction: "pull", ...text },
        { field: "city", property: "city", direction: "both", ...text },
        { field: "phone", property: "phone", direction: "push", ...text },
        { field: "city", property: "old_city", direction: "push", ...text },
      ],
    },
  };
}

describe("the upgrade", () => {
  test("map each field once: keeps the first mapping, both ways if another one synced the same property", () => {
    const after = step("map each field once")(oldest());
    expect((after["contact"] as Document)["mappings"]).toEqual([
      { field: "phone", property: "phone", direction: "both", ...text },
      { field: "city", property: "city", direction: "both", ...text },
    ]);
  });

  test("add brakes: has the limits that came with them, and leaves chosen ones alone", () => {
    const add = step("add brakes");
    const before = without(["brakes"]);
    expect((add(before)["company"] as Document)["brakes"]).toEqual({
      deletions: { count: 20, share: 0.05 },
      creations: { toHubSpot: null, toWorkspace: null },
      updates: { toHubSpot: null, toWorkspace: null },
      windowMinutes: 60,
      expiryDays: 7,
    });
    const chosen = { ...defaultSettings, company: { brakes: "chosen" } };
    expect(add(chosen)).toMatchObject({ company: { brakes: "chosen" } });
  });

  test("name the product: has the name that screens used, and no address", () => {
    const { productName: _name, recordUrl: _url, ...before } = defaultSettings;
    const after = step("name the product")(before);
    expect(after).toEqual({
      ...before,
      productName: "your product",
      recordUrl: null,
    });
    const named = { productName: "Orbit", recordUrl: "https://o.example/{id}" };
    expect(step("name the product")(named)).toEqual(named);
  });

  test("say how mappings write: they replaced values, and chosen ones stay", () => {
    const mapped = { field: "phone", property: "phone", ...text };
    const before = { contact: { mappings: [mapped, 7] }, company: {} };
    const after = step("say how mappings write")(before);
    expect(after).toEqual({
      contact: { mappings: [{ ...mapped, write: "overwrite" }, 7] },
      company: {},
    });
    const chosen = { contact: { mappings: [{ ...mapped, write: "fill" }] } };
    expect(step("say how mappings write")(chosen)).toEqual(chosen);
  });

  test("add new types: has a type's defaults, and leaves the types that were known alone", () => {
    const { company: _unknown, ...before } = defaultSettings;
    const contact = { ...before.contact, mergeSync: true };
    expect(step("add new types")({ ...before, contact })).toEqual({
      ...defaultSettings,
      contact,
    });
  });

  test("add choices about parents: has what was so without them", () => {
    const before = without(["companyWithContact", "requireCompany"]);
    expect(step("add choices about parents")(before)).toMatchObject({
      contact: { companyWithContact: "if-missing", requireCompany: false },
    });
  });

  test("add rules of types: has what was so without them, and leaves chosen ones alone", () => {
    const add = step("add rules of types");
    const rules = ["source", "pushUnverifiedEmails", "matching"];
    const old = without(rules);
    const invisible = {
      ...old,
      contact: {
        ...(old["contact"] as Document),
        pull: { conditions: defaultSettings.contact.pull.conditions },
      },
    };
    expect(add(invisible)).toEqual(defaultSettings);
    const chosen = {
      contact: {
        source: { property: "lead_source", value: "App" },
        pushUnverifiedEmails: false,
        matching: "ask",
        pull: {
          conditions: defaultSettings.contact.pull.conditions,
          visible: false,
        },
      },
      company: { source: null, matching: "ask" },
    };
    expect(add(chosen)).toEqual(chosen);
    expect(add({ company: {} })).toEqual({
      company: { source: null, matching: "link" },
    });
    expect(add({ deal: {} })).toMatchObject({
      deal: { pipelines: null, onReselect: "new" },
    });
    expect(add({ contact: { pull: 7 } })).toMatchObject({
      contact: { pull: 7, matching: "link" },
    });
  });

  test("add people: has what was so without a choice, and leaves what was chosen alone", () => {
    const add = step("add people");
    const { unknownUsers: _users, ...before } = without(["newOwner"]);
    expect(add(before)).toEqual(defaultSettings);
    const chosen = {
      unknownUsers: "deny",
      contact: { newOwner: { rule: "sync_user" } },
    };
    expect(add(chosen)).toEqual(chosen);
  });

  test("add owners: has none, and leaves those of a document alone", () => {
    const add = step("add owners");
    const { owners: _owners, ...before } = defaultSettings;
    expect(add(before)).toEqual(defaultSettings);
    const chosen = {
      owners: [{ email: "ada@old.example", ownerId: "7", pulled: true }],
    };
    expect(add(chosen)).toEqual(chosen);
  });

  test.each(upgrades.map(({ name, apply }) => ({ name, apply })))(
    "$name: leaves a document of today as it is, also twice",
    ({ apply }) => {
      expect(apply(defaultSettings)).toEqual(defaultSettings);
      const once = apply(oldest());
      expect(apply(once)).toEqual(once);
    },
  );

  test("of all steps leaves what is no document to the schema", () => {
    for (const wrong of [null, 7, "settings", []])
      expect(upgraded(wrong)).toBe(wrong);
    expect(() => parseStored({ contact: 7 })).toThrow();
  });
});

test("X-15 stored versions of every age can be read, one by one and as a list, with their differences", async () => {
  const ages: readonly Document[] = [
    oldest(),
    step("map each field once")(oldest()),
    step("add brakes")(step("map each field once")(oldest())),
    without(["companyWithContact", "requireCompany"]),
    without(["newOwner"]),
    defaultSettings,
  ];
  await at.database.inPortal(31, async (db) => {
    for (const [index, document] of ages.entries())
      await sql`
        insert into settings (portal_id, version, document, changed_by)
        values (31, ${index + 1}, ${JSON.stringify(document)}::jsonb, 'ada')`.execute(
        db,
      );
    expect((await readSettings(db, 31)).settings).toEqual(defaultSettings);
    for (const version of ages.keys())
      expect(await readVersion(db, 31, version + 1)).not.toBeNull();
    const { versions } = await readVersions(db, 31, { limit: 50, below: null });
    expect(versions.map(({ version }) => version)).toEqual([6, 5, 4, 3, 2, 1]);
    // What only the schema changed is no difference.
    expect(versions.map(({ changes }) => changes.length > 0)).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
    ]);
    expect(versions.at(-1)?.settings.contact.deletionSync).toBe(true);
  });
});
