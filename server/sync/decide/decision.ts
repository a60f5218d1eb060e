import type { Decision, Pair } from "../model.ts";

/** A decision that writes nothing. */
export function doNothing(code: string, reason: string): Decision {
  return {
    outcome: "unchanged",
    code,
    reason,
    fields: [],
    workspace: { kind: "none" },
    hubspot: { kind: "none" },
    link: { kind: "keep" },
    problem: null,
  };
}

/** Why nothing is decided of a pair that has neither side. */
export const nothingThere = (type: Pair["objectType"]): string =>
  `Neither side has this ${type}.`;

/** Left alone by a rule, which is not a failure (AP-100). */
export const skip = (code: string, reason: string): Decision => ({
  ...doNothing(code, reason),
  outcome: "skipped",
});

/** Attempted or due, and not possible: a person must look. */
export const fail = (code: string, cause: string, fix: string): Decision => ({
  ...doNothing(code, cause),
  outcome: "failed",
  problem: { code, cause, fix },
});
