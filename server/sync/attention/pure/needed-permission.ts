import { isHeldCode } from "../../brake/pure/wording.ts";
import type { Initiator } from "../../model.ts";
import type { Choice } from "./choices.ts";

/**
 * Returns what a person must be permitted to make a choice for an entry, or to retry it: the direction in which it writes.
 * Pure.
 */
export function neededPermission(
  entry: { readonly code: string; readonly initiator: Initiator },
  choice: Choice | "retry",
): "push" | "pull" {
  if (choice === "link_existing") return "push";
  // Of many changes that wait together, a side's name approves or refuses what comes from the initiator's side.
  const side =
    (choice === "workspace" || choice === "hubspot") && !isHeldCode(entry.code)
      ? choice
      : entry.initiator;
  return side === "workspace" ? "push" : "pull";
}
