import type { Metrics } from "../metrics.ts";
import type { Priority } from "./gateway.ts";

/** Where calls are counted. */
export type CallMetrics = Pick<Metrics, "hubspotCalls" | "hubspotCallSeconds">;

/** What one request did: never an id, a path or a value. */
export type CallReport = {
  readonly priority: Priority;
  /** list, read, search, create, update, upsert, archive, associations, owners, users, properties, account. */
  readonly kind: string;
  /** The HTTP status, or deadline, cancelled, connection. */
  readonly status: string;
  readonly seconds: number;
};

export function countCall(
  metrics: CallMetrics | undefined,
  { priority, kind, status, seconds }: CallReport,
): void {
  metrics?.hubspotCalls.inc({ priority, kind, status });
  metrics?.hubspotCallSeconds.observe({ kind }, seconds);
}
