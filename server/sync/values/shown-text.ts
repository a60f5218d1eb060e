import type { FieldMapping } from "../../settings/mapping.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import {
  descriptorOf,
  listedTypes,
  primaryKindOf,
} from "../../settings/types/index.ts";
import type { OptionLabels, Owners, Properties, Rules } from "../model.ts";
import { isBlank, own } from "./value.ts";

/** Values as a card shows them: short text, so that a card stays far below HubSpot's limit of one megabyte. */

const longest = 250;

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The beginning of a text, in at most so many UTF-16 code units, "…" included, which ends between two letters. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const letter = letters.segment(text).containing(most - 1)?.index ?? 0;
  // Letters of hundreds of marks exist as well: of these, as much as fits, but no half of a surrogate pair.
  const end =
    letter >= most / 2 ? letter : most - 1 - (isPair(text, most - 2) ? 1 : 0);
  return `${text.slice(0, end)}…`;
}

const isPair = (text: string, place: number): boolean =>
  (text.codePointAt(place) ?? 0) > 0xffff;

/** Text of at most 250 characters, or of `most`; null for a blank. */
export function shownText(value: unknown, most = longest): string | null {
  if (isBlank(value)) return null;
  const text =
    typeof value === "string"
      ? value
      : Array.isArray(value)
        ? value.join("; ")
        : JSON.stringify(value);
  return cut(text, most);
}

/** What people read instead of an id or an option's internal value. */
export interface Words {
  readonly owners: Owners;
  readonly options: OptionLabels;
}

/** HubSpot's form of a value: an owner by email, an option as HubSpot's pages name it. */
export function shownProperty(
  mapping: FieldMapping | undefined,
  value: unknown,
  { owners, options }: Words,
  most = longest,
): string | null {
  if (mapping === undefined || typeof value !== "string")
    return shownText(value, most);
  if (mapping.conversion.kind === "owner")
    return shownText(own(owners.emailById, value) ?? value, most);
  const labels = own(options, mapping.property);
  return shownText(
    labels === undefined
      ? value
      : value.split(";").map((option) => own(labels, option) ?? option),
    most,
  );
}

/** The workspace's form of a value: by its label if it is one of HubSpot's options, else unchanged. */
export function shownField(
  mapping: FieldMapping | undefined,
  value: unknown,
  { options }: Words,
  most = longest,
): string | null {
  const labels = mapping && own(options, mapping.property);
  if (
    labels === undefined ||
    !["text", "set", "boolean"].includes(mapping?.conversion.kind ?? "")
  )
    return shownText(value, most);
  const named = (option: unknown): unknown =>
    typeof option === "string" || typeof option === "boolean"
      ? (own(labels, String(option)) ?? option)
      : option;
  return shownText(
    Array.isArray(value) ? value.map(named) : named(value),
    most,
  );
}

/** What a person calls a field: HubSpot's label, or else a standard field's own one, or the field's name. */
export function labelOf(
  type: ObjectType,
  { definitions }: Pick<Rules, "definitions">,
  field: string,
  property: string,
): string {
  const kind = primaryKindOf(type);
  if (kind !== null && field === kind.primary.column)
    return descriptorOf(kind.to).names.label.singular;
  return (
    own(definitions, property)?.label ??
    own(descriptorOf(type).fields, field)?.label ??
    field
  );
}

const namings = listedTypes.flatMap((type) => descriptorOf(type).namedBy);

/** What a person calls a record of whichever type: by the first fields that name one and have values. */
export function nameOf(properties: Properties, id: string): string {
  const names = namings.map((fields) =>
    fields.flatMap((field) => shownText(properties[field]) ?? []).join(" "),
  );
  return names.find((name) => name !== "") ?? id;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something is past: "less than a minute ago", "5 minutes ago". */
export function ago(ms: number): string {
  if (ms < minute) return "less than a minute ago";
  const [size, name] =
    ms < hour
      ? ([minute, "minute"] as const)
      : ms < day
        ? ([hour, "hour"] as const)
        : ([day, "day"] as const);
  return `${counted(Math.floor(ms / size), name)} ago`;
}

/** "1 value", "3 values". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** "a", "a and b", "a, b, and c". */
export const listed = (parts: readonly string[]): string =>
  parts.length < 3
    ? parts.join(" and ")
    : `${parts.slice(0, -1).join(", ")}, and ${parts.at(-1)}`;

/** The same with a capital at the start. */
export const capitalized = (words: string): string =>
  words.charAt(0).toUpperCase() + words.slice(1);
