import { describe, expect, test } from "vitest";
import type { FieldMapping } from "../../../../server/settings/mapping.ts";
import { objectTypes } from "../../../../server/settings/object-type.ts";
import { descriptorOf } from "../../../../server/settings/types/index.ts";
import {
  defaultSettings,
  settingsSchema,
} from "../../../../server/settings/schema.ts";
import { anyMappings, fc } from "./properties.ts";
import { mapped, settingsWith } from "./situation.ts";

/** The paths of what is wrong with a document. */
function wrong(document: unknown): string[] {
  const parsed = settingsSchema.safeParse(document);
  return parsed.success
    ? []
    : parsed.error.issues.map((issue) => issue.path.join("."));
}

const contact = (more: object): unknown => ({
  ...defaultSettings,
  contact: { ...defaultSettings.contact, ...more },
});
const mappings = (...list: readonly unknown[]): unknown =>
  contact({ mappings: list });
const conditions = { stages: null, emailStatuses: null, customField: null };

describe("a settings document", () => {
  test("the defaults are valid, and come out as they went in", () => {
    expect(settingsSchema.parse(defaultSettings)).toEqual(defaultSettings);
  });

  test("AP-037 who wins by default: who changed it, and HubSpot for deals", () => {
    expect(
      Object.fromEntries(
        objectTypes.map((type) => [type, defaultSettings[type].policy]),
      ),
    ).toEqual({ contact: "initiator", company: "initiator", deal: "hubspot" });
  });

  test("the defaults: nothing is deleted, merged or cleared, everything else flows both ways", () => {
    expect(defaultSettings.automatic).toEqual({ pull: true, push: true });
    for (const type of objectTypes) {
      expect(defaultSettings[type]).toMatchObject({
        push: { enabled: true },
        deletionSync: false,
        mergeSync: false,
        policy: descriptorOf(type).policy,
      });
      for (const mapping of defaultSettings[type].mappings)
        expect(mapping).toMatchObject({ direction: "both", clear: false });
    }
  });

  test("any mappings with fields and properties of their own are accepted", () => {
    fc.assert(
      fc.property(anyMappings, (list) => {
        const document = settingsWith({ mappings: list });
        expect(settingsSchema.parse(document)).toEqual(document);
      }),
    );
  });

  test.each<[string, unknown, string[]]>([
    ["nothing at all", null, [""]],
    ["a key too many", { ...defaultSettings, extra: 1 }, [""]],
    [
      "a key too few",
      { ...defaultSettings, automatic: undefined },
      ["automatic"],
    ],
    ["an unknown policy", contact({ policy: "oldest" }), ["contact.policy"]],
    [
      "an unknown choice for companies",
      contact({ companyWithContact: "sometimes" }),
      ["contact.companyWithContact"],
    ],
    [
      "an empty list of stages",
      contact({ pull: { conditions: { ...conditions, stages: [] } } }),
      ["contact.pull.conditions.stages"],
    ],
    [
      "a condition on a field without values",
      contact({
        push: {
          enabled: true,
          conditions: {
            ...conditions,
            customField: { field: "x", values: [] },
          },
        },
      }),
      ["contact.push.conditions.customField.values"],
    ],
    [
      "days that are not a number of days",
      { ...defaultSettings, retention: { journalDays: 0.5 } },
      ["retention.journalDays"],
    ],
    [
      "a property that HubSpot cannot have",
      mappings(mapped("a", "No Such")),
      ["contact.mappings.0.property"],
    ],
    [
      "a field name that is none",
      mappings(mapped("a-b", "p")),
      ["contact.mappings.0.field"],
    ],
    [
      "a conversion without its pairs",
      mappings({ ...mapped("a", "p"), conversion: { kind: "options" } }),
      ["contact.mappings.0.conversion.pairs"],
    ],
    [
      "several mistakes at once are all named",
      {
        ...defaultSettings,
        automatic: { pull: "yes", push: true },
        company: { ...defaultSettings.company, deletionSync: 1 },
      },
      ["company.deletionSync", "automatic.pull"],
    ],
    [
      "brakes that are none (7-A2)",
      contact({
        brakes: {
          deletions: { count: 0, share: 1.5 },
          creations: { toHubSpot: -1, toWorkspace: null },
          updates: { toHubSpot: null },
          windowMinutes: 0,
          expiryDays: 0.5,
        },
      }),
      [
        "contact.brakes.deletions.count",
        "contact.brakes.deletions.share",
        "contact.brakes.creations.toHubSpot",
        "contact.brakes.updates.toWorkspace",
        "contact.brakes.windowMinutes",
        "contact.brakes.expiryDays",
      ],
    ],
    [
      "one field mapped twice",
      mappings(mapped("a", "p"), mapped("b", "q"), mapped("a", "r")),
      ["contact.mappings.2"],
    ],
    [
      "one field mapped twice, in different directions",
      mappings(
        mapped("a", "p", { direction: "pull" }),
        mapped("a", "q", { direction: "push" }),
      ),
      ["contact.mappings.1"],
    ],
    [
      "one property written twice",
      mappings(mapped("a", "p"), mapped("b", "p", { direction: "push" })),
      ["contact.mappings.1"],
    ],
  ])("is refused with its path: %s", (_, document, paths) => {
    expect(wrong(document)).toEqual(paths);
  });

  test("one property may be read by several fields and written by one", () => {
    const list: FieldMapping[] = [
      mapped("a", "p"),
      mapped("b", "p", { direction: "pull" }),
      mapped("c", "p", { direction: "pull" }),
    ];
    expect(wrong(mappings(...list))).toEqual([]);
  });
});
