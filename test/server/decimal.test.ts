import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fitsDouble,
  isRoundingOf,
  jsonNumber,
  plainDecimal,
} from "../../server/decimal.ts";

/** A number as a sign, digits, and the power of ten of its last digit. */
const anyNumber = fc.record({
  negative: fc.boolean(),
  digits: fc.bigInt({ min: 0n, max: 10n ** 30n }),
  power: fc.integer({ min: -40, max: 40 }),
});

/** Spells a number in a way that no other spelling needs to know of. */
const anySpelling = fc.record({
  plus: fc.boolean(),
  leading: fc.integer({ min: 0, max: 3 }),
  trailing: fc.integer({ min: 0, max: 3 }),
  shift: fc.integer({ min: -5, max: 5 }),
  upper: fc.boolean(),
});

type Drawn<T> = T extends fc.Arbitrary<infer Value> ? Value : never;

function spelled(
  { negative, digits, power }: Drawn<typeof anyNumber>,
  { plus, leading, trailing, shift, upper }: Drawn<typeof anySpelling>,
): string {
  const sign = negative ? "-" : plus ? "+" : "";
  const more = "0".repeat(trailing);
  const point = shift > 0 ? `.${"0".repeat(shift)}` : "";
  return `${sign}${"0".repeat(leading)}${digits}${more}${point}${upper ? "E" : "e"}${power - trailing}`;
}

describe("a decimal number in its plain form", () => {
  test.each([
    ["1e3", "1000"],
    ["1000.0", "1000"],
    ["1000", "1000"],
    ["-0", "0"],
    ["-0.00e5", "0"],
    ["+5", "5"],
    ["5.", "5"],
    [".50", "0.5"],
    ["0012.3400", "12.34"],
    ["1.5e-3", "0.0015"],
    ["123e-2", "1.23"],
    ["4300000000000000001", "4300000000000000001"],
    ["0e999999999", "0"],
    ["1e999", `1${"0".repeat(999)}`],
  ])("%s is %s", (text, plain) => {
    expect(plainDecimal(text)).toBe(plain);
  });

  test.each([
    "",
    " ",
    " 5",
    "0x1F",
    "0b1",
    "0o7",
    "Infinity",
    "-Infinity",
    "NaN",
    "1,000",
    "1_000",
    "1 000",
    "١٢",
    "１２",
    "e5",
    ".",
    "+",
    "1e",
    "1e999999999",
    "1e-999999999",
    "1e1000",
    "1e99999999999",
    "9".repeat(1_001),
    "12n",
  ])("%s is none", (text) => {
    expect(plainDecimal(text)).toBeNull();
  });

  test("equal numbers have one form, however they are spelled, and other numbers another", () => {
    fc.assert(
      fc.property(
        anyNumber,
        anySpelling,
        anySpelling,
        anyNumber,
        (number, one, other, another) => {
          const plain = plainDecimal(spelled(number, one));
          if (plain === null) throw new Error("not a number");
          expect(plainDecimal(spelled(number, other))).toBe(plain);
          expect(plainDecimal(plain)).toBe(plain);
          const value = (each: typeof number): bigint =>
            (each.negative ? -1n : 1n) *
            each.digits *
            10n ** BigInt(each.power + 40);
          expect(plainDecimal(spelled(another, one)) === plain).toBe(
            value(number) === value(another),
          );
        },
      ),
    );
  });

  test("a double's own text, and so JSON's, is the same double", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (double) => {
          const plain = plainDecimal(String(double));
          if (plain === null) throw new Error("not a number");
          expect(Number(plain)).toBe(double === 0 ? 0 : double);
          expect(fitsDouble(plain)).toBe(true);
          expect(jsonNumber(plain)).toBe(Number(plain));
        },
      ),
    );
  });

  test("JSON of any number has all its digits", () => {
    fc.assert(
      fc.property(anyNumber, anySpelling, (number, spelling) => {
        const plain = plainDecimal(spelled(number, spelling));
        if (plain === null) throw new Error("not a number");
        expect(plainDecimal(JSON.stringify(jsonNumber(plain)))).toBe(plain);
      }),
    );
  });

  test("a hostile text takes no time", () => {
    const started = performance.now();
    for (const text of [
      `${"1".repeat(65_000)}x`,
      `${"0".repeat(65_000)}.${"0".repeat(65_000)}x`,
      "0".repeat(65_000),
    ])
      plainDecimal(text);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe("a rounded number", () => {
  test.each([
    ["10.13", "10.126"],
    ["10.13", "10.129"],
    ["10.12", "10.125"],
    ["10.13", "10.125"],
    ["10", "10.4"],
    ["-10.13", "-10.129"],
    ["0", "-0.4"],
    ["4300000000000000001", "4300000000000000001.2"],
  ])("%s may be what became of %s", (held, given) => {
    expect(isRoundingOf(held, given)).toBe(true);
  });

  test.each([
    ["10.13", "10.13"],
    ["10.13", "10.136"],
    ["10.126", "10.129"],
    ["10.129", "10.13"],
    ["10", "14"],
    ["10", "10.6"],
    ["10.13", "-10.129"],
    ["0", "5"],
  ])("%s cannot be what became of %s", (held, given) => {
    expect(isRoundingOf(held, given)).toBe(false);
  });
});
