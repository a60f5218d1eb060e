import { contactToCompany } from "../../../../server/settings/types/contact-to-company.ts";
import { describe, expect, test } from "vitest";
import {
  ann,
  conditions,
  decided,
  decisionRows,
  ended,
  onlyCustomers,
  pushOff,
} from "./decision-rows.ts";
import { automaticPush, manualPush, mapped, record } from "./situation.ts";

describe("a record without an object", () => {
  const fresh = { record: record(ann) };
  decisionRows([
    [
      "is created",
      { pair: fresh },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "not while pushing is switched off, by hand neither",
      {
        pair: fresh,
        trigger: manualPush,
        contact: {
          push: { enabled: false, conditions: { ...conditions, stages: null } },
        },
      },
      "skipped push_off",
    ],
    [
      "waits while automatic push is off",
      { pair: fresh, automatic: pushOff },
      "skipped automatic_push_off",
    ],
    [
      "is created by hand while automatic push is off",
      { pair: fresh, automatic: pushOff, trigger: manualPush },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "not before the first pull has ended, by hand neither",
      { pair: fresh, trigger: manualPush, rules: { mayCreateObjects: false } },
      "skipped first_pull_running",
    ],
    [
      "not where a condition is unmet",
      { pair: fresh, contact: onlyCustomers },
      "skipped stage_excluded",
    ],
    [
      "a person's push overrides the conditions",
      { pair: fresh, contact: onlyCustomers, trigger: manualPush },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "a company that its contact's push brings along overrides conditions and switch",
      {
        pair: fresh,
        contact: { push: { enabled: false, conditions } },
        trigger: { ...automaticPush, pushedWith: "contact" },
      },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "not without a company where one is required",
      { pair: fresh, contact: { requireCompany: true } },
      "skipped no_company",
    ],
    [
      "not without anything that names the person",
      { pair: { record: record({ city: "Ulm" }) } },
      "skipped nothing_to_identify",
    ],
    [
      "not where what names the person is not sent",
      {
        pair: fresh,
        contact: {
          mappings: [
            mapped("city", "city"),
            mapped("email", "email", { direction: "pull" }),
          ],
        },
      },
      "skipped nothing_to_identify",
    ],
    [
      "a match that belongs to another record is a problem",
      {
        pair: {
          ...fresh,
          conflict: {
            code: "duplicate_email",
            message: "m",
            objectIds: ["1"],
            holders: {},
          },
        },
      },
      "failed duplicate_email",
    ],
    [
      "its company's problem is its own",
      {
        pair: {
          ...fresh,
          parents: [
            {
              kind: contactToCompany,
              has: true,
              blockedBy: { code: "domain_conflict", cause: "c" },
            },
          ],
        },
      },
      "failed company_blocked",
    ],
    [
      "was deleted in HubSpot: not created again by itself",
      { pair: { ...fresh, link: ended("object-deleted") } },
      "skipped link_ended",
    ],
    [
      "was deleted in HubSpot: a person may push it again",
      {
        pair: { ...fresh, link: ended("object-deleted") },
        trigger: manualPush,
      },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "a person gave its object to another record: it stands alone, and says so",
      { pair: { ...fresh, link: ended("given-up") } },
      "skipped given_up",
    ],
    [
      "so it does while automatic push is off",
      {
        pair: { ...fresh, link: ended("given-up") },
        automatic: { pull: true, push: false },
      },
      "skipped given_up",
    ],
    [
      "a person gave its object to another record: it is not brought along with a contact",
      {
        pair: { ...fresh, link: ended("given-up") },
        trigger: { ...manualPush, pushedWith: "contact" },
      },
      "skipped given_up",
    ],
    [
      "a person gave its object to another record: a person may push it",
      { pair: { ...fresh, link: ended("given-up") }, trigger: manualPush },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "its object was merged away: it stands alone, and says so",
      { pair: { ...fresh, link: ended("merged-away") } },
      "skipped merged_in_hubspot",
    ],
    [
      "its object was merged away: so it says while push is off",
      {
        pair: { ...fresh, link: ended("merged-away") },
        contact: {
          push: { enabled: false, conditions: { ...conditions, stages: null } },
        },
      },
      "skipped merged_in_hubspot",
    ],
    [
      "its object was merged away: it is not brought along with a contact",
      {
        pair: { ...fresh, link: ended("merged-away") },
        trigger: { ...manualPush, pushedWith: "contact" },
      },
      "skipped merged_in_hubspot",
    ],
    [
      "its object was merged away: a person may push it",
      { pair: { ...fresh, link: ended("merged-away") }, trigger: manualPush },
      "created created_in_hubspot; create object; create link",
    ],
    [
      "was erased for privacy: nobody brings it back",
      { pair: { ...fresh, link: ended("purged") }, trigger: manualPush },
      "skipped purged",
    ],
  ]);

  test("sends what holds data, and settles the rest, so that what is typed later is a change", () => {
    const { fields, hubspot } = decided({
      pair: { record: record({ email: "Ann@Example.com", a: "b", n: "many" }) },
      contact: {
        mappings: [
          mapped("email", "email", { conversion: { kind: "email" } }),
          mapped("a", "a", { direction: "pull" }),
          mapped("city", "city"),
          mapped("n", "n", { conversion: { kind: "number" } }),
        ],
      },
    });
    expect(hubspot).toEqual({
      kind: "create",
      sent: { email: { h: "ann@example.com", w: "Ann@Example.com" } },
    });
    expect(
      fields.map(({ field, kind, code, base }) => [
        field,
        kind,
        code,
        base?.w,
        base?.h,
      ]),
    ).toEqual([
      ["email", "to-hubspot", "created", "Ann@Example.com", "ann@example.com"],
      ["a", "settled", "direction", "b", null],
      ["city", "settled", "blank", null, null],
      ["n", "parked", "invalid_number", null, null],
    ]);
  });
});
