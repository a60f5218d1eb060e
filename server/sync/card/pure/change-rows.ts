import type { FieldMapping } from "../../../settings/mapping.ts";
import { primaryKindOf } from "../../../settings/types/index.ts";
import type { FieldChange } from "../../model.ts";
import type { ChangeRow } from "./card-view.ts";
import type { CardData } from "../../preview/read-card.ts";
import {
  labelOf,
  nameOf,
  shownField,
  shownProperty,
} from "../../values/shown-text.ts";
import type { Words } from "../../values/shown-text.ts";

/** Changes as a card's lines. Pure. */

export const wordsOf = ({ rules, facts }: CardData): Words => ({
  owners: rules.owners,
  options: facts.options,
});

export const mappingOf = (
  { rules, objectType }: CardData,
  field: string,
): FieldMapping | undefined =>
  rules.settings[objectType].mappings.find((one) => one.field === field);

/** Changes with HubSpot's own labels, options and companies by their names. */
export function changeRows(
  look: CardData,
  changes: readonly FieldChange[],
): ChangeRow[] {
  const parentColumn = primaryKindOf(look.objectType)?.primary.column;
  return changes.map(({ field, property, side, before, after }) => {
    const shown = (value: unknown): string | null => {
      if (field === parentColumn && typeof value === "string") {
        const named = look.facts.companyNames.get(value);
        return named === undefined ? value : nameOf(named, value);
      }
      const mapping = mappingOf(look, field);
      return side === "hubspot"
        ? shownProperty(mapping, value, wordsOf(look))
        : shownField(mapping, value, wordsOf(look));
    };
    return {
      field,
      label: labelOf(look.objectType, look.rules, field, property),
      side,
      before: shown(before),
      after: shown(after),
    };
  });
}
