import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import { readPage } from "../database/bounded-page.ts";
import type { Db } from "../database/database.ts";
import type { SettingsChange } from "./differences/change.ts";
import { settingsChanges } from "./differences/differences.ts";
import type { PortalId } from "./object-type.ts";
import type { Settings } from "./schema.ts";
import { parseStored } from "./store.ts";

/** What one save changed. The first version changed nothing. */
export type SavedVersion = {
  readonly version: number;
  readonly savedAt: Date;
  /** Who saved it: a person's email, or "API". */
  readonly savedBy: string;
  readonly settings: Settings;
  readonly changes: readonly SettingsChange[];
};

type VersionRow = {
  version: number;
  changed_at: Date;
  changed_by: string;
  document: unknown;
  /** The document of the version before it; null of the first one. */
  earlier: unknown;
};

/** Returns a page of a portal's versions, newest first, those below a version or all. */
export async function readVersions(
  db: Db,
  portalId: PortalId,
  page: { readonly limit: number; readonly below: string | null },
): Promise<{ versions: readonly SavedVersion[]; more: boolean }> {
  const { rows, more } = await readPage<VersionRow>(db, {
    rows: versionsOf(
      portalId,
      page.below === null ? sql`true` : sql`s.version < ${page.below}::bigint`,
    ),
    order: sql`version desc`,
    limit: page.limit,
  });
  return { versions: rows.map(savedVersion), more };
}

/** Returns one version of a portal's settings, or null if there is no such version. */
export async function readVersion(
  db: Db,
  portalId: PortalId,
  version: number,
): Promise<SavedVersion | null> {
  const { rows } = await sql<VersionRow>`${versionsOf(
    portalId,
    sql`s.version = ${version}::bigint`,
  )}`.execute(db);
  return rows[0] === undefined ? null : savedVersion(rows[0]);
}

/** Versions with the documents before them: versions are numbered without gaps, and none is ever removed alone. */
const versionsOf = (
  portalId: PortalId,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`
  select s.version, s.changed_at, s.changed_by, s.document, e.document as earlier,
    octet_length(s.document::text) + coalesce(octet_length(e.document::text), 0) as weight
  from settings s
  left join settings e on e.portal_id = s.portal_id and e.version = s.version - 1
  where s.portal_id = ${portalId} and ${condition}`;

function savedVersion(row: VersionRow): SavedVersion {
  const settings = parseStored(row.document);
  return {
    version: row.version,
    savedAt: row.changed_at,
    savedBy: row.changed_by,
    settings,
    changes:
      row.earlier === null
        ? []
        : settingsChanges(parseStored(row.earlier), settings),
  };
}
