import { expect, test } from "vitest";
import { createMetrics } from "../../server/metrics.ts";

test("8-B9 servers in one process share what Node says of it, which is collected once, and nothing else", async () => {
  const one = createMetrics();
  const other = createMetrics();
  for (const name of [
    "nodejs_eventloop_lag_seconds",
    "nodejs_gc_duration_seconds",
    "process_resident_memory_bytes",
  ]) {
    expect(one.registry.getSingleMetric(name), name).toBeDefined();
    expect(other.registry.getSingleMetric(name), name).toBe(
      one.registry.getSingleMetric(name),
    );
  }
  one.failures.inc({ cause: "internal" });
  expect(await other.registry.metrics()).not.toContain('cause="internal"');
  expect(await one.registry.metrics()).toContain('cause="internal"');
});
