import { isRawNumber, plainDecimal, jsonNumber } from "../decimal.ts";

/** A field of a portal's own: a key of `custom` that was given a label and a type. Pure. */

export const fieldTypes = [
  "text",
  "number",
  "date",
  "datetime",
  "boolean",
  "option",
  "options",
  "owner",
] as const;
export type FieldType = (typeof fieldTypes)[number];

/** What a field of the types option and options can have, and what people call it. */
export type FieldOption = { readonly value: string; readonly label: string };

/** What tells whether a value fits. */
export type FieldShape = {
  readonly type: FieldType;
  /** Empty for all types but option and options. */
  readonly options: readonly FieldOption[];
};

export type DeclaredField = FieldShape & {
  readonly name: string;
  readonly label: string;
};

export const hasOptions = (type: FieldType): boolean =>
  type === "option" || type === "options";

const day = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const dates: Readonly<Record<"date" | "datetime", RegExp>> = {
  date: new RegExp(`^(${day})$`),
  datetime: new RegExp(
    String.raw`^(${day})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d)$`,
  ),
};

/** Options that a sentence names. */
const NAMED_OPTIONS = 10;

/**
 * Returns what a value that isn't null must be to fit a field, as the end of a sentence ("must be …"); null if it fits.
 * field_misfit() in the migrations says the same to SQL, and a test compares the two.
 */
export function misfit(
  { type, options }: FieldShape,
  value: unknown,
): string | null {
  switch (type) {
    case "text":
      return typeof value === "string" ? null : "text";
    case "number":
      return (typeof value === "number" && Number.isFinite(value)) ||
        isRawNumber(value)
        ? null
        : "a number";
    case "date":
      return isOnCalendar("date", value) ? null : "a date, such as 2026-11-30";
    case "datetime":
      return isOnCalendar("datetime", value)
        ? null
        : "a time with a zone, such as 2026-11-30T09:00:00Z";
    case "boolean":
      return typeof value === "boolean" ? null : "true or false";
    case "option":
      return isOption(options, value) ? null : `one of ${named(options)}`;
    case "options":
      return Array.isArray(value) &&
        value.every((item) => isOption(options, item))
        ? null
        : `a list of ${named(options)}`;
    case "owner":
      return typeof value === "string" &&
        /^[^@ \t\r\n]+@[^@ \t\r\n]+$/.test(value)
        ? null
        : "the email of an owner";
  }
}

/** A value that a product sent, as the field keeps it: a number that came as a string is a number, with all its digits. */
export function keptValue({ type }: FieldShape, value: unknown): unknown {
  const plain =
    type === "number" && typeof value === "string" ? plainDecimal(value) : null;
  return plain === null ? value : jsonNumber(plain);
}

const isOption = (options: readonly FieldOption[], value: unknown): boolean =>
  options.some((option) => option.value === value);

function named(options: readonly FieldOption[]): string {
  const values = options.slice(0, NAMED_OPTIONS).map(({ value }) => value);
  if (options.length > NAMED_OPTIONS) values.push("…");
  return `its options (${values.length === 0 ? "none yet" : values.join(", ")})`;
}

function isOnCalendar(type: "date" | "datetime", value: unknown): boolean {
  const [, text] =
    typeof value === "string" ? (dates[type].exec(value) ?? []) : [];
  if (text === undefined || text.startsWith("0000")) return false;
  // A day that its month doesn't have becomes one of the next month.
  return new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}
