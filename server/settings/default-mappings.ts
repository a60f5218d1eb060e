import type { Conversion, FieldMapping } from "./mapping.ts";
import type { ObjectType } from "./types/index.ts";
import { descriptorOf } from "./types/index.ts";

/** Returns the mappings of a type in a fresh installation (DESIGN.md, Views), in the order of its fields. */
export const defaultMappingsOf = (type: ObjectType): FieldMapping[] =>
  Object.entries(descriptorOf(type).fields).flatMap(([field, { mapping }]) => {
    if (mapping === undefined) return [];
    const { property, conversion: kind = "text", policy } = mapping;
    return [
      {
        field,
        property,
        direction: "both" as const,
        ...(policy === undefined ? {} : { policy }),
        write: "overwrite" as const,
        clear: false,
        conversion: { kind } satisfies Conversion,
      },
    ];
  });
