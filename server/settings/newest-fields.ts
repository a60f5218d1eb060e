import type { TypeSettings } from "./schema.ts";
import type { FieldMapping } from "./mapping.ts";

/** Returns the mappings of a type in which the newer change wins. One that goes one way never has two to choose from. Pure. */
export const newestMappings = ({
  policy,
  mappings,
}: Pick<TypeSettings, "policy" | "mappings">): FieldMapping[] =>
  mappings.filter(
    (mapping) =>
      mapping.direction === "both" && (mapping.policy ?? policy) === "newest",
  );
