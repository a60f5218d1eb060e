import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { isSameLabel, labelsOf } from "../../hubspot/association-labels.ts";
import type {
  AssociationLabel,
  CallOptions,
  Gateway,
} from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import type { Edge } from "../decide/three-way-edges.ts";
import { edgesOfKind } from "../decide/plan.ts";
import type { PlannedEdges } from "../decide/plan.ts";
import { writesToHubSpot } from "./write-links.ts";
import type { Placed } from "./write-workspace.ts";

/** The parents of a batch, by kind: the workspace's part in the pass' first transaction, HubSpot's part after its writes. */

/**
 * The workspace's edges of a kind and the base of what needs nothing of HubSpot, in set-based statements. Primary parents are
 * written with their records.
 */
export async function writeWorkspaceEdges(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  placed: readonly Placed[],
): Promise<void> {
  const added: { from: RecordId; to: RecordId }[] = [];
  const removed: { from: RecordId; to: RecordId }[] = [];
  const bases: { from: RecordId; to: RecordId; primary: boolean }[] = [];
  const rebased: RecordId[] = [];
  for (const plan of placed) {
    const { recordId, pair } = plan;
    const edges = edgesOfKind(plan, kind);
    if (edges === undefined || recordId === null) continue;
    const { outcome } = edges;
    const primary = outcome.primaryInWorkspace;
    const before =
      kind.primary === null ? null : (pair.record?.companyId ?? null);
    const stays = primary === undefined ? before : primary?.parentId;
    for (const edge of outcome.addToWorkspace) {
      if (edge.parentId !== stays)
        added.push({ from: recordId, to: edge.parentId });
    }
    // A primary that gives way stays a parent of the record, as it does in HubSpot; also one that has no part in
    // HubSpot, where nobody can have taken it away.
    if (
      primary !== undefined &&
      before !== null &&
      before !== primary?.parentId &&
      !outcome.removeFromWorkspace.some((edge) => edge.parentId === before)
    ) {
      added.push({ from: recordId, to: before });
    }
    if (primary !== undefined && primary !== null)
      removed.push({ from: recordId, to: primary.parentId });
    for (const edge of outcome.removeFromWorkspace)
      removed.push({ from: recordId, to: edge.parentId });
    rebased.push(recordId);
    const pending = new Set<Edge>(outcome.addToHubSpot);
    for (const { edge, primary: isPrimary } of outcome.base) {
      // What HubSpot has yet to confirm joins the base with its answer.
      if (
        !pending.has(edge) &&
        !(isPrimary && outcome.primaryInHubSpot === edge)
      ) {
        bases.push({ from: recordId, to: edge.parentId, primary: isPrimary });
      } else if (!pending.has(edge)) {
        bases.push({
          from: recordId,
          to: edge.parentId,
          primary: edge.primaryInBase,
        });
      }
    }
    for (const edge of outcome.removeFromHubSpot) {
      bases.push({
        from: recordId,
        to: edge.parentId,
        primary: edge.primaryInBase,
      });
    }
  }
  if (rebased.length === 0) return;
  const isChange = added.length + removed.length > 0;
  // For the trigger, which numbers a product's change of an edge as the record's.
  if (isChange)
    await sql`select set_config('app.own_edges', 'on', true)`.execute(db);
  if (removed.length > 0) {
    await sql`
      delete from association a using jsonb_to_recordset(${toJson(removed)}::jsonb) as n("from" uuid, "to" uuid)
      where a.portal_id = ${portalId} and a.from_id = n."from" and a.to_id = n."to"`.execute(
      db,
    );
  }
  if (added.length > 0) {
    await sql`
      insert into association (portal_id, from_type, from_id, to_type, to_id)
      select distinct ${portalId}::bigint, ${sql.lit(kind.from)}, n."from", ${sql.lit(kind.to)}, n."to"
      from jsonb_to_recordset(${toJson(added)}::jsonb) as n("from" uuid, "to" uuid)
      on conflict do nothing`.execute(db);
  }
  if (isChange)
    await sql`select set_config('app.own_edges', '', true)`.execute(db);
  await rebase(db, portalId, kind, rebased, bases);
}

