/** What nobody sees in a text: which characters those are, for values and for what identifies. Pure. */

/** Drawn as nothing, wherever they are: soft hyphen, zero-width spaces, direction marks, byte order mark. */
const invisible =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** Every control character, every white space of Unicode, and what draws as nothing. */
const isBlankCode = (code: number): boolean =>
  code <= 0x20 ||
  (code >= 0x7f && code <= 0xa0) ||
  code === 0xad ||
  code === 0x61c ||
  code === 0x1680 ||
  code === 0x180e ||
  (code >= 0x2000 && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202f) ||
  (code >= 0x205f && code <= 0x206f) ||
  code === 0x3000 ||
  code === 0xfeff;

/**
 * Returns the text without blanks at its ends: more than trim() removes (NEL, zero-width spaces), because a value that
 * a person pasted must not differ by what nobody sees. One pass, since a pattern takes minutes over mostly blank text.
 * @param alsoLast a character that is removed from the end as well
 */
export function trimmed(text: string, alsoLast = ""): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlankCode(text.charCodeAt(start))) start += 1;
  while (
    end > start &&
    (isBlankCode(text.charCodeAt(end - 1)) || text[end - 1] === alsoLast)
  )
    end -= 1;
  return text.slice(start, end);
}

/**
 * Returns the text as a person sees it: trimmed, and without invisible characters inside. Joiners (U+200C, U+200D) stay
 * inside, because some scripts spell words with them.
 */
export const visible = (text: string): string =>
  trimmed(text.replaceAll(invisible, ""));

/** Whether a blank is anywhere in the text, joiners included. */
export function hasBlank(text: string): boolean {
  for (let at = 0; at < text.length; at += 1)
    if (isBlankCode(text.charCodeAt(at))) return true;
  return false;
}
