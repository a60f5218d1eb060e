import type { Database } from "../database/database.ts";
import type { HubSpot } from "../hubspot/hubspot.ts";
import type { Log } from "../log.ts";

/** What every part of the engine works with. */
export interface Engine {
  readonly database: Database;
  readonly hubspot: HubSpot;
  readonly log: Log;
  /** Our clock. HubSpot's moments come from its answers, never from here. */
  readonly now: () => Date;
  /** The page where an admin connects HubSpot again; null if no process serves HTTP. */
  readonly connectUrl?: () => string | null;
  /**
   * Called at the moments where a crash is hardest, by name. Does nothing, but that tests make a process end itself
   * exactly there.
   */
  readonly checkpoint: (moment: Checkpoint) => Promise<void>;
}

export type Checkpoint =
  | "decided"
  | "attempts-committed"
  | "between-clearing-and-writing"
  | "hubspot-answered"
  | "between-creation-and-association"
  | "merge-decided";
