import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import type { Brakes } from "../../settings/schema.ts";
import type { Initiator, Movement } from "../model.ts";
import { movementKey } from "./pure/judge.ts";
import { entryText, heldCodes } from "./pure/wording.ts";
import type { HeldCode } from "./pure/wording.ts";

/** The one open entry of a movement, of which each held pair is a part. */

const sampleSize = 20;

/** The side that the changes come from. */
export const initiatorOf = ({ flow }: Movement): Initiator =>
  flow === "to_workspace" ? "hubspot" : "workspace";

/** The movement that an entry holds. */
export function movementOf(entry: {
  readonly code: HeldCode;
  readonly initiator: Initiator;
}): Movement {
  const action = (["delete", "create", "update"] as const).find(
    (each) => heldCodes[each] === entry.code,
  );
  return {
    flow: entry.initiator === "hubspot" ? "to_workspace" : "to_hubspot",
    action: action ?? "delete",
  };
}

/** Finds or opens the movements' entries. Answers their ids by movementKey. Index attention_brake. */
export async function openEntries(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    brakes,
    runId,
    movements,
  }: {
    readonly brakes: Brakes;
    readonly runId: string | null;
    readonly movements: readonly Movement[];
  },
): Promise<ReadonlyMap<string, string>> {
  if (movements.length === 0) return new Map();
  const entries = movements.map((movement) => ({
    key: movementKey(movement),
    code: heldCodes[movement.action],
    initiator: initiatorOf(movement),
  }));
  const { rows } = await sql<{ key: string; id: string }>`
    with wanted as (
      select * from jsonb_to_recordset(${toJson(entries)}::jsonb) as w(key text, code text, initiator text)
    ), opened as (
      insert into attention as a (portal_id, kind, code, object_type, cause, initiator, run_id, expires_at)
      select ${portalId}, 'held', w.code, ${type}, '', w.initiator, ${runId}::uuid, now() + make_interval(days => ${brakes.expiryDays})
      from wanted w order by w.key
      on conflict (portal_id, object_type, code, initiator)
        where state = 'open' and record_id is null and object_id is null
          and code in ('mass_deletion', 'mass_creation', 'mass_update')
      do update set updated_at = now(), run_id = coalesce(excluded.run_id, a.run_id),
        expires_at = coalesce(a.expires_at, excluded.expires_at)
      returning id, code, initiator
    )
    select w.key, o.id from opened o join wanted w on w.code = o.code and w.initiator = o.initiator`.execute(
    db,
  );
  return new Map(rows.map(({ key, id }) => [key, id]));
}

interface EntryRow {
  readonly id: string;
  readonly object_type: ObjectType;
  readonly code: HeldCode;
  readonly initiator: Initiator;
  readonly count: number;
  readonly live: number;
  readonly sample: readonly ObjectId[] | null;
}

/**
 * Brings the text and the count of open entries up to date; one of which nothing is left closes itself. Index
 * attention_parts.
 */
export async function refreshEntries(
  db: Db,
  portalId: PortalId,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await sql<EntryRow>`
    select a.id, a.object_type, a.code, a.initiator, p.count, p.sample,
      (select count(*)::int from link l
        where l.portal_id = ${portalId} and l.object_type = a.object_type and l.state = 'live') as live
    from attention a
    cross join lateral (
      select count(*)::int as count, (array_agg(o.object_id::text order by o.object_id))[1:${sql.lit(sampleSize)}] as sample
      from attention o where o.portal_id = a.portal_id and o.part_of = a.id and o.state = 'open'
    ) p
    where a.portal_id = ${portalId} and a.id = any (${ids}::uuid[]) and a.state = 'open'`.execute(
    db,
  );
  const news = rows.map((row) => {
    const { count, live } = row;
    const { flow, action } = movementOf(row);
    return {
      id: row.id,
      ...entryText(row.object_type, { flow, action }, row),
      details: {
        count,
        live,
        action,
        direction: flow,
        sample: (row.sample ?? []).filter((id) => id !== null),
      },
      over: count === 0,
    };
  });
  await sql`
    update attention a set cause = n.cause, fix = n.fix, details = n.details, updated_at = now(),
      state = case when n.over then 'resolved' else a.state end,
      resolved_at = case when n.over then now() end,
      resolved_by = case when n.over then 'sync' end
    from jsonb_to_recordset(${toJson(news)}::jsonb) as n(id uuid, cause text, fix text, details jsonb, over boolean)
    where a.portal_id = ${portalId} and a.id = n.id and a.state = 'open'`.execute(
    db,
  );
}
