import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import { RESPONSE_BYTES, valuesLength } from "../../hubspot/response-bytes.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import type { HubSpotEdges } from "../decide/plan.ts";
import type { Engine } from "../engine.ts";
import { runPassHalving } from "../pass/pass-halving.ts";
import type { Rules } from "../model.ts";
import type { PassItem } from "../decide/plan.ts";
import { loadRules, wantedProperties } from "../pairs/rules.ts";
import { addPage } from "../runs/runs.ts";
import type { Run } from "../runs/runs.ts";
import { endObjects } from "../runs/both-phases.ts";
import { triggerOf } from "./pure/run-trigger.ts";
import { findOverwritten } from "../journal/find-overwritten.ts";

/** Search finds a change late: its index lags by up to half a minute, and windows overlap by far more. */
const overlapMs = 5 * 60_000;
const turnMs = 2_000;
/** One call reads the associations of a thousand contacts. */
const gatherObjects = 1_000;
const passSize = 100;

interface Position {
  /** The window's beginning, HubSpot's clock; fixed when the run starts. */
  readonly from?: string;
  /** Our clock when the run started. */
  readonly startedAt?: string;
  readonly afterId?: ObjectId;
  readonly newest?: string;
}

/**
 * What has changed since the last window, by modified date with an overlap; inside it by object id, since search
 * sorts by one property and ends at 10,000 results, and a bulk edit gives any number of objects one date.
 */
export async function changedPull(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  turn: { readonly fence: Fence; readonly signal: AbortSignal },
): Promise<void> {
  const { objectType: type } = run;
  const gateway = engine.hubspot.portal(portalId);
  const rules = await engine.database.inPortal(portalId, (db) =>
    loadRules(db, portalId, type),
  );
  const properties = wantedProperties(rules, type);
  const turnStarted = engine.now().getTime();
  let position = await begin(engine, portalId, run);

  for (;;) {
    const objects: HubSpotObject[] = [];
    let afterId = position.afterId ?? null;
    let last = false;
    while (
      objects.length < gatherObjects &&
      valuesLength(objects) < RESPONSE_BYTES &&
      !last
    ) {
      const page = await gateway.searchChanged(
        type,
        {
          from: new Date(position.from),
          // Beyond any clock: the window ends at the time of HubSpot's own clock.
          to: new Date(engine.now().getTime() + 86_400_000),
          afterId,
          properties,
        },
        { priority: "bulk", signal: turn.signal },
      );
      objects.push(...page.objects);
      // What the search counts saves the empty page at the end; only "no last id" is certain.
      last = page.lastId === null || page.total <= page.objects.length;
      afterId = page.lastId ?? afterId;
    }
    position = await applyObjects(engine, portalId, {
      rules,
      run,
      fence: turn.fence,
      objects,
      position,
      last,
    });
    if (last) return;
    if (turn.signal.aborted || engine.now().getTime() - turnStarted > turnMs)
      return;
  }
}

type Begun = Position & { readonly from: string; readonly startedAt: string };

async function begin(
  engine: Engine,
  portalId: PortalId,
  run: Run,
): Promise<Begun> {
  const { from, startedAt, ...rest } = run.position as Position;
  if (from !== undefined && startedAt !== undefined)
    return { ...rest, from, startedAt };
  const cursor = await engine.database.inPortal(portalId, (db) =>
    db
      .selectFrom("pull_cursor")
      .select("covered_until")
      .where("portal_id", "=", portalId)
      .where("object_type", "=", run.objectType)
      .executeTakeFirst(),
  );
  const coveredMs = cursor?.covered_until.getTime() ?? 0;
  const begun = {
    from: new Date(Math.max(0, coveredMs - overlapMs)).toISOString(),
    startedAt: engine.now().toISOString(),
  };
  await engine.database.inPortal(portalId, (db) =>
    addPage(db, portalId, run.id, [], begun),
  );
  return begun;
}

async function applyObjects(
  engine: Engine,
  portalId: PortalId,
  {
    rules,
    run,
    fence,
    objects,
    position,
    last,
  }: {
    readonly rules: Rules;
    readonly run: Run;
    readonly fence: Fence;
    readonly objects: readonly HubSpotObject[];
    readonly position: Begun;
    readonly last: boolean;
  },
): Promise<Begun> {
  const { objectType: type } = run;
  const byKind = new Map<string, ReadonlyMap<ObjectId, HubSpotEdges>>();
  for (const kind of parentKindsOf(type))
    if (objects.length > 0 && rules.missing?.edges[kind.name]?.read !== true)
      byKind.set(
        kind.name,
        await engine.hubspot.portal(portalId).readAssociations(
          kind,
          objects.map((object) => object.id),
          { priority: "bulk" },
        ),
      );
  let reached = position;
  for (let at = 0; at < objects.length; at += passSize) {
    const page = objects.slice(at, at + passSize);
    const next = advance(reached, page);
    const ends = last && at + passSize >= objects.length;
    const account = { source: run.source, by: run.requestedBy, runId: run.id };
    await findOverwritten(engine, portalId, type, account, page);
    await runPassHalving(engine, portalId, {
      objectType: type,
      objects: page,
      objectProperties: wantedProperties(rules, type),
      trigger: triggerOf(run),
      account,
      priority: "bulk",
      fence,
      edges: { kind: "known", byKind },
      finish: (db, items) =>
        endPage(db, portalId, { run, items, position: next, ends }),
    });
    reached = next;
  }
  if (last && objects.length === 0) {
    await engine.database.inPortal(portalId, async (db) => {
      await fence(db);
      await endPage(db, portalId, {
        run,
        items: [],
        position: reached,
        ends: true,
      });
    });
  }
  return reached;
}

const advance = (position: Begun, page: readonly HubSpotObject[]): Begun => ({
  ...position,
  ...(page.at(-1) === undefined ? {} : { afterId: page.at(-1)?.id ?? "0" }),
  newest: page.reduce(
    (newest, object) =>
      object.updatedAt.toISOString() > newest
        ? object.updatedAt.toISOString()
        : newest,
    position.newest ?? position.from,
  ),
});

async function endPage(
  db: Db,
  portalId: PortalId,
  {
    run,
    items,
    position,
    ends,
  }: {
    readonly run: Run;
    readonly items: readonly PassItem[];
    readonly position: Begun;
    readonly ends: boolean;
  },
): Promise<void> {
  await addPage(db, portalId, run.id, items, { ...position });
  if (!ends) return;
  await moveCursor(db, portalId, run.objectType, position);
  await endObjects(
    db,
    portalId,
    run,
    items.length === 0 ? "No changes detected in HubSpot." : "",
  );
}

/**
 * The newest date that HubSpot has shown; or, in a quiet portal, the old cursor plus the time that has passed on our
 * clock since, for HubSpot's clock has passed the same time.
 */
async function moveCursor(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  position: Begun,
): Promise<void> {
  await sql`
    insert into pull_cursor as c (portal_id, object_type, covered_until, as_of)
    values (${portalId}, ${type}, ${position.newest ?? position.from}, ${position.startedAt})
    on conflict (portal_id, object_type) do update set
      covered_until = greatest(excluded.covered_until, c.covered_until,
        c.covered_until + greatest(excluded.as_of - c.as_of, interval '0')),
      as_of = excluded.as_of`.execute(db);
}
