import { beforeEach, describe, expect, test } from "vitest";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import type { Conditions } from "../../server/settings/conditions.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { calm } from "./steps/calm.ts";
import { makeObject, merge } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { make, record, recordOf, records } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

interface Fault {
  readonly path: string;
  readonly message: string;
}
interface Check {
  readonly errors: readonly Fault[];
  readonly warnings: readonly Fault[];
  readonly effects: readonly {
    readonly code: string;
    readonly objectType: string;
    readonly sentence: string;
    readonly count: number;
  }[];
  readonly changes: readonly Json[];
  readonly apply: {
    readonly count: number;
    readonly refusal: string | null;
  } | null;
}

const at = useWorld();
beforeEach(() => choose(at.world));

const newest = async () =>
  (
    await at.world.api<{ version: number; settings: Settings }>(
      "GET",
      "/settings",
    )
  ).body;

/** Checks the newest settings with some of the contacts' changed, and that nothing is saved. */
async function check(
  contact: Partial<Settings["contact"]>,
  more: Json = {},
): Promise<Check> {
  const stored = await newest();
  const { status, body } = await at.world.api<Check>(
    "POST",
    "/settings/check",
    {
      version: stored.version,
      settings: {
        ...stored.settings,
        ...more,
        contact: { ...stored.settings.contact, ...contact },
      },
    },
  );
  expect(status, JSON.stringify(body)).toBe(200);
  expect(await newest()).toEqual(stored);
  return body;
}

const none = { stages: null, emailStatuses: null, customField: null };
const pushIf = (conditions: Partial<Conditions>) => ({
  push: { enabled: true, conditions: { ...none, ...conditions } },
});

const mapped = (more: Partial<FieldMapping>): FieldMapping => ({
  field: "tier",
  property: "tier",
  direction: "both",
  clear: false,
  conversion: { kind: "text" },
  ...more,
});

describe("errors", () => {
  test("X-15 everything that is wrong is named at once, by the schema, limits, and mappings, as a PUT names it", async () => {
    const { settings, version } = await newest();
    const wrong = {
      ...settings,
      surplus: 1,
      automatic: { pull: "yes", push: true },
      productName: "x".repeat(41),
      contact: {
        ...settings.contact,
        policy: "nobody",
        push: {
          enabled: true,
          conditions: { ...none, stages: ["x".repeat(1_001), "a\u0000b"] },
        },
        mappings: [
          mapped({ field: "email", property: "email" }),
          mapped({ field: "email", property: "other" }),
          mapped({ field: "first_name", conversion: { kind: "set" } }),
          mapped({ field: "hubspot_id" }),
          { field: "__proto__", property: "Not One" },
        ],
      },
      company: undefined,
    };
    const checked = await at.world.api<Check>("POST", "/settings/check", {
      settings: wrong,
    });
    expect(checked.status).toBe(200);
    expect(checked.body).toMatchObject({
      warnings: [],
      effects: [],
      changes: [],
    });
    const paths = new Set(checked.body.errors.map(({ path }) => path));
    for (const path of [
      "settings",
      "settings.automatic.pull",
      "settings.productName",
      "settings.company",
      "settings.contact.policy",
      "settings.contact.push.conditions.stages.0",
      "settings.contact.push.conditions.stages.1",
      "settings.contact.mappings.1",
      "settings.contact.mappings.2.conversion",
      "settings.contact.mappings.3.conversion",
      "settings.contact.mappings.4.field",
      "settings.contact.mappings.4.property",
      "settings.contact.mappings.4.direction",
      "settings.contact.mappings.4.conversion",
    ])
      expect(paths).toContain(path);
    const put = await at.world.api<Check>("PUT", "/settings", {
      version,
      settings: wrong,
    });
    expect(put.status).toBe(400);
    expect(put.body.errors).toEqual(checked.body.errors);
    expect(await newest()).toEqual({ version, settings });
  });

  test("X-15 500 mappings are checked, and 501 are an error with its place", async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        mapped({ field: `field_${index}`, property: `property_${index}` }),
      );
    const { errors, warnings } = await check({ mappings: many(500) });
    expect(errors).toEqual([]);
    expect(warnings).toHaveLength(100);
    const tooMany = await check({ mappings: many(501) });
    expect(tooMany.errors.map(({ path }) => path)).toEqual([
      "settings.contact.mappings",
    ]);
  });

  test.each([
    ["null", null],
    ["a list", []],
    ["a text", "settings"],
    ["types that are none", { contact: [], company: 7 }],
    ["mappings that are none", { contact: { mappings: [null, 7, []] } }],
  ])("X-15 %s is answered with its places", async (_what, settings) => {
    const { status, body } = await at.world.api<Check>(
      "POST",
      "/settings/check",
      { settings },
    );
    expect(status).toBe(200);
    expect(body.errors.length).toBeGreaterThan(0);
    for (const { path } of body.errors) expect(path).toMatch(/^settings/);
  });

  test("X-15 the newest settings have no error, warning, effect, or change", async () => {
    expect(await check({})).toEqual({
      errors: [],
      warnings: [],
      effects: [],
      apply: null,
      changes: [],
    });
  });
});

