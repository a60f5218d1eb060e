import { beforeEach, describe, expect, test } from "vitest";
import type { SettingsChange } from "../../server/settings/differences/change.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { defaultSettings } from "../../server/settings/schema.ts";
import { calm } from "./steps/calm.ts";
import { makeObject } from "./steps/objects.ts";
import { change, make, record, recordOf } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

interface Preset {
  readonly version: number;
  readonly settings: Settings;
  readonly changes: readonly SettingsChange[];
}

const at = useWorld();
beforeEach(() => choose(at.world));

const preset = async (name: string): Promise<Preset> => {
  const { status, body } = await at.world.api<Preset>(
    "GET",
    `/settings/presets/${name}`,
  );
  expect(status).toBe(200);
  return body;
};

const valueAt = (settings: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce(
      (part, name) => Reflect.get(part as object, name) as unknown,
      settings,
    );

const none = {
  stages: null,
  emailStatuses: null,
  customField: null,
  owners: null,
};

describe("the preset apollo", () => {
  test.each([
    ["AP-010", "contact.push.enabled", true],
    ["AP-029", "company.push.enabled", true],
    ["AP-011", "contact.companyWithContact", "if-missing"],
    ["AP-084", "contact.requireCompany", false],
    ["AP-084", "contact.pull.conditions", none],
    ["AP-084", "contact.pull.visible", true],
    ["AP-087", "company.pull.conditions", none],
    ["AP-087", "company.pull.visible", true],
    ["AP-107", "contact.matching", "link"],
    ["AP-103", "company.matching", "link"],
    ["AP-014", "contact.pushUnverifiedEmails", true],
    ["AP-014", "contact.push.conditions", none],
    ["AP-020", "contact.deletionSync", false],
    ["AP-021", "contact.mergeSync", false],
    ["AP-031", "company.deletionSync", false],
    ["AP-032", "company.mergeSync", false],
    ["AP-088", "automatic.pull", true],
    ["AP-009", "automatic.push", true],
  ])("%s %s is %j", async (_row, path, value) => {
    await choose(at.world, {
      automatic: { pull: false, push: false },
      contact: {
        push: { enabled: false, conditions: { ...none, stages: ["lead"] } },
        pull: { conditions: { ...none, stages: ["lead"] }, visible: false },
        deletionSync: true,
        mergeSync: true,
        pushUnverifiedEmails: false,
        matching: "ask",
        companyWithContact: "always",
        requireCompany: true,
      },
      company: {
        push: { enabled: false },
        pull: { conditions: { ...none, stages: ["lead"] }, visible: false },
        deletionSync: true,
        mergeSync: true,
        matching: "ask",
      },
    });
    const { settings, changes } = await preset("apollo");
    expect(valueAt(settings, path)).toEqual(value);
    expect(changes.some((one) => one.path.startsWith(path))).toBe(true);
  });

  test("AP-011 AP-084 is what a fresh installation has", async () => {
    expect(await preset("apollo")).toMatchObject({
      settings: defaultSettings,
      changes: [],
    });
  });
});

describe("the preset accelo", () => {
  test("AC-012 AC-015 differs from a fresh installation in what it does with companies", async () => {
    const { changes } = await preset("accelo");
    expect(changes.map(({ path, after }) => [path, after])).toEqual([
      // AC-015: pushing a contact pushes only that contact.
      ["contact.companyWithContact", "never"],
      // AC-012: contacts without a company are not imported.
      ["contact.requireCompany", true],
    ]);
  });

  test.each([
    ["AC-001", "automatic.pull", true],
    ["AC-021", "contact.policy", "initiator"],
    ["AC-021", "company.policy", "initiator"],
    ["AC-009", "contact.push.enabled", true],
    ["AC-009", "company.push.enabled", true],
  ])("%s %s is %j", async (_row, path, value) => {
    expect(valueAt((await preset("accelo")).settings, path)).toEqual(value);
  });

  test("AC-023 lets no blank overwrite data", async () => {
    const mappings = defaultSettings.contact.mappings.map((mapping) => ({
      ...mapping,
      clear: true,
    }));
    await choose(at.world, { contact: { mappings } });
    const { settings } = await preset("accelo");
    expect(settings.contact.mappings).toEqual(defaultSettings.contact.mappings);
  });
});

describe("any preset", () => {
  test("is saved as it was read, and keeps what it says nothing of", async () => {
    const { world } = at;
    const source = { property: "message", value: null };
    await choose(world, {
      productName: "Orbit",
      retention: { journalDays: 7 },
      contact: { brakes: { expiryDays: 3 }, source },
    });
    const { version, settings } = await preset("accelo");
    expect(settings).toMatchObject({
      productName: "Orbit",
      retention: { journalDays: 7 },
      contact: { brakes: { expiryDays: 3 }, source },
    });
    expect(
      await world.api("PUT", "/settings", { version, settings }),
    ).toMatchObject({ status: 200, body: { version: version + 1, settings } });
    expect(await preset("accelo")).toMatchObject({ changes: [] });
  });

  test("that doesn't exist is refused with those that do", async () => {
    expect(
      await at.world.api("GET", "/settings/presets/salesloft"),
    ).toMatchObject({ status: 400, body: { code: "invalid_input" } });
  });
});

test("BN-001 with the preset pull-only, HubSpot's data comes in; nothing is created in HubSpot and no value changed there, by hand neither", async () => {
  const { world } = at;
  const linkedId = await makeObject(world, "contacts", {
    email: "before@example.com",
    firstname: "Before",
  });
  await calm(world);
  const { version, settings } = await preset("pull-only");
  const saved = await world.api("PUT", "/settings", { version, settings });
  expect(saved.status).toBe(200);
  const pulledId = await makeObject(world, "contacts", {
    email: "new@example.com",
    firstname: "New",
  });
  const own = await make(world, "contacts", { first_name: "Own" });
  const linked = await recordOf(world, "contacts", linkedId);
  await change(world, "contacts", linked.id, { first_name: "Changed" });
  await calm(world);
  expect(
    (await recordOf(world, "contacts", pulledId)).properties["first_name"],
  ).toBe("New");
  await sync(world, "push", "contacts", {
    ids: [own.id, linked.id],
    confirm: true,
  });
  await calm(world);
  expect((await record(world, "contacts", own.id)).hubspotId).toBeNull();
  const contacts = await world.truth("contacts");
  expect(
    new Set(contacts.map(({ properties }) => properties["firstname"])),
  ).toEqual(new Set(["Before", "New"]));
  expect(contacts).toHaveLength(2);
});
