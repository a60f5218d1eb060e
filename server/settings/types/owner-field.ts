import type { ObjectTypeDescriptor } from "./descriptor.ts";

/** Where both sides keep the owner of a record. */
export type OwnerField = {
  readonly field: string;
  readonly property: string;
};

/** Returns where a type keeps its owner, or null if its records have none. Pure. */
export function ownerFieldOf({
  fields,
}: Pick<ObjectTypeDescriptor, "fields">): OwnerField | null {
  for (const [field, { mapping }] of Object.entries(fields))
    if (mapping?.conversion === "owner")
      return { field, property: mapping.property };
  return null;
}