describe("warnings", () => {
  test("AP-023 an owner for new objects whom HubSpot doesn't have is named", async () => {
    const [, second] = await owners(at.world);
    const warned = async (ownerEmail: string) =>
      (await check({ newOwner: { rule: "owner", ownerEmail } })).warnings;
    expect(await warned("gone@portal.example")).toEqual([
      {
        path: "settings.contact.newOwner.ownerEmail",
        message:
          "HubSpot has no active owner with this email, so new objects will have no owner.",
      },
    ]);
    expect(await warned(second.email.toUpperCase())).toEqual([]);
  });

  test("X-11 BN-016 a property that HubSpot lacks, one that is read-only, and an option that is not there", async () => {
    const { settings } = await newest();
    const place = settings.contact.mappings.length;
    const { warnings, errors } = await check({
      mappings: [
        ...settings.contact.mappings.filter(
          ({ field }) => field !== "lead_status",
        ),
        mapped({ field: "tier", property: "no_such_property" }),
        mapped({ field: "made_at", property: "createdate" }),
        mapped({
          field: "lead_status",
          property: "hs_lead_status",
          conversion: {
            kind: "options",
            pairs: [
              { workspace: "new", hubspot: "NEW" },
              { workspace: "gone", hubspot: "NOT; AN OPTION" },
            ],
          },
        }),
      ],
    });
    expect(errors).toEqual([]);
    expect(warnings.map(({ path }) => path)).toEqual([
      `settings.contact.mappings.${place - 1}.property`,
      `settings.contact.mappings.${place}.direction`,
      `settings.contact.mappings.${place + 1}.conversion.pairs.1.hubspot`,
      `settings.contact.mappings.${place + 1}.conversion.pairs`,
    ]);
    expect(warnings[0]?.message).toBe(
      "HubSpot has no property no_such_property. Create it in HubSpot, or map another one.",
    );
    expect(warnings[3]?.message).toMatch(
      /^HubSpot's Lead Status has options that aren't mapped: OPEN, IN_PROGRESS, .* and \d more\. Such a value isn't pulled, and shows as a problem until you map it\.$/,
    );
    expect(warnings[2]?.message).toContain("has no option NOT; AN OPTION.");
  });
});

test("BN-105 a conversion that pushes other values than the property accepts is a warning, and one that only pulls is none", async () => {
  const { settings } = await newest();
  const others = settings.company.mappings.filter(
    ({ field }) => field !== "employees",
  );
  const withSize = async (direction: FieldMapping["direction"]) =>
    (
      await check(
        {},
        {
          company: {
            ...settings.company,
            mappings: [
              ...others,
              mapped({
                field: "size",
                property: "numberofemployees",
                direction,
              }),
            ],
          },
        },
      )
    ).warnings;
  expect(await withSize("both")).toEqual([
    {
      path: `settings.company.mappings.${others.length}.conversion`,
      message: expect.stringContaining(
        "accepts only numbers, and will reject other values. Choose the conversion number.",
      ) as string,
    },
  ]);
  expect(await withSize("pull")).toEqual([]);
});

