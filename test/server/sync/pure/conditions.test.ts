import { expect, test } from "vitest";
import { unmetCondition } from "../../../../server/sync/decide/conditions.ts";
import type { ObjectType } from "../../../../server/settings/object-type.ts";
import type { Conditions } from "../../../../server/settings/conditions.ts";
import type { Properties } from "../../../../server/sync/model.ts";

const none: Conditions = {
  stages: null,
  emailStatuses: null,
  customField: null,
};
const verified = { emailStatuses: ["verified"] };
const region = { customField: { field: "region", values: ["north", "5"] } };

test.each<[string, ObjectType, Partial<Conditions>, Properties, string | null]>(
  [
    ["no condition holds nothing back", "contact", {}, {}, null],
    [
      "the stage is one of them",
      "contact",
      { stages: ["a", "b"] },
      { stage: "b" },
      null,
    ],
    [
      "the stage is another",
      "contact",
      { stages: ["a"] },
      { stage: "b" },
      "stage_excluded",
    ],
    ["there is no stage", "contact", { stages: ["a"] }, {}, "stage_excluded"],
    [
      "the email's status is one of them",
      "contact",
      verified,
      { email: "a@b.c", email_status: "verified" },
      null,
    ],
    [
      "the email's status is another",
      "contact",
      verified,
      { email: "a@b.c", email_status: "guessed" },
      "email_status_excluded",
    ],
    [
      "there is no email while a status is asked for",
      "contact",
      verified,
      { email: " ", email_status: "verified" },
      "no_email_while_required",
    ],
    ["companies have no email to be checked", "company", verified, {}, null],
    [
      "the custom field holds one of the values",
      "contact",
      region,
      { region: "north" },
      null,
    ],
    ["a number counts as its digits", "contact", region, { region: 5 }, null],
    [
      "one of several values is enough",
      "contact",
      region,
      { region: ["south", "north"] },
      null,
    ],
    [
      "the custom field holds another",
      "contact",
      region,
      { region: "south" },
      "custom_field_excluded",
    ],
    [
      "the custom field is blank",
      "contact",
      region,
      { region: "" },
      "custom_field_excluded",
    ],
    [
      "a field that every object inherits is blank too",
      "contact",
      { customField: { field: "constructor", values: ["x"] } },
      {},
      "custom_field_excluded",
    ],
    [
      "all that are set must be met, and the first unmet one is told",
      "contact",
      { stages: ["a"], ...verified, ...region },
      { stage: "a", email: "a@b.c", email_status: "guessed", region: "south" },
      "email_status_excluded",
    ],
  ],
)("%s", (_, type, conditions, properties, code) => {
  expect(
    unmetCondition(type, { ...none, ...conditions }, properties, () => false)
      ?.code ?? null,
  ).toBe(code);
});
