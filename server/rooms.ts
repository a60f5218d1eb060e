import type { Database } from "./database/database.ts";
import type { Engine } from "./http/parts.ts";
import type { HubSpot } from "./hubspot/hubspot.ts";
import type { LaneWork, LaneWorks } from "./jobs/lane.ts";
import type { Log } from "./log.ts";
import { endSetupWindow, setupWindowEnd } from "./sync/installation-moves.ts";
import { startRun } from "./sync/runs.ts";

/** What the engine gives to the doors and to the lanes. */
export type Rooms = { engine: Engine; work: LaneWorks };

/** What the engine is made from. */
export type Foundation = { database: Database; hubspot: HubSpot; log: Log };

/** The engine's parts, in the forms that http and jobs ask for. */
export function makeRooms({ database }: Foundation): Rooms {
  const missing = (): Promise<never> =>
    Promise.reject(new Error("The engine is not wired yet."));
  const nothing: LaneWork = () => Promise.resolve({ again: null });
  const upkeep: LaneWork = async (portalId, { fence }) => ({
    again: await database.inPortal(portalId, async (db) => {
      await endSetupWindow(db, portalId);
      await fence(db);
      return setupWindowEnd(db, portalId);
    }),
  });
  return {
    engine: {
      startRun,
      card: { view: missing, act: missing },
      attention: { retry: missing, resolve: missing },
    },
    work: {
      inbox: nothing,
      dirty: nothing,
      run: nothing,
      "changed-pull": nothing,
      sweep: nothing,
      upkeep,
    },
  };
}
