import { shownValue, withIsolatedQuotes } from "./value-text.ts";

/** A value inside a sentence, shortened so that one field cannot fill the card. */
export function quoted(value: string | null): string {
  return value === null || value === "" ? "empty" : `“${shownValue(value)}”`;
}

/** Joins sentences, giving each its period and isolating the values that they quote; blanks are left out. */
export function sentenceOf(...parts: (string | null)[]): string {
  return parts
    .map((part) => part?.trim() ?? "")
    .filter((part) => part !== "")
    .map((part) => (/[.!?…:]$/.test(part) ? part : `${part}.`))
    .map(withIsolatedQuotes)
    .join(" ");
}

/** 12345 as 12,345. */
export function counted(count: number): string {
  return count.toLocaleString("en");
}

/** "1 contact", "12 contacts". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${counted(count)} ${count === 1 ? one : many}`;
}

/** "a", "a or b", "a, b, or c"; with "and" if all of them are meant. */
export function listed(
  names: readonly string[],
  word: "or" | "and" = "or",
): string {
  if (names.length < 3) return names.join(` ${word} `);
  return `${names.slice(0, -1).join(", ")}, ${word} ${names.at(-1)}`;
}

/** The same with a capital at the start. */
export function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
