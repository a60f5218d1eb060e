import { calls } from "./benches/calls.ts";
import type { Result } from "./figure.ts";
import type { Ground } from "./parts/ground.ts";

/** A bench by the names of its figures. */
export type Bench = {
  readonly names: readonly string[];
  readonly run: (ground: Ground) => Promise<Result>;
};

export const benches: readonly Bench[] = [
  {
    names: [
      "calls_full_pull",
      "calls_changed_pull",
      "calls_push_changed",
      "calls_push_new",
    ],
    run: calls,
  },
];
