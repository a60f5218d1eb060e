import type { Failure } from "counterpart-kit/ask.ts";
import { capitalized, plural, sentenceOf } from "counterpart-kit/words.ts";
import { faultsAnswer, optionsInUseAnswer } from "./page-answer.ts";

/** What the server refused of a field, each at its place in the form. */
export type FieldFaults = {
  name?: string;
  label?: string;
  type?: string;
  /** By the place of an option. */
  options?: Readonly<Record<number, string>>;
  other?: string;
};

/** Refusals of the server that are about the name. */
const ofName: ReadonlySet<string> = new Set([
  "field_exists",
  "standard_field",
  "values_dont_fit",
]);

/** Returns what a failed request says of a field's form. Pure. */
export function fieldFaults({
  certain,
  title,
  message,
  refusal,
}: Failure): FieldFaults {
  if (!certain)
    return {
      other: `${title}. The field may have been saved: trying again is safe`,
    };
  if (refusal !== undefined && ofName.has(refusal.code))
    return { name: message };
  if (refusal?.code === "options_in_use") {
    const inUse = optionsInUseAnswer.safeParse(refusal.body);
    if (inUse.success) return { other: ofOptions(inUse.data.options) };
  }
  const read = faultsAnswer.safeParse(refusal?.body);
  if (!read.success || read.data.errors.length === 0)
    return { other: message || title };
  const faults: FieldFaults = {};
  const options: Record<number, string> = {};
  for (const { path, message: said } of read.data.errors) {
    const sentence = capitalized(said);
    const [place = "", index = ""] = path.split(".");
    if (place === "options" && /^\d+$/.test(index))
      options[Number(index)] ??= sentence;
    else if (place === "name" || place === "label" || place === "type")
      faults[place] ??= sentence;
    else faults.other ??= sentence;
  }
  return Object.keys(options).length === 0 ? faults : { ...faults, options };
}

/** Options that a sentence names. */
const MOST_NAMED = 10;

function ofOptions(
  options: readonly { value: string; records: number }[],
): string {
  const rest = options.length - MOST_NAMED;
  const named = options
    .slice(0, MOST_NAMED)
    .map(({ value, records }) => `${value} (${plural(records, "record")})`);
  return sentenceOf(
    `Records have options that would be removed: ${[...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join(", ")}`,
    "Change these records first, or remove the options all the same",
  );
}
