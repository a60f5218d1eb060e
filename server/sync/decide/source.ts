import { plainDecimal } from "../../decimal.ts";
import type { ObjectType } from "../../settings/object-type.ts";
import type { Source } from "../../settings/type-rules.ts";
import type { PropertyDefinition, Rules } from "../model.ts";
import { timeOf } from "../values/time-of.ts";
import { own } from "../values/value.ts";

/** The property by which a new object in HubSpot says where it comes from (AP-018, AP-030). Pure. */

/** What is wrong with a source, at one of its places, for an admin. */
export type SourceFault = {
  readonly place: "property" | "value";
  readonly message: string;
};

/** A source's value as it is sent: that of the settings, or the product's name. */
const valueOf = ({ value }: NonNullable<Source>, productName: string): string =>
  value ?? productName;

/** What HubSpot's types of properties accept, where that isn't any text. */
const accepted: Readonly<
  Record<
    string,
    { readonly what: string; readonly fits: (text: string) => boolean }
  >
> = {
  number: { what: "numbers", fits: (text) => plainDecimal(text) !== null },
  date: { what: "dates", fits: (text) => timeOf(text) !== null },
  datetime: {
    what: "dates with a time",
    fits: (text) => timeOf(text) !== null,
  },
  bool: { what: "true and false", fits: (text) => /^(true|false)$/.test(text) },
};

/** Returns what HubSpot's definition of the property says against a source; null: nothing (AP-019). */
export function sourceFault(
  source: NonNullable<Source>,
  productName: string,
  { type, label, readOnly, unique, options }: PropertyDefinition,
): SourceFault | null {
  const property = (message: string): SourceFault => ({
    place: "property",
    message,
  });
  const value = (message: string): SourceFault => ({ place: "value", message });
  if (readOnly)
    return property(
      `HubSpot's ${label} can't be changed by apps. Choose another property.`,
    );
  if (unique === true)
    return property(
      `No two objects in HubSpot can have the same ${label}. Choose another property.`,
    );
  if (type === "enumeration" && source.value === null)
    return value(`HubSpot's ${label} has options. Choose one of them.`);
  if (
    options !== null &&
    source.value !== null &&
    !options.includes(source.value)
  )
    return value(
      `HubSpot's ${label} has no option ${source.value}. Add it in HubSpot, or choose another one.`,
    );
  const only = own(accepted, type);
  return only === undefined || only.fits(valueOf(source, productName))
    ? null
    : value(
        `HubSpot's ${label} accepts only ${only.what}. Choose another value, or another property.`,
      );
}

/** What a creation sends as its source; or what is wrong with the source, so that it isn't sent; null: none is chosen. */
export function sourceOfCreation(
  { settings, definitions }: Pick<Rules, "settings" | "definitions">,
  type: ObjectType,
):
  | { readonly property: string; readonly value: string }
  | { readonly fault: string }
  | null {
  const source = settings[type].source ?? null;
  if (source === null) return null;
  const definition = own(definitions, source.property);
  const fault =
    definition === undefined
      ? null
      : sourceFault(source, settings.productName, definition);
  return fault === null
    ? {
        property: source.property,
        value: valueOf(source, settings.productName),
      }
    : { fault: fault.message };
}
