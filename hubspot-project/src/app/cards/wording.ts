import type { FieldEffect, SyncField, SyncView } from "./sync-view.ts";
import { capitalized, quoted, sentenceOf } from "counterpart-kit/words.ts";

type TagLook = {
  label: string;
  variant: "danger" | "warning" | "info" | "success" | "default";
};

/** The status as a tag. The sentence beside it is the server's. */
export const statusTags: Record<SyncView["status"], TagLook> = {
  in_sync: { label: "In sync", variant: "success" },
  changes_waiting: { label: "Changes pending", variant: "info" },
  held: { label: "Conflict", variant: "warning" },
  problem: { label: "Problem", variant: "danger" },
  not_synced: { label: "Not synced", variant: "default" },
  not_checked: { label: "Not checked", variant: "default" },
  paused: { label: "Paused", variant: "warning" },
  setting_up: { label: "Setting up", variant: "info" },
  disconnected: { label: "Disconnected", variant: "danger" },
};

/** Where a field has moved, in a few words. */
export function fieldState(
  state: SyncField["state"],
  productName: string,
): string {
  switch (state) {
    case "changed_in_workspace":
      return `changed in ${productName}`;
    case "changed_in_hubspot":
      return "changed in HubSpot";
    case "changed_in_both":
      return "changed on both sides";
    case "differs":
      return "differs";
    case "parked":
      return "rejected value";
    case "held":
      return "conflict";
  }
}

/** A side as a person reads it inside a sentence. */
export const sideName = (
  side: "workspace" | "hubspot",
  productName: string,
): string => (side === "hubspot" ? "HubSpot" : productName);

/** What a click would do to one field. */
export function effectSentence(
  effect: FieldEffect,
  productName: string,
): string {
  if (effect.writes === "nothing")
    return sentenceOf("changes nothing", effect.reason);
  const side = sideName(effect.writes, productName);
  return effect.value === null
    ? `clears the value in ${side}.`
    : `writes ${quoted(effect.value)} to ${side}.`;
}

const actionTitles = new Map([
  ["associated", "Associations updated"],
  ["erased", "Permanently deleted"],
  ["flagged", "Possible duplicate"],
  ["skipped", "Excluded"],
]);

/** What was done, as the title of a journal entry. An action that is unknown here is shown by its own name. */
export const actionTitle = (action: string): string =>
  actionTitles.get(action) ??
  capitalized(action.replaceAll(/[_-]+/g, " ").trim());
