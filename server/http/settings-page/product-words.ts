import { named } from "../../settings/product.ts";

/** Members of answers that are sentences for people. */
const sentences: ReadonlySet<string> = new Set([
  "sentence",
  "message",
  "remedy",
  "reason",
  "was",
  "wouldBe",
  "sentences",
  "cause",
  "fix",
  "note",
  "refusal",
]);

/** A document of settings is not prose. */
const asTheyAre: ReadonlySet<string> = new Set(["settings"]);

/** Of a change that has a sentence, the page doesn't show the rest. */
const isLeftOut = (answer: object, key: string): boolean =>
  Object.hasOwn(answer, "sentence") && (key === "before" || key === "after");

/**
 * Returns an answer of the API as the settings page shows it: with the product's name in its sentences, and without the
 * values before and after each change, which could exceed what HubSpot lets through. Pure.
 */
export function inProductWords(answer: unknown, productName: string): unknown {
  return said(answer, productName, false);
}

function said(part: unknown, productName: string, isProse: boolean): unknown {
  if (typeof part === "string")
    return isProse ? named(part, productName) : part;
  if (Array.isArray(part))
    return part.map((each) => said(each, productName, isProse));
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key]) => !isLeftOut(part, key))
      .map(([key, value]): [string, unknown] =>
        asTheyAre.has(key)
          ? [key, value]
          : [key, said(value, productName, sentences.has(key))],
      ),
  );
}
