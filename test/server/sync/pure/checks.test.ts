import { describe, expect, test } from "vitest";
import { contactToCompany } from "../../../../server/settings/types/contact-to-company.ts";
import type { Settings } from "../../../../server/settings/schema.ts";
import { checksOf } from "../../../../server/sync/decide/checks.ts";
import type { Rules } from "../../../../server/sync/model.ts";
import type { PairParts } from "./situation.ts";
import {
  link,
  object,
  pair,
  record,
  rulesWith,
  settingsWith,
} from "./situation.ts";

const none = { stages: null, emailStatuses: null, customField: null };
const lead = record({ email: "a@x.example", stage: "lead" });
const leadObject = object({ email: "a@x.example", lifecyclestage: "lead" });
const customersOnly: Partial<Settings["contact"]> = {
  push: { enabled: true, conditions: { ...none, stages: ["customer"] } },
  pull: { visible: true, conditions: { ...none, stages: ["customer"] } },
};
const pushOff: Partial<Settings["contact"]> = {
  push: { enabled: false, conditions: none },
};
const blocked = [
  {
    kind: contactToCompany,
    has: true,
    blockedBy: { code: "domain_conflict", cause: "Taken." },
  },
];

/** The codes of the four checks, in order; "ok" where one is passed. */
const codesOf = (
  parts: PairParts,
  contact: Partial<Settings["contact"]> = {},
  more: Partial<Rules> = {},
  automatic?: Settings["automatic"],
): string[] =>
  checksOf(rulesWith(settingsWith(contact, automatic), more), pair(parts)).map(
    ({ code }) => code,
  );

describe("AP-115 criteria, exists already, push enabled, failed: each is answered by itself", () => {
  const ok = "ok";
  test.each<[string, string[], () => string[]]>([
    [
      "a record that will be created",
      [ok, ok, ok, ok],
      () => codesOf({ record: lead }),
    ],
    [
      "a condition",
      ["stage_excluded", ok, ok, ok],
      () => codesOf({ record: lead }, customersOnly),
    ],
    [
      "a condition, while pushing is off and its company has a problem",
      ["stage_excluded", ok, "push_off", "company_blocked"],
      () =>
        codesOf(
          { record: lead, parents: blocked },
          {
            ...customersOnly,
            push: {
              ...customersOnly.push,
              enabled: false,
            } as Settings["contact"]["push"],
          },
        ),
    ],
    [
      "nothing that identifies it in HubSpot",
      ["nothing_to_identify", ok, ok, ok],
      () => codesOf({ record: record({ city: "Rome" }) }),
    ],
    [
      "an email that another record has in HubSpot",
      [ok, "duplicate_email", ok, ok],
      () =>
        codesOf({
          record: lead,
          conflict: {
            code: "duplicate_email",
            message: "Taken.",
            objectIds: ["7"],
            holders: {},
          },
        }),
    ],
    [
      "a deletion in HubSpot",
      [ok, "link_ended", ok, ok],
      () => codesOf({ record: lead, link: link({ state: "object-deleted" }) }),
    ],
    [
      "the switch",
      [ok, ok, "push_off", ok],
      () => codesOf({ record: lead }, pushOff),
    ],
    [
      "automatic push that is off",
      [ok, ok, "automatic_push_off", ok],
      () => codesOf({ record: lead }, {}, {}, { pull: true, push: false }),
    ],
    [
      "the first pull",
      [ok, ok, "first_pull_running", ok],
      () => codesOf({ record: lead }, {}, { mayCreateObjects: false }),
    ],
    [
      "a permission that HubSpot doesn't grant",
      [ok, ok, "missing_scope", ok],
      () =>
        codesOf(
          { record: lead },
          {},
          { missing: { write: true, parents: {}, edges: {} } },
        ),
    ],
    [
      "an object that would be pulled",
      [ok, ok, ok, ok],
      () => codesOf({ object: leadObject }),
    ],
    [
      "an object that a condition leaves out, while automatic pull is off",
      ["not_in_scope", ok, "automatic_pull_off", ok],
      () =>
        codesOf(
          { object: leadObject },
          customersOnly,
          {},
          {
            pull: false,
            push: true,
          },
        ),
    ],
    [
      "an object whose record was deleted",
      [ok, "link_ended", ok, ok],
      () =>
        codesOf({
          object: leadObject,
          link: link({ state: "record-deleted" }),
        }),
    ],
    [
      "a match that someone has to confirm",
      [ok, "match_to_confirm", ok, ok],
      () =>
        codesOf(
          { record: lead, object: leadObject, guessed: true },
          { matching: "ask" },
        ),
    ],
    [
      "a linked pair, whatever the rules say",
      [ok, ok, ok, ok],
      () =>
        codesOf(
          { record: lead, object: leadObject, link: link() },
          customersOnly,
        ),
    ],
    [
      "a linked object that HubSpot no longer shows",
      [ok, ok, ok, "object_missing"],
      () => codesOf({ record: lead, reading: "missing", link: link() }),
    ],
  ])("%s", (_what, expected, codes) => {
    expect(codes()).toEqual(expected);
  });

  test("a check that isn't passed says why, and what helps if decide says so", () => {
    const [criteria, , , error] = checksOf(
      rulesWith(settingsWith(customersOnly)),
      pair({ record: lead, parents: blocked }),
    );
    expect(criteria?.reason).toBe(
      "Excluded by stage. Stages that sync: customer.",
    );
    expect(error).toMatchObject({
      reason: "Contact not pushed, because its company wasn't: Taken.",
      fix: "Resolve the company's problem, then retry.",
    });
  });
});
