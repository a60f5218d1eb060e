/** Text as Postgres can keep it: no U+0000, and no half of a surrogate pair. Pure. */

/**
 * Returns the text with U+FFFD in place of each half of a surrogate pair, and then without U+0000: two halves that only a
 * U+0000 parts are no pair, here as in toJson.
 */
export const storableText = (text: string): string =>
  isStorable(text) ? text : text.toWellFormed().replaceAll("\u0000", "");

export const isStorable = (text: string): boolean =>
  !text.includes("\u0000") && text.isWellFormed();

/**
 * Finds JSON whose escapes may make such text. As bytes of UTF-8, neither is possible within JSON. Whole pairs are found
 * too: rare enough to be read twice.
 */
export const mayEscapeUnstorable = /\\u(?:0000|d[89a-f])/i;
