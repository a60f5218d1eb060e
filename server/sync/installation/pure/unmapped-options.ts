import type { FieldMapping } from "../../../settings/mapping.ts";
import type { PropertyDefinition } from "../../model.ts";
import { listed } from "../../values/shown-text.ts";

/** Options that a warning names. */
const MOST_NAMED = 5;

/**
 * Returns a warning of the options for which a pull finds no value (BN-016), or null. An admin may want it so,
 * so that it's no drift. For what values of the workspace there is no option, only each record tells. Pure.
 */
export function unmappedOptions(
  { conversion, direction }: FieldMapping,
  { options, label }: PropertyDefinition,
): string | null {
  if (conversion.kind !== "options" || direction === "push") return null;
  const mapped = new Set(conversion.pairs.map(({ hubspot }) => hubspot));
  const unmapped = (options ?? []).filter((option) => !mapped.has(option));
  if (unmapped.length === 0) return null;
  const more = unmapped.length - MOST_NAMED;
  const named = [
    ...unmapped.slice(0, MOST_NAMED),
    ...(more > 0 ? [`${more} more`] : []),
  ];
  return `HubSpot's ${label} has options that aren't mapped: ${listed(named)}. Such a value isn't pulled, and shows as a problem until you map it.`;
}
