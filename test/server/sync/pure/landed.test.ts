import { expect, test } from "vitest";
import { hasLanded } from "../../../../server/sync/landed.ts";
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
  expect(hasLanded({ object: there, link: link({ seenAt }) }, "p", sent)).toBe(
    expected,
  );
});