describe("effects", () => {
  test("BN-013 a changed mapping concerns the linked records", async () => {
    const { world } = at;
    await make(world, "contacts", { email: "linked@example.com" });
    await calm(world);
    const linked = (await world.truth("contacts")).length;
    const { settings } = await newest();
    const { effects, changes, apply } = await check({
      mappings: settings.contact.mappings.map((mapping) =>
        mapping.field === "phone" ? { ...mapping, clear: true } : mapping,
      ),
    });
    expect(apply).toEqual({ count: linked, refusal: null });
    expect(changes).toMatchObject([{ path: "contact.mappings.phone.clear" }]);
    expect(effects).toEqual([
      {
        code: "mapping_changed",
        objectType: "contact",
        count: linked,
        atLeast: false,
        atMost: false,
        sentence: `${linked} ${linked === 1 ? "contact is" : "contacts are"} linked, and the changed mappings concern ${linked === 1 ? "it" : "them"}.`,
      },
    ]);
    // Another rule for conflicts concerns them as well, since applying mappings follows it.
    expect((await check({ policy: "workspace" })).apply?.count).toBe(linked);
    expect((await check({ deletionSync: true })).apply).toBeNull();
    // What a save with apply would be refused for is said before.
    expect((await world.api("POST", "/installation/hold")).status).toBe(200);
    expect((await check({ policy: "workspace" })).apply).toEqual({
      count: linked,
      refusal: "An admin paused sync. Nothing syncs until it's resumed.",
    });
    expect((await world.api("POST", "/installation/start")).status).toBe(200);
  });

  test("AP-014 AP-015 AC-012 changed conditions say how many records would be pushed and excluded, and so it comes", async () => {
    const { world } = at;
    await choose(world, {
      automatic: { pull: true, push: false },
      contact: pushIf({ stages: ["customer"] }),
    });
    for (const [stage, region] of [
      ["customer", "north"],
      ["customer", "south"],
      ["customer", "south"],
      ["lead", "north"],
      ["lead", "north"],
      ["lead", "south"],
    ] as const)
      await make(world, "contacts", { first_name: stage, stage, region });
    await calm(world);
    const next = pushIf({
      customField: { field: "region", values: ["north"] },
    });
    const { effects } = await check(next);
    expect(effects.map(({ code, count }) => [code, count])).toEqual([
      ["newly_pushed", 2],
      ["newly_excluded", 2],
    ]);
    expect(effects.map(({ sentence }) => sentence)).toEqual([
      "2 contacts that aren't in HubSpot will no longer be excluded. Pushing all contacts will include them.",
      "2 contacts that aren't in HubSpot will be excluded.",
    ]);
    const required = await check({ requireCompany: true });
    expect(required.effects).toMatchObject([
      { code: "newly_excluded", count: 3 },
    ]);
    const off = await check({
      push: { ...pushIf({ stages: ["customer"] }).push, enabled: false },
    });
    expect(off.effects).toMatchObject([{ code: "newly_excluded", count: 3 }]);

    await choose(world, {
      automatic: { pull: true, push: false },
      contact: next,
    });
    const run = await sync(world, "push", "contacts", { all: true });
    // One customer in the north, who was never excluded, and the two who no longer are.
    expect(run.counts).toMatchObject({ created: 3 });
  });

  test("AP-020 deletion sync that is switched on says which deletions follow, and which stay", async () => {
    const { world } = at;
    const early = await make(world, "contacts", { email: "early@example.com" });
    const late = await make(world, "contacts", { email: "late@example.com" });
    await calm(world);
    await world.api("DELETE", `/contacts/${early.id}`);
    await calm(world);
    const before = (await check({ deletionSync: true })).effects;
    const kept = before.find(({ code }) => code === "earlier_deletions_kept");
    expect(kept?.count).toBeGreaterThan(0);
    expect(before.some(({ code }) => code === "deletions_followed")).toBe(
      false,
    );

    expect((await world.api("POST", "/installation/hold")).status).toBe(200);
    await world.api("DELETE", `/contacts/${late.id}`);
    expect((await check({ deletionSync: true })).effects).toContainEqual({
      code: "deletions_followed",
      objectType: "contact",
      count: 1,
      atLeast: false,
      atMost: false,
      sentence:
        "1 contact deleted in the workspace and still linked will be deleted in HubSpot.",
    });
    await choose(world, { contact: { deletionSync: true } });
    expect((await world.api("POST", "/installation/start")).status).toBe(200);
    await calm(world);
    const emails = (await world.truth("contacts")).map(
      ({ properties }) => properties["email"],
    );
    expect(emails).toContain("early@example.com");
    expect(emails).not.toContain("late@example.com");
    expect((await record(world, "contacts", late.id)).deletedAt).not.toBeNull();
  });

  test("AP-022 merge sync that is switched on says what happens to merges from then on, and how many earlier ones stay as they are", async () => {
    const { world } = at;
    const objects = [];
    for (const name of ["one", "two", "three"])
      objects.push(
        await makeObject(world, "contacts", {
          email: `${name}@merged-before.example`,
        }),
      );
    await calm(world);
    const [first = "", second = "", third = ""] = objects;
    const kept = await recordOf(world, "contacts", second);
    const deleted = await recordOf(world, "contacts", third);
    const survivor = await merge(world, "contacts", first, second);
    await calm(world);
    await merge(world, "contacts", survivor, third);
    await calm(world);
    await world.api("DELETE", `/contacts/${deleted.id}`);
    await calm(world);
    const linked = (await records(world, "contacts")).filter(
      ({ hubspotId }) => hubspotId !== null,
    ).length;

    const { effects } = await check({ mergeSync: true });
    expect(effects).toEqual([
      {
        code: "merges_followed",
        objectType: "contact",
        count: linked,
        atLeast: false,
        atMost: false,
        sentence: `${linked} ${linked === 1 ? "contact is" : "contacts are"} linked. If HubSpot merges two linked contacts from now on, they'll be merged in the workspace too: the other one's values fill blanks, and it's deleted.`,
      },
      {
        code: "earlier_merges_kept",
        objectType: "contact",
        count: 1,
        atLeast: false,
        atMost: false,
        sentence:
          "1 contact that HubSpot merged into another one before stays in the workspace, unlinked.",
      },
    ]);
    await choose(world, { contact: { mergeSync: true } });
    await calm(world);
    expect(await record(world, "contacts", kept.id)).toMatchObject({
      hubspotId: null,
      deletedAt: null,
    });
    expect(
      (await check({ mergeSync: true })).effects.map(({ code }) => code),
    ).toEqual([]);
  });
});
