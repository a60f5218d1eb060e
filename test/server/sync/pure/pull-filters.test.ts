import { expect, test } from "vitest";
import type { Settings } from "../../../../server/settings/schema.ts";
import { pullFilters } from "../../../../server/sync/preview/pure/pull-filters.ts";
import { mapped, rulesWith, settingsWith } from "./situation.ts";

const none = { stages: null, emailStatuses: null, customField: null };
const definitionOf = (
  label: string,
  options: string[] | null,
  fieldType = "select",
) => ({ type: "enumeration", fieldType, readOnly: false, options, label });

/** The filters of rules for pulling contacts, where HubSpot has some properties with options. */
const filtersOf = (
  conditions: Partial<Settings["contact"]["pull"]["conditions"]>,
  contact: Partial<Settings["contact"]> = {},
) =>
  pullFilters(
    rulesWith(
      settingsWith({
        mappings: [
          mapped("email", "email", { conversion: { kind: "email" } }),
          mapped("stage", "lifecyclestage", {
            conversion: {
              kind: "options",
              pairs: [
                { hubspot: "lead", workspace: "new" },
                { hubspot: "subscriber", workspace: "new" },
                { hubspot: "customer", workspace: "won" },
              ],
            },
          }),
          mapped("email_status", "verification"),
          mapped("tags", "tags", { conversion: { kind: "set" } }),
          mapped("town", "city"),
          mapped("tier", "tier", { direction: "push" }),
        ],
        pull: { visible: true, conditions: { ...none, ...conditions } },
        ...contact,
      }),
      {
        definitions: {
          lifecyclestage: definitionOf("Lifecycle stage", [
            "lead",
            "subscriber",
            "customer",
            "other",
          ]),
          verification: definitionOf("Verification", ["verified", "bounced"]),
          tags: definitionOf("Tags", ["a", "b"], "checkbox"),
          city: definitionOf("City", null),
          tier: definitionOf("Tier", ["gold"]),
        },
      },
    ),
    "contact",
  );

test("AP-014 options that are converted to an allowed value are counted, many to one", () => {
  expect(filtersOf({ stages: ["new"] })).toEqual({
    kind: "filters",
    filters: [
      {
        field: "stage",
        property: "lifecyclestage",
        values: ["lead", "subscriber"],
      },
    ],
    parentIn: null,
    partlySynced: null,
  });
});

test("AP-015 AP-016 all conditions that are set are filters, a status with an email, and a company where one is required", () => {
  expect(
    filtersOf(
      { stages: ["won"], emailStatuses: ["verified"] },
      { requireCompany: true },
    ),
  ).toEqual({
    kind: "filters",
    filters: [
      { field: "stage", property: "lifecyclestage", values: ["customer"] },
      { field: "email_status", property: "verification", values: ["verified"] },
      { field: "email", property: "email", values: null },
    ],
    parentIn: "associatedcompanyid",
    partlySynced: null,
  });
});

test("AP-014 what HubSpot compares otherwise than the rules do isn't counted, and what no property is pulled into is none", () => {
  const by = (field: string) =>
    filtersOf({ customField: { field, values: ["a"] } });
  expect(by("tags")).toMatchObject({
    kind: "uncountable",
    reason: "HubSpot can't count by Tags as these rules compare it.",
  });
  expect(by("town").kind).toBe("uncountable");
  expect(by("tier")).toMatchObject({
    kind: "none",
    reason:
      "No property of HubSpot is pulled into tier, so no new contacts meet these rules.",
  });
  expect(filtersOf({ stages: ["lost"] })).toMatchObject({
    kind: "none",
    reason:
      "No option of Lifecycle stage is converted to a value that these rules allow, so no new contacts meet them.",
  });
  expect(
    filtersOf({
      stages: ["lost"],
      customField: { field: "town", values: ["a"] },
    }).kind,
  ).toBe("none");
});
