/** Characters of a text in the settings; HubSpot's own option values and stages are far shorter. */
export const MAX_SETTING_TEXT = 1_000;
/** Entries of a list in the settings: as many as there may be mappings, or pairs of options. */
export const MAX_SETTING_LIST = 500;
/** Characters of the whole document as JSON: it is read whole with every batch of records. */
export const MAX_SETTINGS = 500_000;

/** A place in a document, and the limit that is exceeded there. */
export type LimitFault = {
  readonly path: readonly (string | number)[];
  readonly message: string;
};

/**
 * Returns where a document to save exceeds the limits of texts, lists and the whole. Not part of the schema, which also
 * reads documents that were saved before there were limits.
 */
export function limitFaults(settings: unknown): LimitFault[] {
  const faults: LimitFault[] = [];
  visit(settings, [], (path, message) => faults.push({ path, message }));
  if ((JSON.stringify(settings) ?? "").length > MAX_SETTINGS)
    faults.push({
      path: [],
      message: `may have at most ${MAX_SETTINGS} characters as JSON`,
    });
  return faults;
}

function visit(
  part: unknown,
  path: LimitFault["path"],
  add: (path: LimitFault["path"], message: string) => void,
): void {
  if (typeof part === "string" && part.length > MAX_SETTING_TEXT)
    add(path, `may have at most ${MAX_SETTING_TEXT} characters`);
  if (Array.isArray(part) && part.length > MAX_SETTING_LIST)
    add(path, `may list at most ${MAX_SETTING_LIST} entries`);
  if (typeof part === "object" && part !== null)
    for (const [name, each] of Object.entries(part))
      visit(each, [...path, Array.isArray(part) ? Number(name) : name], add);
}
