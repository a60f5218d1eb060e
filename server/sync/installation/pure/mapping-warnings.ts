import type { FieldMapping } from "../../../settings/mapping.ts";
import type { PropertyDefinition } from "../../model.ts";
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
  const { label, readOnly, options } = definition;
  const unwritable =
    readOnly && direction !== "pull"
      ? [
          {
            path: ["direction"],
            message: `HubSpot's ${label} can't be changed by apps. Set the direction to pull.`,
          },
        ]
      : [];
  if (conversion.kind !== "options" || options === null) return unwritable;
  return [
    ...unwritable,
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
