import { describe, expect, test } from "vitest";
import type { Trigger } from "../../../../server/sync/model.ts";
import { withholdsEmail } from "../../../../server/sync/decide/unverified-email.ts";
import { decided } from "./decision-rows.ts";
import {
  automaticPull,
  automaticPush,
  link,
  manualPush,
  mapped,
  object,
  record,
  rulesWith,
  settingsWith,
} from "./situation.ts";

const email = "ann@example.com";
const mappings = [
  mapped("email", "email", { conversion: { kind: "email" } }),
  mapped("first_name", "firstname"),
];
const withheld = { pushUnverifiedEmails: false, mappings };
const resolving: Trigger = {
  ...automaticPush,
  resolve: { email: "workspace" },
};

describe("an email is withheld", () => {
  test.each<[string, Record<string, unknown>, boolean]>([
    ["if its status isn't verified", { email, email_status: "guessed" }, true],
    ["if it has no status", { email }, true],
    ["not if it's verified", { email, email_status: " VERIFIED " }, false],
    ["not if there is none", { email: " ", email_status: "guessed" }, false],
  ])("%s", (_name, properties, is) => {
    const rules = rulesWith(settingsWith(withheld));
    const field = { field: "email", property: "email" };
    expect(withholdsEmail(rules, "contact", field, properties)).toBe(is);
    expect(
      withholdsEmail(
        rules,
        "contact",
        { field: "first_name", property: "firstname" },
        properties,
      ),
    ).toBe(false);
    expect(
      withholdsEmail(
        rulesWith(settingsWith({ mappings })),
        "contact",
        field,
        properties,
      ),
    ).toBe(false);
    // Companies have no such rule.
    expect(withholdsEmail(rules, "company", field, properties)).toBe(false);
  });
});

const unverified = { email, email_status: "guessed", first_name: "Ann" };

describe("a creation", () => {
  test("leaves the email out, and its base blank: once it's verified, it is a change", () => {
    const { hubspot, fields, outcome } = decided({
      pair: { record: record(unverified) },
      contact: withheld,
    });
    expect(outcome).toBe("created");
    expect(hubspot).toMatchObject({ sent: { firstname: { h: "Ann" } } });
    expect(hubspot.kind === "create" && hubspot.sent["email"]).toBeUndefined();
    const field = fields.find((each) => each.field === "email");
    expect(field).toMatchObject({
      kind: "waiting",
      code: "email_unverified",
      base: { w: null, h: null },
    });
    const later = decided({
      pair: {
        record: record({ ...unverified, email_status: "verified" }),
        object: object({ firstname: "Ann" }),
        link: link({
          base: {
            email: { w: null, h: null, p: "email", c: "email" },
            first_name: { w: "Ann", h: "Ann", p: "firstname", c: "text" },
          },
        }),
      },
      contact: withheld,
    });
    expect(later.hubspot).toEqual({
      kind: "update",
      sent: { email: { h: email, w: email, before: null } },
    });
  });

  test("isn't made where HubSpot would know nothing of the record", () => {
    expect(
      decided({
        pair: { record: record({ email, email_status: "guessed" }) },
        contact: withheld,
      }),
    ).toMatchObject({ outcome: "skipped", code: "email_unverified" });
  });
});

describe("an update", () => {
  const linked = (
    properties: Record<string, unknown>,
    h = "old@example.com",
  ) => ({
    record: record(properties),
    object: object({ email: h, firstname: "Ann" }),
    link: link({
      base: {
        email: {
          w: "old@example.com",
          h: "old@example.com",
          p: "email",
          c: "email",
        },
        first_name: { w: "Ann", h: "Ann", p: "firstname", c: "text" },
      },
    }),
  });

  test.each([
    ["by itself", automaticPush],
    ["by hand", { ...manualPush, confirmed: true }],
    ["by a person's choice", resolving],
  ])("leaves it out %s, and keeps its base", (_how, trigger) => {
    const { hubspot, fields, reason } = decided({
      pair: linked(unverified),
      contact: withheld,
      trigger,
    });
    expect(hubspot).toEqual({ kind: "none" });
    expect(fields[0]).toMatchObject({
      kind: "waiting",
      code: "email_unverified",
    });
    expect(fields[0]?.base).toBeUndefined();
    expect(reason).toBe("Not sent, because the email isn't verified: email.");
  });

  test("sends the rest", () => {
    const { hubspot } = decided({
      pair: linked({ ...unverified, first_name: "Anna" }),
      contact: withheld,
    });
    expect(hubspot).toMatchObject({ sent: { firstname: { h: "Anna" } } });
    expect(hubspot.kind === "update" && Object.keys(hubspot.sent)).toEqual([
      "firstname",
    ]);
  });

  test("of HubSpot's comes in", () => {
    const { workspace } = decided({
      pair: linked(
        { ...unverified, email: "old@example.com" },
        "new@example.com",
      ),
      contact: withheld,
      trigger: automaticPull,
    });
    expect(workspace).toMatchObject({ set: { email: "new@example.com" } });
  });

  test("clears it: a blank is no email", () => {
    const [first = mapped("email", "email"), ...rest] = mappings;
    const { hubspot } = decided({
      pair: linked({ first_name: "Ann", email_status: "guessed" }),
      contact: {
        ...withheld,
        mappings: [{ ...first, clear: true }, ...rest],
      },
    });
    expect(hubspot).toMatchObject({ sent: { email: { h: "" } } });
  });
});

test("a creation that sent no email can be doubled, so it isn't made again while its outcome is unknown", () => {
  const attempt = {
    id: "a",
    operation: "create" as const,
    objectId: null,
    sent: { firstname: { h: "Ann", w: "Ann" } },
    recent: true,
  };
  expect(
    decided({
      pair: {
        record: record({ ...unverified, email_status: "verified" }),
        attempts: [attempt],
      },
      contact: withheld,
      rules: { uniqueProperty: false },
    }),
  ).toMatchObject({ outcome: "skipped", code: "creation_pending" });
});
