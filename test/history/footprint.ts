import { sql } from "kysely";
import type { World } from "../acceptance/world.ts";
import type { Play } from "./play.ts";

/** Calls that write, and lines of the journal: a second settling must add none. */
export async function footprint(world: World, play: Play): Promise<string> {
  const { body } = await world.control<{
    rows: {
      portalId: number;
      method: string;
      path: string;
      status: number;
      count: number;
    }[];
  }>("GET", "/sandbox/requests");
  const writes = body.rows
    .filter(
      (row) =>
        row.portalId === play.portalId &&
        row.method !== "GET" &&
        !/read|search|token|introspect/.test(row.path),
    )
    .map((row) => `${row.method} ${row.path} ${row.status}: ${row.count}`)
    .sort();
  const { rows } = await play.inPortal((db) =>
    sql<{ lines: string; revisions: string }>`
      select (select count(*) from journal where portal_id = ${play.portalId}) as lines,
        (select coalesce(sum(revision), 0) from record where portal_id = ${play.portalId}) as revisions`.execute(
      db,
    ),
  );
  return JSON.stringify({ writes, ...rows[0] }, null, 1);
}
