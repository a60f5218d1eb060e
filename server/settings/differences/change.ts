/** One difference between two documents of settings. */
export type SettingsChange = {
  /** The place, dotted as in errors. A mapping goes by its field: `contact.mappings.first_name.direction`. */
  readonly path: string;
  /** The JSON of each document at that place; null where it has none. */
  readonly before: unknown;
  readonly after: unknown;
  /** What is so from this change on, for an admin. */
  readonly sentence: string;
};

/** One choice in a document: where it is, what was chosen, and what that means. */
export type Choice = {
  readonly path: string;
  readonly value: unknown;
  /** Equal for choices that mean the same. */
  readonly key: string;
  readonly sentence: string;
};

/** Returns a choice whose meaning is its JSON, or that of `meaning`. */
export const choice = (
  path: string,
  value: unknown,
  sentence: string,
  meaning: unknown = value,
): Choice => ({ path, value, key: JSON.stringify(meaning), sentence });

/** Returns what differs between the same choices of two documents. A choice that one of them lacks is null there. */
export function changedChoices(
  before: readonly Choice[],
  after: readonly Choice[],
): SettingsChange[] {
  const earlier = new Map(before.map((one) => [one.path, one]));
  return after.flatMap(({ path, value, key, sentence }) => {
    const other = earlier.get(path);
    return other?.key === key
      ? []
      : [{ path, before: other?.value ?? null, after: value, sentence }];
  });
}
