import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import type { HubSpotObject } from "../hubspot/gateway.ts";
import type { ObjectId, PortalId, RecordId } from "../settings/object-type.ts";
import type { ObjectType, ParentKind } from "../settings/types/index.ts";
import { childKindsOf, descriptorOf } from "../settings/types/index.ts";
import type { Ask } from "./ask.ts";
import { loadMissing } from "./capabilities.ts";
import type { Engine } from "./engine.ts";
import { identitiesOf } from "./object-identity.ts";
import type { StoredState } from "./stored-state.ts";

/** A company's first contacts tell as much as all of them: ten thousand are not read for one choice. */
const mostContacts = 100;

/** By company record, the companies in HubSpot that its contacts belong to there. */
export type PreferredObjects = ReadonlyMap<RecordId, readonly ObjectId[]>;

const nothingToChoose: PreferredObjects = new Map();

/**
 * Of several companies of one domain, a record is matched with the one that its contacts belong to in HubSpot (AP-013,
 * Reads only where a record of the batch has such a choice: one query, then one call for the contacts that are
 * known by email alone, and one for the associations of all.
 */
export async function loadPreferred(
  engine: Engine,
  portalId: PortalId,
  { objectType, priority }: Pick<Ask, "objectType" | "priority">,
  stored: StoredState,
  objects: ReadonlyMap<ObjectId, HubSpotObject>,
): Promise<PreferredObjects> {
  const [kind] = childKindsOf(objectType);
  const { identity } = descriptorOf(objectType);
  if (kind === undefined || identity?.several.choose !== "lowest-id")
    return nothingToChoose;
  const childKey = descriptorOf(kind.from).identity;
  const choosing = recordsWithChoice(objectType, stored, objects);
  if (choosing.length === 0) return nothingToChoose;
  const contacts = await engine.database.inPortal(portalId, async (db) => {
    const missing = await loadMissing(db, portalId);
    return missing[`read:${kind.from}`] === undefined &&
      missing["read-associations"] === undefined
      ? loadContacts(db, portalId, kind, choosing)
      : [];
  });
  if (contacts.length === 0) return nothingToChoose;

  const gateway = engine.hubspot.portal(portalId);
  const emails = contacts.flatMap(({ email, object_id }) =>
    object_id === null && email !== null ? [email] : [],
  );
  const byEmail =
    emails.length === 0 || childKey?.unique !== true
      ? new Map<string, HubSpotObject | null>()
      : await gateway.read(
          kind.from,
          emails,
          { properties: [], idProperty: childKey.property },
          { priority },
        );
  const objectOf = ({ email, object_id }: ContactRow): ObjectId | null =>
    object_id ?? (email === null ? null : (byEmail.get(email)?.id ?? null));
  const ids = contacts.flatMap((contact) => objectOf(contact) ?? []);
  if (ids.length === 0) return nothingToChoose;
  const edges = await gateway.readAssociations(kind, ids, {
    priority,
  });
  const preferred = new Map<RecordId, ObjectId[]>();
  for (const contact of contacts) {
    const theirs = edges.get(objectOf(contact) ?? "")?.edges ?? [];
    preferred.set(contact.company_id, [
      ...(preferred.get(contact.company_id) ?? []),
      ...theirs.map(({ toId }) => toId),
    ]);
  }
  return preferred;
}

/** Unlinked records whose domain several unlinked companies of the batch have. */
function recordsWithChoice(
  type: ObjectType,
  stored: StoredState,
  objects: ReadonlyMap<ObjectId, HubSpotObject>,
): RecordId[] {
  const live = stored.links.filter(({ state }) => state === "live");
  const linkedRecords = new Set(live.map(({ recordId }) => recordId));
  const linkedObjects = new Set(live.map(({ objectId }) => objectId));
  const free = new Map<string, number>();
  for (const object of objects.values()) {
    if (linkedObjects.has(object.id)) continue;
    for (const identity of new Set(identitiesOf(type, object)))
      free.set(identity, (free.get(identity) ?? 0) + 1);
  }
  return [...stored.records.values()].flatMap(({ id, identity, deletedAt }) =>
    deletedAt === null &&
    identity !== null &&
    !linkedRecords.has(id) &&
    (free.get(identity) ?? 0) > 1
      ? [id]
      : [],
  );
}

interface ContactRow {
  readonly company_id: RecordId;
  /** Canonical. */
  readonly email: string | null;
  /** Of its live link. */
  readonly object_id: ObjectId | null;
}

/** The first contacts of companies, by id. Indexes record_by_company, association_to, link_live_record. */
async function loadContacts(
  db: Db,
  portalId: PortalId,
  { from }: ParentKind,
  companyIds: readonly RecordId[],
): Promise<ContactRow[]> {
  const { rows } = await sql<ContactRow>`
    select c.id as company_id, r.identity as email, l.object_id
    from unnest(${companyIds}::uuid[]) as c(id)
    cross join lateral (
      select r.id, r.identity from record r
      where r.portal_id = ${portalId} and r.object_type = ${sql.lit(from)} and r.deleted_at is null and r.id in (
        select id from record where portal_id = ${portalId} and company_id = c.id
        union select from_id from association where portal_id = ${portalId} and to_id = c.id)
      order by r.id limit ${mostContacts}
    ) r
    left join link l on l.portal_id = ${portalId} and l.record_id = r.id and l.state = 'live'
    where l.object_id is not null or r.identity is not null`.execute(db);
  return rows;
}
