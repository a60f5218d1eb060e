/** A segment of a path as it was meant; one that is not encoded well stays as it was sent. */
export function decodeSegment(text: string): string {
  // Most have nothing to decode, and every call has some.
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
