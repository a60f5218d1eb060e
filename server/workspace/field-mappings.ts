import type { Conversion, FieldMapping } from "../settings/mapping.ts";
import type { DeclaredField, FieldType } from "./declared-field.ts";

/** Which conversions pull what a field of a portal's own can have. Pure. */

type Kind = Conversion["kind"];

/** `fit`: all that is pulled fits. `maybe`: some of it may. Any other conversion pulls nothing that fits. */
const conversionsInto: Readonly<
  Record<
    FieldType,
    { readonly fit: readonly Kind[]; readonly maybe: readonly Kind[] }
  >
> = {
  text: {
    fit: ["text", "email", "date", "datetime", "options", "owner"],
    maybe: [],
  },
  number: { fit: ["number"], maybe: [] },
  date: { fit: ["date"], maybe: ["text", "options"] },
  datetime: { fit: ["datetime"], maybe: ["text", "options"] },
  boolean: { fit: ["boolean"], maybe: [] },
  option: {
    fit: ["text", "options"],
    maybe: ["email", "date", "datetime", "owner"],
  },
  options: { fit: ["set"], maybe: [] },
  owner: { fit: ["owner"], maybe: ["text", "email", "options"] },
};

/** What a field of each type has, in sentences. */
export const contents: Readonly<Record<FieldType, string>> = {
  text: "text",
  number: "numbers",
  date: "dates",
  datetime: "times",
  boolean: "true or false",
  option: "one of its options",
  options: "lists of its options",
  owner: "emails of owners",
};

/** Whether a mapping's conversion pulls what its field can have: always, at times, or never. */
export type PullFit = "fits" | "may-fit" | "never-fits";

/** Returns how a mapping and its field go together. A mapping that only pushes writes no field. */
export function pullFit(
  { type }: Pick<DeclaredField, "type">,
  { direction, conversion: { kind } }: FieldMapping,
): PullFit {
  const { fit, maybe } = conversionsInto[type];
  if (direction === "push" || fit.includes(kind)) return "fits";
  return maybe.includes(kind) ? "may-fit" : "never-fits";
}

/** The first sentence of what is wrong with a mapping that doesn't fit its field. */
export const misfitCause = (
  { label, type }: DeclaredField,
  { conversion }: FieldMapping,
): string =>
  `The field ${label} can only have ${contents[type]}, but the conversion ${conversion.kind} pulls other values into it.`;

/** What can be done about it. */
export const misfitFix = ({ type }: DeclaredField): string =>
  `Choose the conversion ${conversionsInto[type].fit.join(" or ")}, or set the direction to push.`;
