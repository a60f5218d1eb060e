import type { Answer } from "../crm/answer.ts";
import type { FaultTarget } from "../faults.ts";

/** One API call, ready to be carried out: faults decide when, whether, and whether its answer arrives. */
export type CallPlan = FaultTarget & {
  /** Checks token, limits and scopes, and does what was asked. */
  readonly perform: () => Performed;
};

export type Performed = {
  readonly answer: Answer;
  /** Headers about limits, on answers of admitted calls. */
  readonly headers: Readonly<Record<string, string>> | null;
};
