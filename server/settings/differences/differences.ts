import type { Settings } from "../schema.ts";
import { listedTypes } from "../types/index.ts";
import type { SettingsChange } from "./change.ts";
import { changedChoices } from "./change.ts";
import { portalChoices, typeChoices } from "./choices.ts";
import { mappingChanges } from "./mapping-differences.ts";
import { ownerChanges } from "./owner-differences.ts";

/**
 * Returns what differs between two documents, each difference with a sentence for an admin: the portal's own choices
 * first, then those of each type in the order in which people read types. Documents that mean the same have no
 * difference: the order of mappings, owners, and a condition's values means nothing. Pure.
 */
export function settingsChanges(
  before: Settings,
  after: Settings,
): SettingsChange[] {
  return [
    ...changedChoices(portalChoices(before), portalChoices(after)),
    ...ownerChanges(before.owners, after.owners),
    ...listedTypes.flatMap((type) => [
      ...changedChoices(typeChoices(before, type), typeChoices(after, type)),
      ...mappingChanges(type, before[type].mappings, after[type].mappings),
    ]),
  ];
}
