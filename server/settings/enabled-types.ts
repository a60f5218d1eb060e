import type { ObjectTypeDescriptor } from "./types/descriptor.ts";
import type { ObjectType } from "./types/index.ts";
import { descriptorOf, objectTypes } from "./types/index.ts";

/** Which types a portal syncs. Pure. */

/** The types that a portal can switch off; all others are synced wherever the app is installed. */
export const optionalTypes: readonly ObjectType[] = objectTypes.filter(
  (type) => !descriptorOf(type).hubspot.required,
);

/** Returns the types that a portal syncs, parents first. `scopes` are those that HubSpot granted. */
export const enabledTypes = (
  scopes: readonly string[],
  isSwitchedOn: (type: ObjectType) => boolean,
): readonly ObjectType[] =>
  objectTypes.filter((type) =>
    isEnabled(descriptorOf(type), scopes, isSwitchedOn(type)),
  );

/**
 * Whether a portal syncs a type: a required one always, because the app can't be installed without its scopes; an
 * optional one if it's switched on and all scopes are granted that reading and writing it needs.
 */
export function isEnabled(
  { hubspot }: Pick<ObjectTypeDescriptor, "hubspot">,
  scopes: readonly string[],
  isSwitchedOn: boolean,
): boolean {
  return (
    hubspot.required ||
    (isSwitchedOn && missingScopesOf({ hubspot }, scopes).length === 0)
  );
}

/** Returns the scopes that syncing a type needs and HubSpot hasn't granted. */
export function missingScopesOf(
  { hubspot }: Pick<ObjectTypeDescriptor, "hubspot">,
  scopes: readonly string[],
): string[] {
  const { read, write, readDefinitions } = hubspot.scopes;
  return [read, write, readDefinitions].filter(
    (scope) => !scopes.includes(scope),
  );
}
