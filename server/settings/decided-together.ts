import type { ObjectType } from "./types/index.ts";
import { descriptorOf } from "./types/index.ts";

/** Returns the other fields that are decided together with a field of a type; none for most. Pure. */
export const togetherWith = (
  type: ObjectType,
  field: string,
): readonly string[] =>
  descriptorOf(type)
    .together.filter((group) => group.includes(field))
    .flatMap((group) => group.filter((other) => other !== field));
