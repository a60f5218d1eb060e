import type { Conversion, FieldMapping } from "../../../settings/mapping.ts";
import type { PropertyDefinition } from "../../model.ts";
import { listed } from "../../values/shown-text.ts";
import { own } from "../../values/value.ts";

/** A place in a document of settings, and what about it won't work in HubSpot as it is now. */
export type SettingsWarning = {
  readonly path: readonly (string | number)[];
  readonly message: string;
};

/**
 * Returns what HubSpot's definitions say against a mapping. HubSpot may change meanwhile, so that none of it is an
 * error. Pure.
 * @param definitions of a type's properties, as last read
 */
export function mappingWarnings(
  { property, direction, conversion }: FieldMapping,
  definitions: Readonly<Record<string, PropertyDefinition>>,
): SettingsWarning[] {
  const definition = own(definitions, property);
  if (definition === undefined)
    return [
      {
        path: ["property"],
        message: `HubSpot has no property ${property}. Create it in HubSpot, or map another one.`,
      },
    ];
  const { type, label, readOnly, options } = definition;
  const unwritable =
    readOnly && direction !== "pull"
      ? [
          {
            path: ["direction"],
            message: `HubSpot's ${label} can't be changed by apps. Set the direction to pull.`,
          },
        ]
      : [];
  const fitting = own(fittingConversions, type);
  if (conversion.kind !== "options")
    return fitting === undefined ||
      readOnly ||
      direction === "pull" ||
      conversion.kind === fitting.kind
      ? unwritable
      : [
          ...unwritable,
          {
            path: ["conversion"],
            message: `HubSpot's ${label} accepts only ${fitting.values}, and will reject other values. Choose the conversion ${fitting.kind}.`,
          },
        ];
  if (options === null) return unwritable;
  return [
    ...unwritable,
    ...(direction === "push"
      ? []
      : unmappedWarning(conversion, label, options)),
    ...conversion.pairs.flatMap(({ hubspot }, index) =>
      options.includes(hubspot)
        ? []
        : [
            {
              path: ["conversion", "pairs", index, "hubspot"],
              message: `HubSpot's ${label} has no option ${hubspot}. Add it in HubSpot, or choose another one.`,
            },
          ],
    ),
  ];
}

/** Options that a warning names. */
const MOST_NAMED = 5;

/** Options that a pull finds no value for. What the workspace has is only known record by record. */
function unmappedWarning(
  { pairs }: Extract<Conversion, { kind: "options" }>,
  label: string,
  options: readonly string[],
): SettingsWarning[] {
  const mapped = new Set(pairs.map(({ hubspot }) => hubspot));
  const unmapped = options.filter((option) => !mapped.has(option));
  const more = unmapped.length - MOST_NAMED;
  const named = [
    ...unmapped.slice(0, MOST_NAMED),
    ...(more > 0 ? [`${more} more`] : []),
  ];
  return unmapped.length === 0
    ? []
    : [
        {
          path: ["conversion", "pairs"],
          message: `HubSpot's ${label} has options that aren't mapped: ${listed(named)}. Such a value isn't pulled, and shows as a problem until you map it.`,
        },
      ];
}

/** By HubSpot's type of a property: the conversion all of whose values it accepts. Other types accept text. */
const fittingConversions: Readonly<
  Record<string, { readonly kind: Conversion["kind"]; readonly values: string }>
> = {
  number: { kind: "number", values: "numbers" },
  date: { kind: "date", values: "dates" },
  datetime: { kind: "datetime", values: "dates with a time" },
  bool: { kind: "boolean", values: "true and false" },
};
