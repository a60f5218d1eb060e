import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { isHeldBack } from "../brake/pure/judge.ts";
import type { Base, Parked } from "../model.ts";
import type { Account, PlannedEdges } from "../decide/plan.ts";
import { STALE } from "../decide/decide.ts";
import { unread } from "../decide/fit-record.ts";
import { insertLinks } from "../pairs/insert-links.ts";
import type { LinkRow } from "../pairs/insert-links.ts";
import { recheckChildrenOfLinked } from "../recheck/recheck-children.ts";
import type { Placed } from "./write-workspace.ts";

/** Links of a batch: made, revived, ended, and their bases brought forward. */

interface Move {
  readonly id: string;
  readonly revive: boolean;
  /** The object is there: a choice to keep the record without it is over. */
  readonly isBack: boolean;
}

/** The base before HubSpot has answered: what goes there keeps its old one, or starts from HubSpot's. */
export function baseBeforeWrite({
  pair,
  decision,
}: Pick<Placed, "pair" | "decision">): Base {
  const base: Record<string, Base[string]> = {};
  for (const field of decision.fields) {
    if (field.base === undefined) continue;
    if (field.kind !== "to-hubspot") base[field.field] = field.base;
    else if (decision.link.kind === "create") {
      base[field.field] = {
        ...field.base,
        w: null,
        h: pair.object?.properties[field.property] ?? null,
      };
    }
  }
  return base;
}

export const parkedFields = ({
  decision,
}: Pick<Placed, "decision">): Record<string, Parked> =>
  Object.fromEntries(
    decision.fields.flatMap((field) =>
      field.kind === "parked" && field.parked !== undefined
        ? [[field.field, field.parked]]
        : [],
    ),
  );

/** Carries out the link part of every decision that needs no answer from HubSpot first. */
export async function writeLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  account: Account,
  placed: readonly Placed[],
): Promise<void> {
  const made: LinkRow[] = [];
  const moved: (LinkRow & Move)[] = [];
  const ended: { id: string; state: string }[] = [];
  for (const plan of placed) {
    const { pair, decision, recordId } = plan;
    const { link } = pair;
    if (leavesLink(plan)) continue;
    if (decision.link.kind === "end") {
      // An archiving ends its link when HubSpot has confirmed it.
      if (link !== null && decision.hubspot.kind !== "archive") {
        ended.push({ id: link.id, state: decision.link.state });
      }
      continue;
    }
    if (
      recordId === null ||
      pair.object === null ||
      decision.hubspot.kind === "create"
    )
      continue;
    const row: LinkRow = {
      recordId,
      objectId: pair.object.id,
      base: baseBeforeWrite(plan),
      parked: parkedFields(plan),
      seen: new Date(pair.object.updatedAt).toISOString(),
      pulled: ["create", "update", "restore"].includes(decision.workspace.kind),
      pushed: false,
      edgesSettled: plan.edges.flatMap((edges) =>
        writesToHubSpot(edges) ? [] : [edges.kind.name],
      ),
    };
    if (decision.link.kind === "create") made.push(row);
    else if (
      link !== null &&
      (link.state === "live" || decision.link.kind === "revive")
    ) {
      const revive = decision.link.kind === "revive";
      if (revive || changesLink(plan, row))
        moved.push({
          ...row,
          id: link.id,
          revive,
          isBack: !pair.object.archived,
        });
    }
  }
  await insertLinks(db, portalId, type, account, made);
  await updateLinks(db, portalId, type, account, moved);
  if (ended.length > 0) {
    await sql`
      update link l set state = e.state, ended_at = now()
      from jsonb_to_recordset(${toJson(ended)}::jsonb) as e(id uuid, state text)
      where l.portal_id = ${portalId} and l.id = e.id`.execute(db);
  }
}

/** Nothing that is stored of a link is settled by this plan: base, parked fields, and open attempts are what they were. */
export const leavesLink = (plan: Placed): boolean =>
  isHeldBack(plan) || isRefused(plan);

/** Nothing of it was compared. */
const isRefused = ({ pair, decision }: Placed): boolean =>
  decision.link.kind === "keep" &&
  (decision.problem !== null ||
    decision.code === STALE ||
    unread(pair) !== null);

/** Whether edges of a kind are to change in HubSpot. */
export const writesToHubSpot = ({ outcome }: PlannedEdges): boolean =>
  outcome.addToHubSpot.length > 0 ||
  outcome.removeFromHubSpot.length > 0 ||
  outcome.primaryInHubSpot !== undefined;

export const writesEdges = ({ edges }: Pick<Placed, "edges">): boolean =>
  edges.some(writesToHubSpot);

function changesLink(
  { pair: { link, object } }: Placed,
  row: LinkRow,
): boolean {
  return (
    Object.keys(row.base).length > 0 ||
    JSON.stringify(row.parked) !== JSON.stringify(link?.parked ?? {}) ||
    row.pulled ||
    row.edgesSettled.some(
      (kind) => link?.edgesSettled.includes(kind) === false,
    ) ||
    typeof link?.keptAt === "number" ||
    (object?.updatedAt ?? 0) > (link?.seenAt ?? 0)
  );
}

async function updateLinks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  account: Account,
  rows: readonly (LinkRow & Move)[],
): Promise<void> {
  if (rows.length === 0) return;
  const by = account.by === "" ? account.source : account.by;
  await sql`
    update link l set
      base = l.base || n.base, parked = n.parked, seen_at = greatest(l.seen_at, n.seen),
      state = case when n.revive then 'live' else l.state end,
      ended_at = case when n.revive then null else l.ended_at end, kept_at = case when n."isBack" then null else l.kept_at end,
      edges_settled = case
        when n.revive then n."edgesSettled"
        when l.edges_settled @> n."edgesSettled" then l.edges_settled
        else array(select unnest(l.edges_settled) union select unnest(n."edgesSettled") order by 1) end,
      pulled_at = case when n.pulled then now() else l.pulled_at end,
      pulled_by = case when n.pulled then ${by} else l.pulled_by end
    from jsonb_to_recordset(${toJson(rows)}::jsonb)
      as n(id uuid, base jsonb, parked jsonb, seen timestamptz, pulled boolean, revive boolean, "edgesSettled" text[], "isBack" boolean)
    where l.portal_id = ${portalId} and l.id = n.id`.execute(db);
  await recheckChildrenOfLinked(
    db,
    portalId,
    type,
    rows.filter((row) => row.revive),
  );
}
