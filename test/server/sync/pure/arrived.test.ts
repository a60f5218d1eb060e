import { expect, test } from "vitest";
import { hasArrived } from "../../../../server/sync/decide/arrived.ts";
import { link, object } from "./situation.ts";

const sent = { h: "b", w: "B" };
const written = (at: number, value = "b") =>
  object({ p: "c" }, { ourValues: { p: [{ value, at }] } });

test.each([
  ["it arrived after the pair was last seen", written(11), 10, true],
  ["it arrived earlier: that was another write", written(10), 10, false],
  ["another value of ours", written(11, "x"), 10, false],
  ["the pair was never seen", written(11), null, false],
  ["no history was read", object({ p: "c" }), 10, false],
])("a value that was sent has landed: %s", (_, there, seenAt, expected) => {
  expect(hasArrived({ object: there, link: link({ seenAt }) }, "p", sent)).toBe(
    expected,
  );
});

test("7-A7 a phone number has landed in HubSpot's own spelling, and in no other number", () => {
  const given = { h: "+1 (415) 555-0100", w: "+1 (415) 555-0100" };
  const landed = (value: string) =>
    hasArrived(
      { object: written(11, value), link: link({ seenAt: 10 }) },
      "p",
      given,
      { kind: "phone" },
    );
  expect(landed("+14155550100")).toBe(true);
  expect(landed("+14155550101")).toBe(false);
});
