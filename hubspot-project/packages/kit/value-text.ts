/** Values as text on the card: isolated, so that no value turns its surroundings around, and cut between letters. */

const firstStrongIsolate = "\u2068";
const popIsolate = "\u2069";

/**
 * A value inside other text. Arabic or Hebrew in it would otherwise turn "old → new" around; so would an isolate that
 * the value itself leaves open, which is closed here.
 */
export function isolated(value: string): string {
  let open = 0;
  let closed = "";
  for (const letter of value) {
    if (/[\u2066-\u2068]/.test(letter)) open += 1;
    else if (letter === popIsolate) {
      // One that nothing opened would end our own isolate.
      if (open === 0) continue;
      open -= 1;
    }
    closed += letter;
  }
  return firstStrongIsolate + closed + popIsolate.repeat(open + 1);
}

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * At most so many letters of a value, "…" included. A letter is what a person reads as one: an emoji of seven code points
 * stays whole or goes.
 */
export function shortened(value: string, most: number): string {
  // No letter is shorter than one code unit.
  if (value.length <= most) return value;
  let count = 0;
  let end = 0;
  for (const { index } of letters.segment(value)) {
    count += 1;
    if (count === most) end = index;
    if (count > most) return `${value.slice(0, end)}…`;
  }
  return value;
}

/** A value in a line of its own or beside an arrow: isolated, at most so many letters; a blank reads as "empty". */
export function shownValue(value: string | null, most = 80): string {
  return value === null || value === ""
    ? "empty"
    : isolated(shortened(value, most));
}

/** What a field had and what it has after. */
export function beforeAfter(
  before: string | null,
  after: string | null,
): string {
  return `${shownValue(before)} → ${shownValue(after)}`;
}

/** A sentence of the server, with the values that it quotes isolated. */
export function withIsolatedQuotes(sentence: string): string {
  return sentence.replaceAll(
    /"([^"]+)"|“([^”]+)”/g,
    (_, straight?: string, curly?: string) =>
      straight === undefined
        ? `“${isolated(curly ?? "")}”`
        : `"${isolated(straight)}"`,
  );
}