async function rebase(
  db: Db,
  portalId: PortalId,
  { from, to }: ParentKind,
  children: readonly RecordId[],
  rows: readonly { from: RecordId; to: RecordId; primary: boolean }[],
): Promise<void> {
  const page = toJson(rows);
  await sql`
    delete from association_base b
    where b.portal_id = ${portalId} and b.from_id = any (${children}::uuid[]) and b.to_type = ${sql.lit(to)}
      and not exists (
        select from jsonb_to_recordset(${page}::jsonb) as n("from" uuid, "to" uuid)
        where n."from" = b.from_id and n."to" = b.to_id)`.execute(db);
  if (rows.length === 0) return;
  await sql`
    insert into association_base as b (portal_id, from_id, to_id, from_type, to_type, is_primary)
    select ${portalId}, n."from", n."to", ${sql.lit(from)}, ${sql.lit(to)}, bool_or(n."primary")
    from jsonb_to_recordset(${page}::jsonb) as n("from" uuid, "to" uuid, "primary" boolean)
    group by n."from", n."to"
    on conflict (portal_id, from_id, to_id) do update set is_primary = excluded.is_primary
    where b.is_primary <> excluded.is_primary`.execute(db);
}

/** One record whose parents of a kind are to change in HubSpot, its object known by now. */
export interface EdgeWrite {
  readonly plan: Placed;
  readonly edges: PlannedEdges;
  readonly recordId: RecordId;
  readonly objectId: ObjectId;
}

/** Returns the writes of a plan, one for each kind of parents that are to change in HubSpot. */
export const edgeWritesOf = (
  plan: Placed,
  recordId: RecordId,
  objectId: ObjectId,
): EdgeWrite[] =>
  plan.edges
    .filter(writesToHubSpot)
    .map((edges) => ({ plan, edges, recordId, objectId }));

/** The edges of a kind that HubSpot confirmed, and the records whose step is not complete. */
export interface EdgesWritten {
  readonly confirmed: readonly {
    readonly from: RecordId;
    readonly to: RecordId;
    readonly primary: boolean;
  }[];
  readonly removed: readonly {
    readonly from: RecordId;
    readonly to: RecordId;
  }[];
  readonly incomplete: ReadonlySet<RecordId>;
}

/** Makes HubSpot's calls for the writes of one kind: one for what is added or relabelled, one for what is removed. */
export async function sendEdges(
  gateway: Gateway,
  kind: ParentKind,
  writes: readonly EdgeWrite[],
  options: CallOptions,
): Promise<EdgesWritten> {
  const wanted = writes.flatMap(({ edges, recordId, objectId }) => {
    const { outcome } = edges;
    const added = new Set([
      ...outcome.addToHubSpot,
      ...(outcome.primaryInHubSpot === undefined
        ? []
        : [outcome.primaryInHubSpot]),
    ]);
    return [...added].map((edge) => ({
      recordId,
      edge,
      primary: edge === outcome.primaryInHubSpot,
      input: {
        fromId: objectId,
        toId: edge.parentObjectId,
        types: labelsFor(edges, edge, edge === outcome.primaryInHubSpot),
      },
    }));
  });
  const unwanted = writes.flatMap(({ edges, recordId, objectId }) =>
    edges.outcome.removeFromHubSpot.map((edge) => ({
      recordId,
      edge,
      input: {
        fromId: objectId,
        toId: edge.parentObjectId,
        types: primaryLabels(edges, edge),
      },
      labelled: hasLabelsOfOthers(edges, edge),
    })),
  );
  const key = (edge: { fromId: ObjectId; toId: ObjectId }): string =>
    `${edge.fromId} ${edge.toId}`;
  const bare = unwanted.filter(({ labelled }) => !labelled);
  const relabelled = unwanted.filter(
    ({ labelled, input }) => labelled && input.types.length > 0,
  );
  const removals = [
    ...(bare.length === 0
      ? []
      : await gateway.dissociate(
          kind,
          bare.map(({ input }) => input),
          options,
        )),
    // What HubSpot's users labelled is theirs: only our part goes, and the parent stays on as a further one.
    ...(relabelled.length === 0
      ? []
      : await gateway.removeLabels(
          kind,
          relabelled.map(({ input }) => input),
          options,
        )),
  ];
  const additions =
    wanted.length === 0
      ? []
      : await gateway.associate(
          kind,
          wanted.map(({ input }) => input),
          options,
        );
  const gone = new Set([
    ...removals.filter((edge) => edge.kind === "result").map(key),
    ...unwanted
      .filter(({ labelled, input }) => labelled && input.types.length === 0)
      .map(({ input }) => key(input)),
  ]);
  const made = new Set(
    additions.filter((edge) => edge.kind === "result").map(key),
  );
  return {
    confirmed: wanted
      .filter(({ input }) => made.has(key(input)))
      .map(({ recordId, edge, primary }) => ({
        from: recordId,
        to: edge.parentId,
        primary,
      })),
    removed: unwanted
      .filter(({ input }) => gone.has(key(input)))
      .map(({ recordId, edge }) => ({ from: recordId, to: edge.parentId })),
    incomplete: new Set([
      ...wanted
        .filter(({ input }) => !made.has(key(input)))
        .map(({ recordId }) => recordId),
      ...unwanted
        .filter(({ input }) => !gone.has(key(input)))
        .map(({ recordId }) => recordId),
    ]),
  };
}

