import type { SettingsDocument } from "./document.ts";

/** What a person has changed and not saved, and what becomes of it when somebody else has saved meanwhile. Pure. */

type Parts = ReadonlyMap<string, unknown>;

/**
 * The parts of a value that are compared and taken one by one: the members of an object, and of a list, the mappings by
 * field and the owners by email. Null: the value is one part, as is an object whose other members depend on its rule.
 */
function partsOf(value: unknown): Parts | null {
  if (Array.isArray(value)) {
    const keys = value.map(keyOf);
    return value.length > 0 && !keys.includes(null)
      ? new Map(value.map((entry, at) => [String(keys[at]), entry]))
      : null;
  }
  return isObject(value) && keyOf(value) === null && !isRule(value)
    ? new Map(Object.entries(value))
    : null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** By what a list names an entry, which is one part; null: the value is no such entry. */
function keyOf(value: unknown): string | null {
  if (!isObject(value)) return null;
  const { field, property, email, ownerId } = value;
  if (typeof field === "string" && typeof property === "string") return field;
  return typeof email === "string" && typeof ownerId === "string"
    ? email
    : null;
}

const isRule = (value: Record<string, unknown>): boolean =>
  typeof value["rule"] === "string";

/** Equal as JSON, whatever the order of members. */
function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((part, at) => isSame(part, other[at]))
    );
  if (!isObject(one) || !isObject(other)) return one === other;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
    (key) => isSame(one[key], other[key]),
  );
}

/** How many settings of two documents differ; a mapping counts as one, and so does an owner. */
export function changesBetween(one: unknown, other: unknown): number {
  const [parts, others] = [partsOf(one), partsOf(other)];
  if (parts === null && others === null) return isSame(one, other) ? 0 : 1;
  if (!isListOrObject(one) || !isListOrObject(other)) return 1;
  return keysOf(parts, others).reduce(
    (sum, key) => sum + changesBetween(parts?.get(key), others?.get(key)),
    0,
  );
}

/** An empty list has no parts, and its entries have all been added or removed. */
const isListOrObject = (value: unknown): boolean =>
  Array.isArray(value) || isObject(value);

const keysOf = (...all: (Parts | null)[]): string[] => [
  ...new Set(all.flatMap((parts) => [...(parts?.keys() ?? [])])),
];

/**
 * The newest document with what a draft changed in the one it was made from. If both changed a setting, the draft's
 * value is taken: its author sees it before saving.
 */
export function keepingMine(
  base: SettingsDocument,
  draft: SettingsDocument,
  newest: SettingsDocument,
): SettingsDocument {
  return kept(base, draft, newest) as SettingsDocument;
}

function kept(base: unknown, draft: unknown, newest: unknown): unknown {
  if (isSame(base, draft)) return newest;
  if (isSame(base, newest)) return draft;
  const [before, mine, theirs] = [base, draft, newest].map(partsOf);
  if (mine === undefined || mine === null || !theirs) return draft;
  const parts = keysOf(theirs, mine)
    .map((key): [string, unknown] => [
      key,
      kept(before?.get(key), mine.get(key), theirs.get(key)),
    ])
    .filter(([, value]) => value !== undefined);
  return Array.isArray(draft)
    ? parts.map(([, value]) => value)
    : Object.fromEntries(parts);
}
