import type { Database } from "./database/database.ts";
import type { Engine } from "./http/parts.ts";
import type { HubSpot } from "./hubspot/hubspot.ts";
import type { LaneWork, LaneWorks } from "./jobs/lane.ts";
import { createUpkeep } from "./jobs/upkeep.ts";
import type { Log } from "./log.ts";
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
      upkeep: createUpkeep(database),
    },
  };
}
