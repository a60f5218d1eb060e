import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { FieldMapping } from "../../settings/mapping.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { findMappings } from "./mapping-facts.ts";
import { findRequired } from "./required-properties.ts";
import { findMissingPipelines } from "./missing-pipelines.ts";
import { driftEntry } from "./pure/drift-entry.ts";
import type { DriftEntry } from "./pure/drift-entry.ts";
import type { MappingFinding } from "./pure/mapping-findings.ts";
import { wantUpkeep } from "./want-upkeep.ts";
import type { Drift } from "./warnings.ts";
import { loadStanding } from "./standing.ts";

/** A comparison that found nothing new is repeated after so long, because what records have changes as well. */
const REPEAT_HOURS = 24;

/**
 * Brings the open entries of the kind drift to exactly what of the saved mappings no longer works: new causes
 * open an entry, known ones are refreshed, the others close by themselves. Reads every link once for mappings of options
 * and owners, and every record and link once for each finding: some 2 s per million and finding.
 * @param when `due`: only if the definitions have changed since the last comparison, or that is a day old
 */
export async function checkDrift(
  db: Db,
  portalId: PortalId,
  when: "now" | "due",
): Promise<void> {
  const { rows } = await sql<{ checked: string | null; due: boolean }>`
    select drift_checked_at::text as checked, coalesce(
      drift_checked_at < now() - make_interval(hours => ${REPEAT_HOURS}), true) as due
    from installation where portal_id = ${portalId}`.execute(db);
  const [last] = rows;
  if (last === undefined || (when === "due" && !last.due)) return;
  const { settings, types } = await loadStanding(db, portalId);
  const entries: DriftEntry[] = [];
  for (const type of types.enabled) {
    const found = await findMappings(db, portalId, type, settings);
    for (const each of found)
      for (const finding of each.findings)
        entries.push(
          driftEntry(type, each, {
            finding,
            records:
              finding.records ??
              (await countConcerned(db, portalId, type, {
                mapping: each.mapping,
                values: finding.values,
              })),
          }),
        );
    const unfilled = await findRequired(db, portalId, type, settings);
    if (unfilled !== null) entries.push(unfilled);
    const missing = await findMissingPipelines(db, portalId, type, {
      settings,
      found,
    });
    if (missing !== null) entries.push(missing);
  }
  await reconcileEntries(db, portalId, entries);
  // What is asked for meanwhile stays asked for.
  await sql`
    update installation set drift_checked_at = now()
    where portal_id = ${portalId} and drift_checked_at::text is not distinct from ${last.checked}`.execute(
    db,
  );
}

/** Returns how many mappings have open entries of the kind drift, and since when. Index attention_drift. */
export async function readDrift(db: Db, portalId: PortalId): Promise<Drift> {
  const { rows } = await sql<Drift>`
    select count(distinct (object_type, field))::int as mappings, min(created_at) as since from attention
    where portal_id = ${portalId} and state = 'open' and kind = 'drift'`.execute(
    db,
  );
  return rows[0] ?? { mappings: 0, since: null };
}

/**
 * Has HubSpot's definitions read again and compared with the mappings soon: HubSpot refused something that they allow, or
 * records have other owners now.
 */
export async function wantDefinitions(
  db: Db,
  portalId: PortalId,
): Promise<void> {
  const { rows } = await sql`
    update installation set definitions_wanted_at = now(), drift_checked_at = null
    where portal_id = ${portalId} and definitions_read_at is not null
      and (definitions_wanted_at is null or definitions_wanted_at <= definitions_read_at)
    returning portal_id`.execute(db);
  if (rows.length > 0) await wantUpkeep(db, portalId);
}

/**
 * Returns how many records have one of the values, or an object that had one when they were last reconciled; of a finding
 * about all values, how many have any. A union, because a join is quadratic as long as Postgres has no statistics.
 */
async function countConcerned(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    mapping: { field, property, conversion },
    values,
  }: {
    readonly mapping: FieldMapping;
    readonly values: MappingFinding["values"];
  },
): Promise<number> {
  const here =
    values === null
      ? sql`r.properties ? ${field}`
      : sql`(r.properties -> ${field}::text ?| ${values.workspace}::text[]
          or ${conversion.kind === "owner"}::boolean and lower(btrim(r.properties ->> ${field}::text)) = any (${values.workspace}::text[]))`;
  const had =
    values === null
      ? sql`l.base -> ${field}::text ->> 'h' is not null`
      : sql`(btrim(l.base -> ${field}::text ->> 'h') = any (${values.hubspot}::text[])
          or string_to_array(l.base -> ${field}::text ->> 'h', ';') && ${values.hubspot}::text[])`;
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select r.id from record r
      where r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null and ${here}
      union
      select l.record_id from link l
      where l.portal_id = ${portalId} and l.object_type = ${type} and l.state = 'live'
        and l.base -> ${field}::text ->> 'p' = ${property} and ${had}
    ) concerned`.execute(db);
  return rows[0]?.count ?? 0;
}

async function reconcileEntries(
  db: Db,
  portalId: PortalId,
  entries: readonly DriftEntry[],
): Promise<void> {
  const page = toJson(entries);
  const columns = sql`jsonb_to_recordset(${page}::jsonb)
    as n("objectType" text, field text, code text, cause text, fix text, details jsonb)`;
  await sql`
    update attention a set state = 'resolved', resolved_at = now(), resolved_by = 'sync', updated_at = now()
    where a.portal_id = ${portalId} and a.kind = 'drift' and a.state = 'open' and not exists (
      select from ${columns} where n."objectType" = a.object_type and n.field = a.field and n.code = a.code)`.execute(
    db,
  );
  if (entries.length === 0) return;
  await sql`
    insert into attention as a (portal_id, kind, code, object_type, field, cause, fix, details, initiator, tries)
    select ${portalId}, 'drift', n.code, n."objectType", n.field, n.cause, n.fix, n.details, 'hubspot', 0 from ${columns}
    on conflict (portal_id, object_type, field, code) where state = 'open' and kind = 'drift'
    do update set cause = excluded.cause, fix = excluded.fix, details = excluded.details, updated_at = now()
    where (a.cause, a.fix, a.details) is distinct from (excluded.cause, excluded.fix, excluded.details)`.execute(
    db,
  );
}
