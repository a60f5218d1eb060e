import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import type { Engine } from "../engine.ts";
import { endFirstPull } from "../installation/installation-moves.ts";
import { runPassHalving } from "../pass/pass-halving.ts";
import { loadRules, wantedProperties } from "../pairs/rules.ts";
import { addPage } from "../runs/runs.ts";
import type { Run } from "../runs/runs.ts";
import { endObjects } from "../runs/both-phases.ts";
import { edgesOfPage } from "./page-edges.ts";
import { PagesAhead } from "./pages-ahead.ts";
import { triggerOf } from "./pure/run-trigger.ts";

/** A turn is seconds, so that portals take turns. */
const turnMs = 2_000;

interface Position {
  readonly after?: string;
  /** HubSpot's clock: the greatest modified date on the first page or later; where the changed pull goes on from. */
  readonly newest?: string;
}

/**
 * Every object of a type, by id: while the pages of one pass are applied, the next ones are matched and decided on, and
 * the ones after those are on their way. A pass takes the pages that have come, three at most, so that a portal whose
 * calls are limited waits for none. The position is saved in the transaction of its pages: a kill costs at most three
 * pages again, and never a record.
 */
export async function fullPull(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  turn: { readonly fence: Fence; readonly signal: AbortSignal },
): Promise<void> {
  const { objectType: type } = run;
  const kinds = parentKindsOf(type);
  const gateway = engine.hubspot.portal(portalId);
  const rules = await engine.database.inPortal(portalId, (db) =>
    loadRules(db, portalId, type),
  );
  const properties = wantedProperties(rules, type);
  const started = engine.now().getTime();
  let position = run.position as Position;

  if (position.after === undefined && position.newest === undefined)
    await expect(engine, portalId, run);

  const pages = new PagesAhead(
    position.after,
    (after) =>
      gateway.list(
        type,
        {
          properties,
          ...(after === undefined ? {} : { after }),
          ...(kinds.length === 0 ? {} : { parents: kinds }),
        },
        { priority: "bulk", signal: turn.signal },
      ),
    () => !turn.signal.aborted && engine.now().getTime() - started < turnMs,
  );
  let applied: Promise<unknown> = Promise.resolve();
  try {
    for (;;) {
      const taken = await pages.take();
      const last = taken.at(-1);
      if (last === undefined) break;
      const { next } = last;
      const objects = taken.flatMap((page) => page.objects);
      const newest = newestOf(objects, position.newest);
      position = { ...(next === null ? {} : { after: next }), newest };
      const reached = { ...position };
      const before = applied;
      const byKind = await edgesOfPage(
        engine,
        portalId,
        kinds,
        objects,
        ({ name }) => rules.missing?.edges[name]?.read !== true,
      );
      applied = awaitedLater(
        runPassHalving(engine, portalId, {
          objectType: type,
          objects,
          objectProperties: properties,
          trigger: triggerOf(run),
          account: { source: run.source, by: run.requestedBy, runId: run.id },
          priority: "bulk",
          fence: turn.fence,
          edges: { kind: "known", byKind },
          after: before,
          finish: async (db, items) => {
            await addPage(db, portalId, run.id, items, reached);
            if (next === null) await finishPull(db, portalId, run, newest);
          },
        }),
      );
      await before;
    }
    await applied;
  } finally {
    // The lane is not given back while a page is under way.
    await Promise.allSettled([applied]);
  }
}

/** What fails ahead of its turn is met when it is awaited; until then it must not count as unhandled. */
function awaitedLater<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

const newestOf = (
  objects: readonly HubSpotObject[],
  before: string | undefined,
): string =>
  objects.reduce(
    (newest, object) =>
      object.updatedAt.toISOString() > newest
        ? object.updatedAt.toISOString()
        : newest,
    before ?? new Date(0).toISOString(),
  );

async function finishPull(
  db: Db,
  portalId: PortalId,
  run: Run,
  newest: string,
): Promise<void> {
  // What changed while the pages went by is the changed pull's: it goes on from the moment the run began, by the
  // newest date that HubSpot's own clock has shown, less the time that the run took.
  await sql`
    insert into pull_cursor as c (portal_id, object_type, covered_until, as_of)
    select ${portalId}, ${run.objectType}, ${newest}::timestamptz - (now() - coalesce(started_at, now())), now()
    from run where portal_id = ${portalId} and id = ${run.id}
    on conflict (portal_id, object_type) do nothing`.execute(db);
  await endObjects(db, portalId, run, "");
  await endFirstPull(db, portalId, run.objectType);
}

/** How many there are to be pulled, for the progress that people see; HubSpot's search counts it. */
async function expect(
  engine: Engine,
  portalId: PortalId,
  run: Run,
): Promise<void> {
  const total = await engine.hubspot
    .portal(portalId)
    .count(run.objectType, [], { priority: "bulk" });
  await engine.database.inPortal(portalId, (db) =>
    db
      .updateTable("run")
      .set({ expected: total })
      .where("portal_id", "=", portalId)
      .where("id", "=", run.id)
      .execute(),
  );
}
