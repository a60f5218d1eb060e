import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { plural } from "./fields.ts";
import type { Play } from "./play.ts";

const tables = [
  "journal",
  "attempt",
  "link",
  "record",
  "record_alias",
  "object_alias",
  "association",
  "association_base",
  "attention",
  "dirty",
  "inbox",
  "installation",
  "run",
  "lane",
  "sync_verdict",
] as const;

/** Nobody reads these in a file. */
const sealed = ["access_token", "refresh_token", "api_key_hash"];

/**
 * Writes what a portal holds on both sides to a file, so that a history that failed can be read without playing it
 * again: timing plays a part, and the next play may hold.
 *
 * @returns the file's path
 */
export async function keepEvidence(
  play: Play,
  findings: readonly string[],
): Promise<string> {
  const rows = await play.inPortal(async (db) => {
    const found: Record<string, unknown> = {};
    for (const table of tables) {
      const result = await sql`select * from ${sql.table(table)}
        where portal_id = ${play.portalId}`.execute(db);
      found[table] = result.rows;
    }
    return found;
  });
  const path = join(mkdtempSync(join(tmpdir(), "history-")), "evidence.json");
  writeFileSync(
    path,
    JSON.stringify(
      {
        findings,
        log: play.log,
        entities: play.entities,
        objects: {
          contacts: play.portal.truth(plural.contact),
          companies: play.portal.truth(plural.company),
          deals: play.portal.truth(plural.deal),
        },
        ...rows,
      },
      (key, value: unknown) => (sealed.includes(key) ? "sealed" : value),
      1,
    ),
  );
  return path;
}
