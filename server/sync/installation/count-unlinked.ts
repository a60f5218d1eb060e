import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import type { Settings } from "../../settings/schema.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { descriptorOf, parentKindsOf } from "../../settings/types/index.ts";
import { loadPropertyDefinitions } from "./definitions.ts";
import type { ParentHere } from "../associations/parents-here.ts";
import { loadParentsHere } from "../associations/parents-here.ts";
import { conditionFields, unmetPush } from "../decide/conditions.ts";
import type { Properties } from "../model.ts";

/** How the rules for pushing new records decide the records that were never linked. */
export interface UnlinkedCounts {
  /** Records that were read. */
  readonly count: number;
  /** Those that the rules afterwards don't exclude. */
  readonly pushed: number;
  /** Of these, those that the rules before exclude. */
  readonly newlyPushed: number;
  readonly newlyExcluded: number;
  /** There may be more: only so many records are read. */
  readonly atLeast: boolean;
}

/** Records that are loaded at a time: of each, the few fields that conditions ask about, 64 KB each at most. */
const PAGE = 500;
/** Records that are read of a type: a request takes some 15 ms per 1,000 of them. */
const MOST_READ = 200_000;

/** Decides every record of a type that was never linked by the conditions of two documents, with the engine's functions. */
export async function countUnlinked(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  { before, after }: { readonly before: Settings; readonly after: Settings },
  mostRead = MOST_READ,
): Promise<UnlinkedCounts> {
  const both = [before, after];
  const wanted = {
    type,
    fields: both.flatMap((settings) =>
      conditionFields({ settings }, type, "push"),
    ),
    kinds: parentKindsOf(type).filter((kind) =>
      both.some((settings) => parentRules(settings, kind).require),
    ),
  };
  const known = {
    definitions: await loadStages(db, portalId, type),
    // Neither pipelines nor stages are owners.
    owners: { idByEmail: {}, emailById: {} },
  };
  const isPushed = (settings: Settings, { parents, properties }: Unlinked) =>
    settings[type].push.enabled &&
    unmetPush(
      { settings, ...known },
      { objectType: type, parents },
      properties,
    ) === null;
  const found = { count: 0, pushed: 0, newlyPushed: 0, newlyExcluded: 0 };
  let page: readonly Unlinked[] = [];
  do {
    page = await loadUnlinked(db, portalId, {
      ...wanted,
      after: page.at(-1)?.id ?? null,
      limit: Math.min(PAGE, mostRead - found.count),
    });
    found.count += page.length;
    for (const record of page) {
      const was = isPushed(before, record);
      const is = isPushed(after, record);
      if (is) found.pushed++;
      if (is && !was) found.newlyPushed++;
      if (was && !is) found.newlyExcluded++;
    }
  } while (page.length === PAGE && found.count < mostRead);
  return { ...found, atLeast: found.count >= mostRead };
}

/** What HubSpot says of a type's pipelines and stages; nothing of a type without. */
async function loadStages(db: Db, portalId: PortalId, type: ObjectType) {
  const named = descriptorOf(type).hubspot.pipelines;
  return named === undefined
    ? {}
    : loadPropertyDefinitions(db, portalId, type, Object.values(named));
}

interface Unlinked {
  readonly id: RecordId;
  readonly properties: Properties;
  readonly parents: readonly ParentHere[];
}

interface UnlinkedPage {
  readonly type: ObjectType;
  /** That are loaded of each record. */
  readonly fields: readonly string[];
  /** Of which parents are loaded. */
  readonly kinds: readonly ParentKind[];
  readonly after: RecordId | null;
  readonly limit: number;
}

/** A page of the records that were never linked, by id. One whose link has ended isn't pushed by itself. */
async function loadUnlinked(
  db: Db,
  portalId: PortalId,
  { type, fields, kinds, after, limit }: UnlinkedPage,
): Promise<Unlinked[]> {
  const { rows } = await sql<{ id: RecordId; properties: Properties }>`
    select r.id, coalesce((
      select jsonb_object_agg(p.key, p.value) from jsonb_each(r.properties) p where p.key = any (${fields}::text[])
    ), '{}') as properties
    from record r
    where r.portal_id = ${portalId} and r.object_type = ${type} and r.deleted_at is null
      and r.id > coalesce(${after}::uuid, '00000000-0000-0000-0000-000000000000')
      and not exists (select from link l where l.portal_id = ${portalId} and l.record_id = r.id)
    order by r.id limit ${limit}`.execute(db);
  const parents = await loadParentsHere(
    db,
    portalId,
    kinds,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, parents: parents(row.id) }));
}
