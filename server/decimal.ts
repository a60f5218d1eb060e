/**
 * Numbers as text. A double keeps 15 digits; HubSpot and Postgres keep more, so values are read, compared and written
 * digit by digit, and never by way of a double. Pure.
 */

/** Longer than any double and any amount of money; short enough that "1e999999999" is not written out. */
const MOST_DIGITS = 1_000;

const pattern = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d{1,9}))?$/i;

/**
 * Returns a number's plain form: a sign where it is negative, digits, and a point where there is a fraction; neither
 * leading nor trailing zeros, no exponent. So equal numbers are equal texts. Null: the text is no decimal number
 * (hexadecimal, "Infinity", "NaN", "1,000"), or would have more than 1,000 digits.
 */
export function plainDecimal(text: string): string | null {
  const [whole, sign = "", before = "", after = "", only = "", exponent = "0"] =
    pattern.exec(text) ?? [];
  if (whole === undefined) return null;
  const fraction = after + only;
  const digits = withoutZeros(before + fraction);
  if (digits.text === "") return "0";
  // Where the point is, counted from the first digit that is not 0.
  const point = before.length + Number(exponent) - digits.leading;
  const length = digits.text.length;
  if (Math.max(point, length - point, length) > MOST_DIGITS) return null;
  const padded =
    point <= 0
      ? `0.${"0".repeat(-point)}${digits.text}`
      : point >= length
        ? digits.text + "0".repeat(point - length)
        : `${digits.text.slice(0, point)}.${digits.text.slice(point)}`;
  return sign === "-" ? `-${padded}` : padded;
}

/** Digits without the zeros around them. In one pass: a pattern would take minutes over a long row of zeros. */
function withoutZeros(digits: string): { text: string; leading: number } {
  let start = 0;
  let end = digits.length;
  while (start < end && digits[start] === "0") start += 1;
  while (end > start && digits[end - 1] === "0") end -= 1;
  return { text: digits.slice(start, end), leading: start };
}

/** Whether a double keeps every digit of a plain decimal. */
export const fitsDouble = (plain: string): boolean => {
  const double = Number(plain);
  return Number.isFinite(double) && plainDecimal(String(double)) === plain;
};

/**
 * A plain decimal as a value for JSON: a number where a double keeps every digit. Otherwise an opaque value that
 * JSON.stringify writes as the number, digit by digit.
 */
export const jsonNumber = (plain: string): unknown =>
  fitsDouble(plain) ? Number(plain) : exactJson.rawJSON(plain);

/** Whether a value is such an opaque one. */
export const isRawNumber = (value: unknown): boolean =>
  exactJson.isRawJSON(value);

/** TypeScript's library does not name it yet (ECMAScript: JSON.parse source text access). */
const exactJson = JSON as unknown as {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
};

/**
 * Whether `held` is what becomes of `given` where it is rounded to as many decimal places as `held` has, or fewer
 * zeros at its end. Both plain. Up or down at the half: systems differ. A number is no rounding of itself.
 */
export function isRoundingOf(held: string, given: string): boolean {
  const places = placesOf(held);
  const surplus = placesOf(given) - places;
  if (surplus <= 0) return false;
  const unit = 10n ** BigInt(surplus);
  const distance =
    scaled(given, places + surplus) - scaled(held, places) * unit;
  return (distance < 0n ? -distance : distance) * 2n <= unit;
}

const placesOf = (plain: string): number => {
  const point = plain.indexOf(".");
  return point < 0 ? 0 : plain.length - point - 1;
};

/** A plain decimal times 10^places, which leaves it whole. */
const scaled = (plain: string, places: number): bigint =>
  BigInt(plain.replace(".", "") + "0".repeat(places - placesOf(plain)));
