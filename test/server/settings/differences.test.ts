import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { settingsChanges } from "../../../server/settings/differences/differences.ts";
import type { FieldMapping } from "../../../server/settings/mapping.ts";
import {
  defaultSettings,
  settingsSchema,
} from "../../../server/settings/schema.ts";
import type { Settings } from "../../../server/settings/schema.ts";
import { listedTypes } from "../../../server/settings/types/index.ts";
import { anySettings } from "./any-settings.ts";

/** A document in a form in which those that mean the same are equal: an independent statement of what order means. */
function meaning(settings: Settings): unknown {
  const conditions = (part: Settings["contact"]["pull"]["conditions"]) => ({
    stages: part.stages && [...new Set(part.stages)].sort(),
    emailStatuses:
      part.emailStatuses && [...new Set(part.emailStatuses)].sort(),
    customField: part.customField && {
      field: part.customField.field,
      values: [...new Set(part.customField.values)].sort(),
    },
  });
  return {
    ...settings,
    owners: Object.fromEntries(settings.owners.map((one) => [one.email, one])),
    ...Object.fromEntries(
      listedTypes.map((type) => {
        const { push, pull, mappings, ...rest } = settings[type];
        return [
          type,
          {
            ...rest,
            push: { ...push, conditions: conditions(push.conditions) },
            pull: { ...pull, conditions: conditions(pull.conditions) },
            mappings: Object.fromEntries(
              mappings.map((mapping) => [
                `field ${mapping.field}`,
                { ...mapping, write: mapping.write ?? "overwrite" },
              ]),
            ),
          },
        ];
      }),
    ),
  };
}

const reversed = (settings: Settings): Settings => ({
  ...settings,
  owners: settings.owners.toReversed(),
  contact: {
    ...settings.contact,
    mappings: settings.contact.mappings.toReversed(),
    push: {
      ...settings.contact.push,
      conditions: {
        ...settings.contact.push.conditions,
        stages: settings.contact.push.conditions.stages?.toReversed() ?? null,
      },
    },
  },
});

