import { sql } from "kysely";
import type { Cause } from "../causes.ts";
import type { Database, Db } from "../database/database.ts";
import { LeaseLost } from "../database/fence.ts";
import type { Fence } from "../database/fence.ts";
import type { PortalId } from "../settings/object-type.ts";
import { LEASE_SECONDS, laneKinds } from "./lane.ts";
import type { LaneKind } from "./lane.ts";

/** A lane in a worker's hands. The token grows with each claim: an older one is worth nothing. */
export type Claim = {
  portalId: PortalId;
  kind: LaneKind;
  token: number;
  failures: number;
};

const lease = sql.lit(`${LEASE_SECONDS} seconds`);

/**
 * Takes up to `limit` due lanes, those first that have waited longest, one for each portal: what else it has is for the
 * next call (`hasMore`). Leaves out the portals of `passOver`. A lane whose worker fell silent is due again at the end of its lease.
 * Rests, instead of handing out, lanes whose installation's state does not work their kind. In a transaction that crosses
 * portals; they are the caller's once it is committed. Indexes lane_turn, lane_pkey.
 */
export async function claimLanes(
  db: Db,
  limit: number,
  states: string,
  passOver: readonly PortalId[] = [],
): Promise<{ claims: Claim[]; hasMore: boolean }> {
  const { rows } = await sql<{
    portal_id: number;
    kind: LaneKind;
    token: number;
    failures: number;
    works: boolean;
    more: boolean;
  }>`
      with due as (
        select l.portal_id, l.kind, exists (
          select from installation i
          where i.portal_id = l.portal_id and (${states}::jsonb -> l.kind) ? i.state
        ) as works, exists (
          select from lane e
          where e.portal_id = l.portal_id and e.kind <> l.kind and e.next_at <= now() and e.kind = any (${[...laneKinds]}::text[])
        ) as more
        from lane l
        where l.next_at <= now() and l.kind = any (${[...laneKinds]}::text[])
          and l.portal_id <> all (${[...passOver]}::bigint[])
          and not exists (
            select from lane e
            where e.portal_id = l.portal_id and e.next_at <= now() and e.kind = any (${[...laneKinds]}::text[])
              and (e.next_at, e.kind) < (l.next_at, l.kind)
          )
        order by l.next_at
        limit ${limit}
        for update of l skip locked
      )
      update lane set
        leased = due.works,
        waits = false,
        token = lane.token + 1,
        next_at = case when due.works then now() + interval ${lease} else 'infinity' end
      from due
      where lane.portal_id = due.portal_id and lane.kind = due.kind
      returning lane.portal_id, lane.kind, lane.token, lane.failures, due.works, due.more`.execute(
    db,
  );
  const claims = rows
    .filter((row) => row.works)
    .map(({ portal_id, kind, token, failures }) => ({
      portalId: portal_id,
      kind,
      token,
      failures,
    }));
  return {
    claims,
    hasMore: rows.length === limit || rows.some((row) => row.more),
  };
}

/**
 * The check of a claim, for the transaction of a decision. It holds the lane's row until that transaction ends, so
 * nobody can take the lane between check and commit, and it renews the lease.
 */
export function fenceOf({ portalId, kind, token }: Claim): Fence {
  return async (db: Db) => {
    const held = await sql`
      update lane set next_at = now() + interval ${lease}
      where portal_id = ${portalId} and kind = ${kind} and token = ${token} and leased
      returning 1 as held`.execute(db);
    if (held.rows.length === 0)
      throw new LeaseLost(
        `The lane ${kind} of portal ${portalId} is another worker's.`,
      );
  };
}

/** Prolongs leases and answers the claims that are lost. A row that a fence holds just now is left alone: it is ours. */
export async function renewLeases(
  database: Database,
  claims: readonly Claim[],
): Promise<Claim[]> {
  const given = JSON.stringify(
    claims.map(({ portalId, kind, token }) => ({
      portal_id: portalId,
      kind,
      token,
    })),
  );
  const held = await database.crossing(async (db) => {
    await sql`
      update lane set next_at = now() + interval ${lease}
      from (
        select l.portal_id, l.kind
        from jsonb_to_recordset(${given}::jsonb) as claim (portal_id bigint, kind text, token bigint)
        join lane l using (portal_id, kind, token)
        where l.leased
        for update of l skip locked
      ) ours
      where lane.portal_id = ours.portal_id and lane.kind = ours.kind`.execute(
      db,
    );
    const { rows } = await sql<{
      portal_id: number;
      kind: LaneKind;
      token: number;
    }>`
      select portal_id, kind, token
      from jsonb_to_recordset(${given}::jsonb) as claim (portal_id bigint, kind text, token bigint)
      join lane using (portal_id, kind, token)
      where leased`.execute(db);
    return new Set(
      rows.map((row) => `${row.portal_id} ${row.kind} ${row.token}`),
    );
  });
  return claims.filter(
    ({ portalId, kind, token }) => !held.has(`${portalId} ${kind} ${token}`),
  );
}

/** How a turn ended, for the lane's row. */
export type Ending =
  /** Its work is done. `next`: seconds from now, a moment, or null for "when there is work" */
  | { is: "idle"; next: Date | number | null }
  /** It was given up, for no fault of its own. */
  | { is: "resting"; next: Date | number | null }
  /** HubSpot asked for patience. */
  | { is: "waiting"; until: Date }
  | { is: "failed"; seconds: number; error: string; cause: Cause };

/** Gives a lane back. Does nothing when another worker has it by now. */
export async function releaseLane(
  database: Database,
  { portalId, kind, token }: Claim,
  ending: Ending,
): Promise<void> {
  await database.crossing((db) =>
    db
      .updateTable("lane")
      .set({ leased: false, ...columnsOf(ending) })
      .where("portal_id", "=", portalId)
      .where("kind", "=", kind)
      .where("token", "=", token)
      .where("leased", "=", true)
      .execute(),
  );
}

function columnsOf(ending: Ending) {
  switch (ending.is) {
    case "idle":
      return {
        next_at: dueTime(ending.next),
        waits: false,
        failures: 0,
        last_error: null,
        succeeded_at: sql<Date>`now()`,
        ...untroubled,
      };
    case "resting":
      return {
        next_at: dueTime(ending.next),
        waits: false,
        failures: 0,
        last_error: null,
        ...untroubled,
      };
    case "waiting":
      return {
        next_at: sql<Date>`${ending.until}::timestamptz`,
        waits: true,
        ...troubled("hubspot_limit"),
      };
    case "failed":
      return {
        next_at: dueTime(ending.seconds),
        waits: true,
        failures: sql<number>`failures + 1`,
        last_error: ending.error,
        ...troubled(ending.cause),
      };
  }
}

const untroubled = { troubled_since: null, cause: null };

function troubled(cause: Cause) {
  return { troubled_since: sql<Date>`coalesce(troubled_since, now())`, cause };
}

function dueTime(next: Date | number | null) {
  if (next === null) return sql<Date>`'infinity'::timestamptz`;
  if (typeof next === "number")
    return sql<Date>`now() + make_interval(secs => ${next})`;
  return sql<Date>`${next}::timestamptz`;
}
