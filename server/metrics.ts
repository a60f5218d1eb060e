import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
} from "prom-client";
import type { Metric } from "prom-client";

/** What one process counts. Gauges of the queues are read from the database when asked for (`queue-gauges.ts`). */
export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Gauges of the package that are named as counters, so that a tool would take their rate. Each is the sum of another's
 * series, the one of the same name without `_total`.
 */
const gaugesNamedAsCounters = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

let processMetrics: readonly Metric[] | undefined;

/**
 * What Node says of the whole process, the same for all servers in it: each collection has a timer that fires a hundred
 * times a second and an observer of the garbage collector, and neither can be stopped.
 */
function metricsOfProcess(): readonly Metric[] {
  if (processMetrics !== undefined) return processMetrics;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const gauge of gaugesNamedAsCounters) registry.removeSingleMetric(gauge);
  processMetrics = registry
    .getMetricsAsArray()
    .flatMap(({ name }) => registry.getSingleMetric(name) ?? []);
  return processMetrics;
}

/** A registry of its own, so that several servers in one process (tests) do not share counters. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  for (const metric of metricsOfProcess()) registry.registerMetric(metric);
  return {
    registry,
    hubspotCalls: new Counter({
      name: "counterpart_hubspot_calls_total",
      help: "Calls to HubSpot by lane of the budget, kind of call, and status (an HTTP status, or why there was none).",
      labelNames: ["priority", "kind", "status"],
      registers,
    }),
    hubspotCallSeconds: new Histogram({
      name: "counterpart_hubspot_call_seconds",
      help: "How long HubSpot took to respond.",
      labelNames: ["kind"],
      buckets: SECONDS,
      registers,
    }),
    webhookEvents: new Counter({
      name: "counterpart_webhook_events_total",
      help: "Webhook events in, by outcome: stored, unknown_portal, another_app, not_understood, not_synced, set_aside, set_aside_dropped.",
      labelNames: ["outcome"],
      registers,
    }),
    signaturesRefused: new Counter({
      name: "counterpart_signatures_refused_total",
      help: "Requests to webhooks and cards without HubSpot's valid signature, by reason: missing, stale, wrong_address (HubSpot sends to another address than PUBLIC_URL), bad, query.",
      labelNames: ["reason"],
      registers,
    }),
    httpRequests: new Counter({
      name: "counterpart_http_requests_total",
      help: "HTTP requests by route, method, and status.",
      labelNames: ["route", "method", "status"],
      registers,
    }),
    httpSeconds: new Histogram({
      name: "counterpart_http_request_seconds",
      help: "How long requests took.",
      labelNames: ["route", "method"],
      buckets: SECONDS,
      registers,
    }),
    laneTurns: new Counter({
      name: "counterpart_lane_turns_total",
      help: "Turns of lanes by kind and outcome: done, waited, failed, lost, disconnected, cancelled.",
      labelNames: ["kind", "outcome"],
      registers,
    }),
    laneSeconds: new Histogram({
      name: "counterpart_lane_turn_seconds",
      help: "How long turns took.",
      labelNames: ["kind"],
      buckets: SECONDS,
      registers,
    }),
    failures: new Counter({
      name: "counterpart_lane_failures_total",
      help: "Turns that failed, by cause: token_key, hubspot_unavailable, hubspot_refused, missing_scope, database, internal.",
      labelNames: ["cause"],
      registers,
    }),
    troubledPortals: gauge(
      "counterpart_portals_troubled",
      "Portals with a lane that has not succeeded since it failed or HubSpot asked it to wait, by cause.",
      ["cause"],
    ),
    inboxEvents: gauge(
      "counterpart_inbox_events",
      "Webhook events in the queue.",
    ),
    inboxAge: gauge(
      "counterpart_inbox_oldest_seconds",
      "Age of the oldest webhook event in the queue.",
    ),
    setAsideEvents: gauge(
      "counterpart_set_aside_events",
      "Webhook events that were set aside.",
    ),
    dirtyRecords: gauge(
      "counterpart_dirty_records",
      "Changed records in the queue.",
    ),
    dirtyAge: gauge(
      "counterpart_dirty_oldest_seconds",
      "Age of the oldest changed record in the queue.",
    ),
    runs: gauge("counterpart_runs", "Runs of the last day by kind and state.", [
      "kind",
      "state",
    ]),
    attention: gauge(
      "counterpart_attention_open",
      "Open entries in Needs attention.",
      ["kind"],
    ),
    installations: gauge("counterpart_installations", "Portals by state.", [
      "state",
    ]),
    failingLanes: gauge(
      "counterpart_lanes_failing",
      "Lanes that failed at least once in a row.",
      ["kind"],
    ),
    databaseConnections: gauge(
      "counterpart_database_connections",
      "Connections of this process.",
      ["state"],
    ),
  };

  function gauge<Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ) {
    return new Gauge({ name, help, labelNames, registers });
  }
}
