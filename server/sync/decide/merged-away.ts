import type { ObjectType } from "../../settings/object-type.ts";
import { nameOf } from "../values/shown-text.ts";
import { identityKeyOf } from "../values/identity.ts";
import type { MergedInto } from "../model.ts";
import { isBlank } from "../values/value.ts";

export const mergedAwayCode = "merged_in_hubspot";

/**
 * Why a record is unlinked whose object was merged into another record's while merge sync was off, and what a person
 * can do. Names the other one as people know it: an id alone helps nobody to find it. Pure.
 */
export function mergedAwayReason(
  type: ObjectType,
  into: MergedInto | null,
): string {
  const key = identityKeyOf(type);
  return [
    `Merged into ${nameOfSurvivor(type, into)} in HubSpot.`,
    `Merge sync was off, so this ${type} stays in the workspace, unlinked.`,
    `Delete it, or ${key === null ? "" : `change its ${key.kind} and `}push it to create another ${type} in HubSpot.`,
  ].join(" ");
}

function nameOfSurvivor(type: ObjectType, into: MergedInto | null): string {
  if (into === null) return `another ${type}`;
  const byId = `${type} ${into.objectId}`;
  if (into.properties === null) return byId;
  const name = nameOf(into.properties, byId);
  const identity = into.properties[identityKeyOf(type)?.field ?? ""];
  return typeof identity !== "string" || isBlank(identity) || name === identity
    ? name
    : `${name} (${identity})`;
}
