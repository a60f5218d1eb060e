import type { Database } from "./database/database.ts";
import type { EngineApi } from "./http/dependencies.ts";
import type { HubSpot } from "./hubspot/hubspot.ts";
import type { LaneWorks } from "./jobs/lane.ts";
import { createHousekeeping } from "./jobs/housekeeping.ts";
import type { Log } from "./log.ts";
import type { PortalId } from "./settings/object-type.ts";
import { descriptorOf } from "./settings/types/index.ts";
import type { LaneTurn } from "./jobs/lane.ts";
import { skipForbidden } from "./sync/installation/capabilities.ts";
import type { Checkpoint, Engine } from "./sync/engine.ts";
import { createAttentionApi, createCard } from "./sync/card/card.ts";
import { readSettings } from "./settings/store.ts";
import { readInstallation } from "./sync/installation/installation.ts";
import { syncedOf } from "./sync/installation/portal-types.ts";
import { startRun } from "./sync/runs/runs.ts";
import { drainDirty } from "./sync/sources/dirty.ts";
import { drainInbox } from "./sync/sources/inbox.ts";
import { processRuns } from "./sync/sources/work-runs.ts";
import { housekeeping } from "./sync/housekeeping.ts";

/** What the engine gives to HTTP and to the lanes. */
export type WiredEngine = { engine: EngineApi; work: LaneWorks };

/** What the engine is made from. */
export type EngineDependencies = {
  /** What requests work with. */
  database: Database;
  /** What the lanes work with, where their connections are others. */
  workDatabase?: Database;
  hubspot: HubSpot;
  log: Log;
  checkpoint?: (moment: Checkpoint) => Promise<void>;
  viewWithinMs?: number;
  connectUrl?: () => string | null;
};

// A card's request is given up by HubSpot after 15 s, and a person gives up before.
const VIEW_WITHIN_MS = 8_000;

/** The engine's parts, in the forms that http and jobs ask for. */
export function wireEngine(foundation: EngineDependencies): WiredEngine {
  const { database } = foundation;
  const engine: Engine = {
    database,
    hubspot: foundation.hubspot,
    log: foundation.log,
    now: () => new Date(),
    connectUrl: foundation.connectUrl ?? (() => null),
    checkpoint: foundation.checkpoint ?? (() => Promise.resolve()),
  };
  const worker: Engine = {
    ...engine,
    database: foundation.workDatabase ?? database,
  };
  const keep = createHousekeeping(worker.database);
  // What HubSpot turns out not to allow ends no turn of these: they go on with the rest.
  const skipping =
    (drain: typeof drainInbox) =>
    async (portalId: PortalId, turn: LaneTurn) => ({
      again: await skipForbidden(worker, portalId, turn.fence, [], () =>
        drain(worker, portalId, turn),
      ),
    });
  return {
    engine: {
      startRun,
      card: createCard(engine, foundation.viewWithinMs ?? VIEW_WITHIN_MS),
      attention: createAttentionApi(engine),
    },
    work: {
      inbox: skipping(drainInbox),
      dirty: skipping(drainDirty),
      run: async (portalId, turn) => ({
        again: await processRuns(worker, portalId, turn),
      }),
      "changed-pull": async (portalId) => {
        await queueAll(worker, portalId, "pull");
        return { again: null };
      },
      sweep: async (portalId) => {
        await queueAll(worker, portalId, "sweep");
        return { again: null };
      },
      upkeep: async (portalId, turn) => {
        const { again } = await keep(portalId, turn);
        const due = await housekeeping(worker, portalId, turn.fence);
        return { again: earlier(again, due) };
      },
    },
  };
}

type Again = Date | "now" | null;

const earlier = (one: Again, other: Again): Again => {
  if (one === "now" || other === "now") return "now";
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
};

/**
 * What the schedule asks for, of every type that is synced, that may be read, and whose first pull has ended; one that is
 * under way already is the one.
 */
async function queueAll(
  engine: Engine,
  portalId: PortalId,
  kind: "pull" | "sweep",
): Promise<void> {
  await engine.database.inPortal(portalId, async (db) => {
    const { automatic } = (await readSettings(db, portalId)).settings;
    if (!automatic.pull) return;
    const installation = await readInstallation(db, portalId);
    if (installation === null) return;
    for (const objectType of syncedOf(installation.types)) {
      if (
        !descriptorOf(objectType).flows[kind] ||
        installation.firstPullEnded[objectType] === undefined ||
        installation.missingCapabilities[`read:${objectType}`] !== undefined
      )
        continue;
      await startRun(db, portalId, {
        kind,
        objectType,
        mode: kind === "sweep" ? "full" : "changed",
        manual: false,
        source: "schedule",
        requestedBy: "",
      });
    }
  });
}
