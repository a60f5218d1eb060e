import type { FieldMapping } from "../../../settings/mapping.ts";
import type { Source } from "../../../settings/type-rules.ts";
import type { ObjectType } from "../../../settings/types/index.ts";
import type { SourceFault } from "../../decide/source.ts";
import {
  creationKeyProperty,
  identifyingProperties,
} from "../../values/identity.ts";

/**
 * Returns why a property can't be the source of a type's objects, whatever HubSpot says of it: it tells objects from one
 * another, or a mapping writes it. Null: it can. Pure.
 */
export function sourceConflict(
  type: ObjectType,
  { property }: NonNullable<Source>,
  mappings: readonly Pick<FieldMapping, "field" | "property" | "direction">[],
): SourceFault | null {
  if ([creationKeyProperty, ...identifyingProperties(type)].includes(property))
    return {
      place: "property",
      message: `The property ${property} tells one ${type} from another. Choose another property.`,
    };
  const writer = mappings.find(
    (mapping) => mapping.property === property && mapping.direction !== "pull",
  );
  return writer === undefined
    ? null
    : {
        place: "property",
        message: `The mapping of the field ${writer.field} already writes ${property}. Choose another property, or set that mapping's direction to pull.`,
      };
}
