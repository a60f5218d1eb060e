import { sql } from "kysely";
import type { Metrics } from "../metrics.ts";
import type { Database } from "./database.ts";

type Row = { gauge: string; label: string; state: string; value: number };

/** Reads the sizes and ages of what waits, over all portals, into the gauges. For the moment that somebody asks. */
export async function readQueueGauges(
  database: Database,
  metrics: Metrics,
): Promise<void> {
  const { rows } = await database.crossing((db) =>
    sql<Row>`
      select 'inbox' as gauge, '' as label, '' as state, count(*)::float8 as value from inbox where settled_at is null
      union all
      select 'inbox age', '', '', coalesce(extract(epoch from now() - min(received_at)), 0)::float8
      from inbox where settled_at is null
      union all
      select 'set aside', '', '', count(*)::float8 from set_aside_event
      union all
      select 'dirty', '', '', count(*)::float8 from dirty
      union all
      select 'dirty age', '', '', coalesce(extract(epoch from now() - min(since)), 0)::float8 from dirty
      union all
      select 'runs', kind, state, count(*)::float8 from run
      where state in ('queued', 'running', 'paused') or ended_at > now() - interval '1 day'
      group by kind, state
      union all
      select 'attention', kind, '', count(*)::float8 from attention where state = 'open' and part_of is null group by kind
      union all
      select 'installations', '', state, count(*)::float8 from installation group by state
      union all
      select 'failing', kind, '', count(*)::float8 from lane where failures > 0 group by kind
      union all
      select 'troubled', cause, '', count(distinct portal_id)::float8 from lane where cause is not null group by cause`.execute(
      db,
    ),
  );
  const one = (gauge: string): number =>
    rows.find((row) => row.gauge === gauge)?.value ?? 0;
  const many = (gauge: string): Row[] =>
    rows.filter((row) => row.gauge === gauge);

  metrics.inboxEvents.set(one("inbox"));
  metrics.inboxAge.set(one("inbox age"));
  metrics.setAsideEvents.set(one("set aside"));
  metrics.dirtyRecords.set(one("dirty"));
  metrics.dirtyAge.set(one("dirty age"));
  metrics.runs.reset();
  for (const { label, state, value } of many("runs"))
    metrics.runs.set({ kind: label, state }, value);
  metrics.attention.reset();
  for (const { label, value } of many("attention"))
    metrics.attention.set({ kind: label }, value);
  metrics.installations.reset();
  for (const { state, value } of many("installations"))
    metrics.installations.set({ state }, value);
  metrics.failingLanes.reset();
  for (const { label, value } of many("failing"))
    metrics.failingLanes.set({ kind: label }, value);
  metrics.troubledPortals.reset();
  for (const { label, value } of many("troubled"))
    metrics.troubledPortals.set({ cause: label }, value);
  const { total, idle, waiting } = database.poolState();
  metrics.databaseConnections.set({ state: "busy" }, total - idle);
  metrics.databaseConnections.set({ state: "idle" }, idle);
  metrics.databaseConnections.set({ state: "awaited" }, waiting);
}