/** HubSpot replaces the labels of an edge: those that exist are sent along. */
function labelsFor(
  edges: PlannedEdges,
  edge: Edge,
  primary: boolean,
): AssociationLabel[] {
  const ours = labelsOf(edges.kind);
  const wanted = [
    ...standingLabels(edges, edge),
    ours.plain,
    ...(primary && ours.primary !== null ? [ours.primary] : []),
  ];
  return wanted.filter(
    (label, index) =>
      wanted.findIndex((other) => isSameLabel(other, label)) === index,
  );
}

/** Brings the base of a kind to what HubSpot has confirmed, and marks the step of the complete ones as done. */
export async function commitEdges(
  db: Db,
  portalId: PortalId,
  kind: ParentKind,
  writes: readonly EdgeWrite[],
  written: EdgesWritten,
): Promise<void> {
  const page = toJson(written.confirmed);
  if (written.confirmed.length > 0) {
    await sql`
      insert into association_base as b (portal_id, from_id, to_id, from_type, to_type, is_primary)
      select ${portalId}, n."from", n."to", ${sql.lit(kind.from)}, ${sql.lit(kind.to)}, n."primary"
      from jsonb_to_recordset(${page}::jsonb) as n("from" uuid, "to" uuid, "primary" boolean)
      on conflict (portal_id, from_id, to_id) do update set is_primary = excluded.is_primary`.execute(
      db,
    );
    // A record has one primary parent: the confirmed one replaces the former.
    await sql`
      update association_base b set is_primary = false
      from jsonb_to_recordset(${page}::jsonb) as n("from" uuid, "to" uuid, "primary" boolean)
      where n."primary" and b.portal_id = ${portalId} and b.from_id = n."from" and b.to_id <> n."to" and b.is_primary
        and b.to_type = ${sql.lit(kind.to)}`.execute(db);
  }
  if (written.removed.length > 0) {
    await sql`
      delete from association_base b
      using jsonb_to_recordset(${toJson(written.removed)}::jsonb) as n("from" uuid, "to" uuid)
      where b.portal_id = ${portalId} and b.from_id = n."from" and b.to_id = n."to"`.execute(
      db,
    );
  }
  const complete = writes
    .map(({ recordId }) => recordId)
    .filter((id) => !written.incomplete.has(id));
  if (complete.length === 0) return;
  await sql`
    update link set edges_settled = array(select unnest(edges_settled) union select ${kind.name}::text order by 1)
    where portal_id = ${portalId} and record_id = any (${complete}::uuid[]) and state = 'live'
      and not edges_settled @> array[${kind.name}]`.execute(db);
}

const standingLabels = (
  { hubspot }: PlannedEdges,
  edge: Edge,
): readonly AssociationLabel[] =>
  hubspot.edges.find(({ toId }) => toId === edge.parentObjectId)?.labels ?? [];

const primaryLabels = (edges: PlannedEdges, edge: Edge): AssociationLabel[] =>
  standingLabels(edges, edge).filter((label) =>
    isSameLabel(label, labelsOf(edges.kind).primary),
  );

function hasLabelsOfOthers(edges: PlannedEdges, edge: Edge): boolean {
  const ours = labelsOf(edges.kind);
  return standingLabels(edges, edge).some(
    (label) =>
      !isSameLabel(label, ours.primary) && !isSameLabel(label, ours.plain),
  );
}