describe("the differences of two documents", () => {
  test("X-15 are none exactly if both mean the same", () => {
    fc.assert(
      fc.property(anySettings, anySettings, (before, after) => {
        expect(settingsSchema.parse(before)).toEqual(before);
        expect(settingsChanges(before, before)).toEqual([]);
        expect(settingsChanges(before, reversed(before))).toEqual([]);
        const isSame = isDeepStrictEqual(meaning(before), meaning(after));
        expect(settingsChanges(before, after).length === 0).toBe(isSame);
      }),
      { numRuns: 300 },
    );
  });

  test("X-15 are found wherever a document is changed in one place, and there only", () => {
    fc.assert(
      fc.property(anySettings, anySettings, fc.nat(), (before, other, at) => {
        const places = settingsChanges(before, other);
        fc.pre(places.length > 0);
        const { path } = places[at % places.length] ?? { path: "" };
        const top = path.split(".")[0] ?? "";
        const after = { ...before, [top]: Reflect.get(other, top) };
        const changes = settingsChanges(before, after);
        expect(changes.map((change) => change.path)).toContain(path);
        for (const change of changes)
          expect(change.path.split(".")[0]).toBe(top);
      }),
    );
  });

  test("X-15 each have a place of their own, both values, and a sentence of bearable length", () => {
    fc.assert(
      fc.property(anySettings, anySettings, (before, after) => {
        const changes = settingsChanges(before, after);
        expect(new Set(changes.map(({ path }) => path)).size).toBe(
          changes.length,
        );
        for (const change of changes) {
          expect(change.before).not.toEqual(change.after);
          expect(change.sentence).toMatch(/^\p{Lu}.*\.$/u);
          expect(change.sentence).not.toMatch(/undefined|null|\[object/);
          expect(change.sentence.length).toBeLessThan(600);
        }
      }),
    );
  });
});

const withContacts = (more: Partial<Settings["contact"]>): Settings => ({
  ...defaultSettings,
  contact: { ...defaultSettings.contact, ...more },
});
const withDeals = (more: Partial<Settings["deal"]>): Settings => ({
  ...defaultSettings,
  deal: { ...defaultSettings.deal, ...more },
});
const firstName = (change: Partial<FieldMapping>): Settings =>
  withContacts({
    mappings: defaultSettings.contact.mappings.map((mapping) =>
      mapping.field === "first_name" ? { ...mapping, ...change } : mapping,
    ),
  });
const none = { stages: null, emailStatuses: null, customField: null };

describe("a difference", () => {
  test.each<[string, Settings, string, unknown, unknown, string]>([
    [
      "a switch",
      withContacts({ deletionSync: true }),
      "contact.deletionSync",
      false,
      true,
      "Contacts: deletion sync is on.",
    ],
    [
      "a direction",
      firstName({ direction: "pull" }),
      "contact.mappings.first_name.direction",
      "both",
      "pull",
      "Contacts: first name syncs from HubSpot only.",
    ],
    [
      "a policy of a field",
      firstName({ policy: "hold" }),
      "contact.mappings.first_name.policy",
      null,
      "hold",
      "Contacts: if both sides changed first name, someone chooses the value to keep.",
    ],
    [
      "a write mode",
      firstName({ write: "fill" }),
      "contact.mappings.first_name.write",
      "overwrite",
      "fill",
      "Contacts: first name is only filled in if it's blank.",
    ],
    [
      "a condition with many values",
      withContacts({
        pull: {
          conditions: { ...none, stages: ["a", "b", "c", "d", "e", "f", "g"] },
          visible: true,
        },
      }),
      "contact.pull.conditions.stages",
      null,
      ["a", "b", "c", "d", "e", "f", "g"],
      "Contacts: new contacts are pulled only with one of these stages: a, b, c, d, e and 2 more.",
    ],
    [
      "a source",
      withContacts({ source: { property: "lead_source", value: null } }),
      "contact.source",
      null,
      { property: "lead_source", value: null },
      "Contacts: new contacts in HubSpot get the product's name as lead_source.",
    ],
    [
      "what becomes of unverified emails",
      withContacts({ pushUnverifiedEmails: false }),
      "contact.pushUnverifiedEmails",
      true,
      false,
      "Contacts: unverified emails are not sent to HubSpot.",
    ],
    [
      "what becomes of matches",
      withContacts({ matching: "ask" }),
      "contact.matching",
      "link",
      "ask",
      "Contacts: two contacts with the same email are linked once someone confirms it.",
    ],
    [
      "pipelines",
      withDeals({ pipelines: ["b", "a"] }),
      "deal.pipelines",
      null,
      ["b", "a"],
      "Deals: only these pipelines sync: b, a.",
    ],
    [
      "no pipeline",
      withDeals({ pipelines: [] }),
      "deal.pipelines",
      null,
      [],
      "Deals: no pipeline syncs.",
    ],
    [
      "what a pipeline brings that is selected again",
      withDeals({ onReselect: "restore" }),
      "deal.onReselect",
      "new",
      "restore",
      "Deals: a pipeline that is selected again brings its earlier deals back.",
    ],
    [
      "what is visible",
      withContacts({ pull: { conditions: none, visible: false } }),
      "contact.pull.visible",
      true,
      false,
      "Contacts: contacts that were only pulled are hidden in the workspace.",
    ],
    [
      "a choice about parents",
      withContacts({ companyWithContact: "never" }),
      "contact.companyWithContact",
      "if-missing",
      "never",
      "Contacts: pushing a contact never pushes its company.",
    ],
  ])(
    "of %s names its place, both values, and what is so now",
    (_what, after, path, was, is, sentence) => {
      expect(settingsChanges(defaultSettings, after)).toEqual([
        { path, before: was, after: is, sentence },
      ]);
    },
  );

  test("of a mapping is one, whether it is new or gone", () => {
    const [first] = defaultSettings.contact.mappings;
    const tier: FieldMapping = {
      field: "tier",
      property: "account_tier",
      direction: "both",
      clear: false,
      conversion: { kind: "text" },
    };
    const after = withContacts({
      mappings: [...defaultSettings.contact.mappings.slice(1), tier],
    });
    expect(settingsChanges(defaultSettings, after)).toEqual([
      {
        path: "contact.mappings.email",
        before: first,
        after: null,
        sentence: "Contacts: email is no longer mapped.",
      },
      {
        path: "contact.mappings.tier",
        before: null,
        after: tier,
        sentence:
          "Contacts: tier is mapped to HubSpot's account_tier, in both directions.",
      },
    ]);
  });
});
