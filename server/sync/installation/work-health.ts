import { sql } from "kysely";
import type { Cause } from "../../causes.ts";
import type { Db } from "../../database/database.ts";
import type { LaneKind } from "../../database/tables.ts";
import type { PortalId } from "../../settings/object-type.ts";

/** Work that has been due for this long has no worker. */
const OVERDUE_MINUTES = 2;

/** The state of one kind of a portal's background work. */
export type LaneHealth = {
  kind: LaneKind;
  /** The last turn that did what there was to do; null: none yet. */
  succeededAt: Date | null;
  /** Failures in a row. */
  failures: number;
  /** Since when it has failed, or waited for HubSpot, and the cause of the last time; null: it works. */
  troubledSince: Date | null;
  cause: Cause | null;
  /** Since when it is due, if no worker has taken it for two minutes. */
  overdueSince: Date | null;
};

/** When each kind of sync last succeeded; null: never, as far as that is still known. */
export type LastSuccess = {
  pull: Date | null;
  push: Date | null;
  webhooks: Date | null;
};

export type WorkHealth = { lanes: LaneHealth[]; lastSuccess: LastSuccess };

/** Reads the state of a portal's work: two statements, by the portal's own keys. */
export async function readWorkHealth(
  db: Db,
  portalId: PortalId,
): Promise<WorkHealth> {
  const { rows: lanes } = await sql<LaneHealth>`
    select kind, succeeded_at as "succeededAt", failures, troubled_since as "troubledSince", cause,
      case when not leased and next_at < now() - make_interval(mins => ${OVERDUE_MINUTES}) then next_at end
        as "overdueSince"
    from lane where portal_id = ${portalId} order by kind`.execute(db);
  const ended = (kind: string) => sql`
    (select ended_at from run
      where portal_id = ${portalId} and kind in (${kind}, 'both') and state = 'done'
      order by created_at desc limit 1)`;
  const { rows } = await sql<{ pull: Date | null; push: Date | null }>`
    select ${ended("pull")} as pull, ${ended("push")} as push`.execute(db);
  const of = (kind: LaneKind): Date | null =>
    lanes.find((lane) => lane.kind === kind)?.succeededAt ?? null;
  return {
    lanes,
    lastSuccess: {
      pull: rows[0]?.pull ?? null,
      // Changes are pushed one by one as they come; a run pushes many.
      push: later(rows[0]?.push ?? null, of("dirty")),
      webhooks: of("inbox"),
    },
  };
}

const later = (one: Date | null, other: Date | null): Date | null => {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
};
