import type { Group } from "./render-sentences.ts";

/** Returns what the database's views and functions say: literals of the schema that have two words or more. */
export function sentencesInSchema(schema: string): Group[] {
  const literals = [...schema.matchAll(/'((?:[^'\n]|'')+)'/g)].map(
    ([, text = ""]) => text.replaceAll("''", "'"),
  );
  const said = literals.filter(
    (text) => /\p{L}{2,} .*\p{L}{2,}/u.test(text) && /[.:]$/.test(text),
  );
  return [["test/schema.sql", [...new Set(said)]]];
}
