import { named } from "../../settings/product.ts";

/** Members of answers that are sentences for people. */
const sentences: ReadonlySet<string> = new Set([
  "sentence",
  "message",
  "remedy",
  "reason",
]);

/** Members that the page doesn't show: of a change, it shows the sentence; a document of settings is not prose. */
const asTheyAre: ReadonlySet<string> = new Set(["settings"]);
const leftOut: ReadonlySet<string> = new Set(["before", "after"]);

/**
 * Returns an answer of the API as the settings page shows it: with the product's name in its sentences, and without the
 * values before and after each change, which could exceed what HubSpot lets through. Pure.
 */
export function inProductWords(answer: unknown, productName: string): unknown {
  if (Array.isArray(answer))
    return answer.map((each) => inProductWords(each, productName));
  if (typeof answer !== "object" || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([key]) => !leftOut.has(key))
      .map(([key, value]): [string, unknown] => {
        if (asTheyAre.has(key)) return [key, value];
        return typeof value === "string"
          ? [key, sentences.has(key) ? named(value, productName) : value]
          : [key, inProductWords(value, productName)];
      }),
  );
}
