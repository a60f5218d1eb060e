import type { Database, Db } from "./database.ts";

/** Thrown to undo what a transaction wrote; never leaves this file. */
class Undo extends Error {}

/** Returns what `work` returns, in one transaction of a portal whose writes are then undone. */
export async function rolledBack<T>(
  database: Database,
  portalId: number,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  let result: { readonly value: T } | undefined;
  try {
    return await database.inPortal<T>(portalId, async (db) => {
      result = { value: await work(db) };
      throw new Undo();
    });
  } catch (error) {
    if (error instanceof Undo && result !== undefined) return result.value;
    throw error;
  }
}
