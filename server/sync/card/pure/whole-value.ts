import { refusalOf } from "../../installation/pure/installation-gate.ts";
import type { WholeValue } from "./card-view.ts";
import { mappingOf, wordsOf } from "./change-rows.ts";
import type { CardData } from "../../preview/read-card.ts";
import { labelOf, shownField, shownProperty } from "../../values/shown-text.ts";
import { own } from "../../values/value.ts";

/** A long text in HubSpot has at most 65,536 characters; twice that stays below the megabyte that HubSpot allows. */
const longestWhole = 65_536;

export type WholeAnswer =
  | { readonly ok: true; readonly value: WholeValue }
  | {
      readonly ok: false;
      readonly code: "field_not_found" | "not_read";
      readonly reason: string;
    };

/**
 * Both sides' values of one field in full; the card shows only their beginning. For a conflict, these are the values that
 * the card offers to choose from. Pure.
 */
export function wholeValue(look: CardData, field: string): WholeAnswer {
  const mapping = mappingOf(look, field);
  if (mapping === undefined)
    return {
      ok: false,
      code: "field_not_found",
      reason: "This field isn't synced.",
    };
  const held = look.facts.attention.find(
    (entry) => entry.kind === "held" && entry.field === field,
  );
  const { reading } = look;
  if (held === undefined && reading === null)
    return { ok: false, code: "not_read", reason: whyUnread(look) };
  const [workspace, hubspot] =
    held === undefined
      ? [
          own(reading?.pair.record?.properties, field),
          own(reading?.pair.object?.properties, mapping.property),
        ]
      : [held.details["workspace"], held.details["hubspot"]];
  const words = wordsOf(look);
  return {
    ok: true,
    value: {
      field,
      label: labelOf(look.objectType, look.rules, field, mapping.property),
      workspace: shownField(mapping, workspace, words, longestWhole),
      hubspot: shownProperty(mapping, hubspot, words, longestWhole),
    },
  };
}

const whyUnread = ({
  installation,
  objectType,
  unreadable,
}: CardData): string =>
  (refusalOf(installation, "pull", objectType) ?? unreadable)?.reason ??
  "HubSpot wasn't read.";
