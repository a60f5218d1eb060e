import fc from "fast-check";
import { expect, test } from "vitest";
import { startedBy, when } from "../../hubspot-project/packages/kit/times.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const clock = { now, locale: "en-us" };

test.each([
  ["2026-11-22T11:59:30Z", "just now"],
  ["2026-11-22T12:00:30Z", "just now"],
  ["2026-11-22T11:58:30Z", "1 minute ago"],
  ["2026-11-22T11:00:01Z", "59 minutes ago"],
  ["2026-11-22T10:30:00Z", "1 hour ago"],
  ["2026-11-22T17:59:00Z", "in 5 hours"],
  ["2026-11-21T11:00:00Z", "1 day ago"],
  ["2026-11-20T20:00:00Z", "1 day ago"],
  ["2026-11-19T11:00:00Z", "3 days ago"],
  ["not a date", "not a date"],
])("%s is %s", (iso, words) => {
  expect(when(iso, clock)).toBe(words);
});

test("a date further off is written as the user writes dates", () => {
  expect(when("2026-03-05T12:00:00Z", clock)).toMatch(/^Mar 5, 2026, \d/);
  expect(when("2026-03-05T12:00:00Z", { now, locale: "de_de" })).toMatch(
    /^05\.03\.2026, \d/,
  );
});

// Some write other digits or count other years, so no more is asked than that something is said.
test("no locale that a host may send stops the card", () => {
  fc.assert(
    fc.property(
      fc.string(),
      (locale) => when("2020-01-01T00:00:00Z", { now, locale }) !== "",
    ),
  );
});

test.each([
  ["schedule", "on schedule"],
  ["webhook", "after a change in HubSpot"],
  ["API", "through the API"],
  ["product", "after a change in Orbit"],
  ["sweep", "by the daily check"],
  ["setup", "in the first pull"],
  ["install", "in the first pull"],
  ["upkeep", "in the first pull"],
  ["scope-regained", "in the first pull"],
  ["merge", "after a merge in HubSpot"],
  ["reconnect", "when sync was resumed"],
  ["ada@example.com", "by ada@example.com"],
  ["product+contact", "with a contact, after a change in Orbit"],
  ["ada+contact@example.com", "by ada+contact@example.com"],
])("started by %s reads %s", (by, words) => {
  expect(startedBy(by, "Orbit")).toBe(words);
});
