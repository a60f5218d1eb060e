import type { Initiator, Side } from "../../model.ts";

/** What a person decides about changes that wait together. Pure. */

export type MassChoice = "approve" | "refuse";

/** A side's name says the same of a deletion: the side that deleted is followed, or it is not. */
export const massChoiceOf = (
  { initiator }: { readonly initiator: Initiator },
  choice: Side | MassChoice,
): MassChoice =>
  choice === "approve" || choice === "refuse"
    ? choice
    : choice === initiator
      ? "approve"
      : "refuse";

/** Sources of the runs that a verdict starts. */
export const APPROVAL = "approval";
export const REFUSAL = "refusal";
