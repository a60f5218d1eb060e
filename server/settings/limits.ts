import type { z } from "zod";

/** Characters of a text in the settings; HubSpot's own option values and stages are far shorter. */
export const MAX_SETTING_TEXT = 1_000;
/** Entries of a list in the settings: as many as there may be mappings, or pairs of options. */
export const MAX_SETTING_LIST = 500;
/** Characters of the whole document as JSON: it is read whole with every batch of records. */
export const MAX_SETTINGS = 500_000;

/**
 * Checks that a document to save keeps to the limits of texts, lists and the whole. Not part of the schema, which also
 * reads documents that were saved before there were limits.
 */
export function checkLimits(settings: unknown, context: z.RefinementCtx): void {
  const add = (path: Path, message: string): void =>
    context.addIssue({ code: "custom", path: ["settings", ...path], message });
  visit(settings, [], add);
  if ((JSON.stringify(settings) ?? "").length > MAX_SETTINGS)
    add([], `may have at most ${MAX_SETTINGS} characters as JSON`);
}

type Path = (string | number)[];

function visit(
  part: unknown,
  path: Path,
  add: (path: Path, message: string) => void,
): void {
  if (typeof part === "string" && part.length > MAX_SETTING_TEXT)
    add(path, `may have at most ${MAX_SETTING_TEXT} characters`);
  if (Array.isArray(part) && part.length > MAX_SETTING_LIST)
    add(path, `may list at most ${MAX_SETTING_LIST} entries`);
  if (typeof part === "object" && part !== null)
    for (const [name, each] of Object.entries(part))
      visit(each, [...path, Array.isArray(part) ? Number(name) : name], add);
}
