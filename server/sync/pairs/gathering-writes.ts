import type { Database, Db } from "../../database/database.ts";
import { rolledBack } from "../../database/rolled-back.ts";
import type { PortalId } from "../../settings/object-type.ts";

/** How gathering writes what it applies and closes, and reads the state that results. */
export interface GatheringWrites {
  /** Each call is a transaction of its own. */
  write(work: (db: Db) => Promise<void>): Promise<void>;
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
}

/** What is written is kept. */
export const keptWrites = (
  database: Database,
  portalId: PortalId,
): GatheringWrites => ({
  write: (work) => database.inPortal(portalId, work),
  read: (work) => database.inPortal(portalId, work),
});

/** A try-out keeps nothing: what is written is only there for a read, in the read's own transaction, which is undone. */
export function undoneWrites(
  database: Database,
  portalId: PortalId,
): GatheringWrites {
  const written: ((db: Db) => Promise<void>)[] = [];
  return {
    write: (work) => {
      written.push(work);
      return Promise.resolve();
    },
    read: (work) =>
      written.length === 0
        ? database.inPortal(portalId, work)
        : rolledBack(database, portalId, async (db) => {
            for (const write of written) await write(db);
            return work(db);
          }),
  };
}
