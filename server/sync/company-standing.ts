import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import type { HubSpotObject } from "../hubspot/gateway.ts";
import type { PortalId, RecordId } from "../settings/object-type.ts";
import type { ParentKind } from "../settings/types/index.ts";
import type { StandingOf } from "./ask.ts";
import { companiesHere } from "./contact-edges.ts";
import type { CompanyStanding } from "./model.ts";
import type { StoredRecord } from "./stored-state.ts";
import { isBlank } from "./value.ts";

/** For records that belong to nothing. */
export const noStanding: StandingOf = () => ({ has: true, blockedBy: null });

/**
 * What stands of the contacts' companies: whether a contact has one on either side, and whether its company has a
 * problem of its own and is not in HubSpot, which blocks its contacts (AP-103). One query a batch.
 */
export async function loadCompanyStanding(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  records: readonly StoredRecord[],
  objectsWithCompany: ReadonlySet<string>,
): Promise<StandingOf> {
  const rows = await loadCompanies(
    db,
    portalId,
    records.map((record) => record.id),
  );
  const has = new Set(rows.map((row) => row.contact_id));
  const blocked = new Map(
    rows.flatMap((row) =>
      row.code === null
        ? []
        : [
            [
              row.contact_id,
              { code: row.code, cause: row.cause ?? "" },
            ] as const,
          ],
    ),
  );
  return (
    record: StoredRecord | null,
    object: HubSpotObject | null,
  ): CompanyStanding => ({
    has:
      (record !== null && has.has(record.id)) ||
      (object !== null &&
        (objectsWithCompany.has(object.id) ||
          !isBlank(object.properties[kind.primary.property]))),
    blockedBy: record === null ? null : (blocked.get(record.id) ?? null),
  });
}

interface CompanyRow {
  readonly contact_id: RecordId;
  readonly code: string | null;
  readonly cause: string | null;
}

/** The contacts that have a company, and the problem that blocks them where there is one. */
async function loadCompanies(
  db: Db,
  portalId: PortalId,
  contactIds: readonly RecordId[],
): Promise<CompanyRow[]> {
  if (contactIds.length === 0) return [];
  const { rows } = await sql<CompanyRow>`
    select e.contact_id, p.code, p.cause
    from (${companiesHere(portalId, contactIds)}) e
    left join lateral (
      select a.code, a.cause from attention a
      where e.is_primary and a.portal_id = ${portalId} and a.record_id = e.company_id and a.state = 'open' and a.kind = 'problem'
        and not exists (select from link l where l.portal_id = ${portalId} and l.record_id = e.company_id and l.state = 'live')
      limit 1
    ) p on true`.execute(db);
  return rows;
}
