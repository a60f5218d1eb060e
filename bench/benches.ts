import { calls } from "./benches/calls.ts";
import { cardRead } from "./benches/card-read.ts";
import { edits } from "./benches/edits.ts";
import { memory } from "./benches/memory.ts";
import { noisyNeighbour } from "./benches/noisy-neighbour.ts";
import { pullDeals } from "./benches/pull-deals.ts";
import { pullLimited } from "./benches/pull-limited.ts";
import { pullRecords } from "./benches/pull-records.ts";
import { pushDeals, pushRecords } from "./benches/push-records.ts";
import { webhookEvents } from "./benches/webhook-events.ts";
import type { Result } from "./figure.ts";
import { attacks } from "./parts/attacks.ts";
import type { AttackName } from "./parts/attacks.ts";
import type { Ground } from "./parts/ground.ts";

/** A bench by the names of its figures, and by that of its family where it has one. */
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
  { names: ["webhook_events_durable"], run: webhookEvents },
  { names: ["pull_records"], run: pullRecords },
  { names: ["pull_deals"], run: pullDeals },
  { names: ["pull_limited"], run: pullLimited },
  { names: ["push_records"], run: pushRecords },
  { names: ["push_deals"], run: pushDeals },
  { names: ["card_read_under_pull"], run: cardRead },
  {
    names: [
      "edit_to_workspace_p50",
      "edit_to_workspace_p99",
      "edit_to_hubspot_p50",
      "edit_to_hubspot_p99",
    ],
    run: edits,
  },
  { names: ["memory_growth"], run: memory },
  ...(Object.keys(attacks) as AttackName[]).map((name) => ({
    names: [name, "noisy_neighbour"],
    run: noisyNeighbour(name),
  })),
];
