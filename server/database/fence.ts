import type { Db } from "./database.ts";

/**
 * Checks, inside the transaction that is about to commit a decision, that the worker still holds its lane; throws
 * `LeaseLost` otherwise. Facts (HubSpot's answers) are stored without it.
 */
export type Fence = (db: Db) => Promise<void>;

/** Another worker has the lane by now: drop what was decided and stop. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

/** For work that has no lane: a card's action, a test. */
export const noFence: Fence = () => Promise.resolve();
