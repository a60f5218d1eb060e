import type { Answer } from "../crm/call.ts";

/** One API call, ready to be carried out: faults decide when, whether, and whether its answer arrives. */
export type CallPlan = {
  readonly portalId: number | null;
  readonly method: string;
  readonly path: string;
  /** The name under which the call is counted. */
  readonly template: string;
  /** Whether it changes CRM data. */
  readonly writes: boolean;
  readonly oauth: boolean;
  /** Checks token, limits and scopes, and does what was asked. */
  readonly perform: () => Performed;
};

export type Performed = {
  readonly answer: Answer;
  /** Headers about limits, on answers of admitted calls. */
  readonly headers: Readonly<Record<string, string>> | null;
};
