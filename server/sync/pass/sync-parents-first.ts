import { sql } from "kysely";
import { anyOf } from "../../database/any-of.ts";
import type { Db } from "../../database/database.ts";
import { chunksOf } from "../../hubspot/chunks.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentRules } from "../../settings/parent-rules.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { STALE } from "../decide/decide.ts";
import { blockedCode } from "../decide/creation-stops.ts";
import type { Engine } from "../engine.ts";
import type { Rules } from "../model.ts";
import { parentsInPass, pullableParents } from "./pullable-parents.ts";
import type { PassInput, RunPass } from "./pass-input.ts";
import { isRemoval } from "../decide/pipelines.ts";
import { edgesOfKind } from "../decide/plan.ts";
import type { Planned } from "../decide/plan.ts";

/** What came of the parents of a batch. */
export interface SyncedParents {
  /** Some were synced, so the children are decided again. */
  readonly any: boolean;
  /** Parents whose creation is not finished: their children stay dirty, because only a child syncs them again. */
  readonly pending: ReadonlySet<RecordId>;
}

const noneSynced: SyncedParents = { any: false, pending: new Set() };

/**
 * Parent first, then child, then association (AP-011, AP-102): the parents of the records that are about to be synced
 * and that the other side lacks go through passes of their own, with the children named as the cause. A batch of
 * children may have any number of parents, and none of them has another way in: all of them are synced.
 */
export async function syncParentsFirst(
  engine: Engine,
  portalId: PortalId,
  kind: ParentKind,
  {
    rules,
    input,
    planned,
    runPass,
  }: {
    readonly rules: Rules;
    readonly input: PassInput;
    readonly planned: readonly Planned[];
    readonly runPass: RunPass;
  },
): Promise<SyncedParents> {
  const choice =
    input.bring?.[kind.name] ?? parentRules(rules.settings, kind).bring;
  const syncing = planned.filter(
    ({ pair, decision }) =>
      decision.hubspot.kind === "create" ||
      decision.workspace.kind === "create" ||
      decision.link.kind === "create" ||
      decision.link.kind === "revive" ||
      decision.problem?.code === blockedCode(kind) ||
      (pair.link?.state === "live" &&
        decision.outcome !== "failed" &&
        !isRemoval(decision) &&
        decision.code !== STALE &&
        decision.code !== "would_undo"),
  );
  const stop = rules.missing?.parents[kind.name] ?? {
    read: false,
    write: false,
  };
  // Changed mappings of one type say nothing of another type's records.
  if (stop.read || input.trigger.appliesMappings === true) return noneSynced;
  const { records, objects } = await engine.database.inPortal(
    portalId,
    async (db) => ({
      records:
        choice === "never" ||
        stop.write ||
        input.trigger.initiator === "hubspot"
          ? []
          : await parentsToPush(db, portalId, kind, syncing, choice),
      objects: await parentsToPull(db, portalId, kind, syncing),
    }),
  );
  const common = {
    objectType: kind.to,
    account: {
      ...input.account,
      source: `${input.account.source}+${kind.from}`,
    },
    priority: input.priority,
    fence: input.fence,
    edges: { kind: "if-moved" } as const,
  };
  for (const recordIds of chunksOf(records, parentsInPass))
    await runPass(engine, portalId, {
      ...common,
      recordIds,
      // A person confirms what the child's own push undoes, and nothing of its parent.
      trigger: {
        ...input.trigger,
        pushedWith: kind.from,
        confirmed: false,
      },
    });
  for (const objectIds of chunksOf(objects, parentsInPass))
    await runPass(engine, portalId, {
      ...common,
      objectIds,
      trigger: {
        ...input.trigger,
        initiator: "hubspot",
        manual: false,
        bypassConditions: false,
        ...(opensPull(rules, input) ? { opens: "hubspot" } : {}),
      },
    });
  return {
    any: records.length + objects.length > 0,
    pending:
      records.length === 0
        ? new Set()
        : await engine.database.inPortal(portalId, (db) =>
            stillPending(db, portalId, records),
          ),
  };
}

/**
 * A person who pulls children means what they need too, although automatic pull is off. Where it's on, parents come by
 * themselves, and the brakes of automatic sync hold for them.
 */
const opensPull = ({ settings }: Rules, { trigger }: PassInput): boolean =>
  !settings.automatic.pull && trigger.manual && trigger.initiator === "hubspot";

/**
 * Those that were pushed first, have no link, and are still dirty: another worker has claimed them, or HubSpot's answer
 * was lost. Their own push may be switched off, so nothing but a child would push them again.
 */
async function stillPending(
  db: Db,
  portalId: PortalId,
  parents: readonly RecordId[],
): Promise<ReadonlySet<RecordId>> {
  const { rows } = await sql<{ record_id: RecordId }>`
    select d.record_id from dirty d
    where d.portal_id = ${portalId} and d.record_id = any (${parents}::uuid[])
      and not exists (
        select from link l where l.portal_id = d.portal_id and l.record_id = d.record_id and l.state = 'live')`.execute(
    db,
  );
  return new Set(rows.map((row) => row.record_id));
}

/**
 * The parents that go to HubSpot before these children: the primary one of each, or all of them where they are equal.
 * `planned` of records that were never stored have none.
 */
async function parentsToPush(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  planned: readonly Planned[],
  choice: "if-missing" | "always",
): Promise<RecordId[]> {
  const ids =
    kind.primary === null
      ? await equalParentsOf(db, portalId, kind, planned)
      : [
          ...new Set(
            planned.flatMap(({ pair }) => pair.record?.companyId ?? []),
          ),
        ];
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: RecordId }>`
    select r.id from record r
    where r.portal_id = ${portalId} and r.id = any (${ids}::uuid[]) and r.deleted_at is null
      and (${choice === "always"} or not exists (
        select from link l where l.portal_id = r.portal_id and l.record_id = r.id and l.state = 'live'))
      -- One that failed is tried again by its own change or a retry, not by each of its children.
      and not exists (
        select from attention a where a.portal_id = r.portal_id and a.record_id = r.id and a.state = 'open'
          and (a.kind = 'problem' or a.part_of is not null) and a.field = '')
    order by r.id`.execute(db);
  return rows.map((row) => row.id);
}

async function equalParentsOf(
  db: Db,
  portalId: PortalId,
  { to }: ParentKind,
  planned: readonly Planned[],
): Promise<RecordId[]> {
  const children = planned.flatMap(({ pair }) => pair.record?.id ?? []);
  if (children.length === 0) return [];
  const rows = await db
    .selectFrom("association")
    .select("to_id as id")
    .distinct()
    .where("portal_id", "=", portalId)
    .where("from_id", "=", anyOf(children))
    .where("to_type", "=", sql.lit(to))
    .execute();
  return rows.map((row) => row.id);
}

const parentsToPull = (
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  planned: readonly Planned[],
): Promise<ObjectId[]> =>
  pullableParents(
    db,
    portalId,
    kind.to,
    planned.flatMap(
      (plan) =>
        edgesOfKind(plan, kind)?.hubspot.edges.map((edge) => edge.toId) ?? [],
    ),
  );
