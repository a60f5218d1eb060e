import fc from "fast-check";
import { expect, test } from "vitest";
import { shownText } from "../../../../server/sync/values/shown-text.ts";

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

test("7-B5 a text is cut between two letters, and never longer than asked for", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
      fc.integer({ min: 40, max: 60 }),
      (piece, most) => {
        const text = piece.repeat(20);
        const shown = shownText(text, most) ?? "";
        if (text.trim() === "" || text.length <= most) return;
        expect(shown.length).toBeLessThanOrEqual(most);
        expect(shown.endsWith("…")).toBe(true);
        const starts = [...letters.segment(text)].map(({ index }) => index);
        expect(starts).toContain(shown.length - 1);
      },
    ),
  );
});

test("a letter longer than the space is cut without halving a surrogate pair", () => {
  const flag = `🏴${"\u{e0067}".repeat(300)}`;
  const shown = shownText(flag) ?? "";
  expect(shown.isWellFormed()).toBe(true);
  expect(shown.length).toBeGreaterThan(240);
});

test("what is short enough, and the whole of what is asked for, stays as it is", () => {
  expect(shownText("👩‍👩‍👧‍👦".repeat(20))).toBe("👩‍👩‍👧‍👦".repeat(20));
  const long = "a".repeat(65_536);
  expect(shownText(long, 65_536)).toBe(long);
});
