/** Phone numbers as people write them. Pure. */

/** What people put between digits: spaces of every kind, hyphens and dashes, brackets, points, slashes, invisible marks. */
const between = /[\p{Z}\p{Pd}\p{Cf}\t()./]+/gu;
const extension = /(?:;?ext(?:n|ension)?[.:=]?|x|#)(\d{1,10})$/i;

/**
 * Returns a phone number's digits, with its leading plus and its extension ("+14155550100x12"), so that spellings of
 * one number are equal. Whether a number without a country code is the same as one with it is nobody's to guess, so
 * these differ. Null: not a phone number alone, and compared as the text that it is.
 */
export function phoneDigits(text: string): string | null {
  const close = text.replace(between, "");
  const [suffix = "", inside = ""] = extension.exec(close) ?? [];
  const number = suffix === "" ? close : close.slice(0, -suffix.length);
  if (!/^\+?\d{6,20}$/.test(number)) return null;
  return inside === "" ? number : `${number}x${inside}`;
}
