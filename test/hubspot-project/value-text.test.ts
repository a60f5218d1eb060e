import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isolated,
  shortened,
} from "../../hubspot-project/packages/kit/value-text.ts";

const family = "👨‍👩‍👧‍👦";

describe("a value inside other text", () => {
  test("is isolated, whatever way it runs", () => {
    expect(isolated("مرحبا")).toBe("\u2068مرحبا\u2069");
  });

  test.each([
    ["leaves an isolate open", "\u2067abc", "\u2068\u2067abc\u2069\u2069"],
    ["closes one that it did not open", "abc\u2069def", "\u2068abcdef\u2069"],
  ])("stays isolated if it %s", (_, value, shown) => {
    expect(isolated(value)).toBe(shown);
  });

  test("never reaches beyond its own isolate", () => {
    const part = fc.constantFrom(
      "a",
      "ب",
      "\u2066",
      "\u2067",
      "\u2068",
      "\u2069",
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        let depth = 0;
        const text = Array.from(isolated(parts.join("")));
        const depths = text.map((letter) => {
          if (/[\u2066-\u2068]/.test(letter)) depth += 1;
          if (letter === "\u2069") depth -= 1;
          return depth;
        });
        expect(depths.at(-1)).toBe(0);
        expect(depths.slice(0, -1).every((one) => one > 0)).toBe(true);
      }),
    );
  });
});

describe("a long value", () => {
  test.each([
    ["abcdef", 6, "abcdef"],
    ["abcdefg", 6, "abcde…"],
    [family.repeat(3), 3, family.repeat(3)],
    [family.repeat(4), 3, `${family.repeat(2)}…`],
    ["e\u0301".repeat(4), 3, `${"e\u0301".repeat(2)}…`],
    ["", 3, ""],
  ])("%s in %i letters is %s", (value, most, shown) => {
    expect(shortened(value, most)).toBe(shown);
  });

  test("is cut between letters, and only where it is longer", () => {
    const letters = new Intl.Segmenter("en", { granularity: "grapheme" });
    const count = (text: string): number => [...letters.segment(text)].length;
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 40 }),
        fc.integer({ min: 1, max: 30 }),
        (value, most) => {
          const shown = shortened(value, most);
          if (count(value) <= most) expect(shown).toBe(value);
          else {
            expect(shown.endsWith("…")).toBe(true);
            expect(value.startsWith(shown.slice(0, -1))).toBe(true);
            expect(count(shown.slice(0, -1))).toBe(most - 1);
          }
        },
      ),
    );
  });
});
