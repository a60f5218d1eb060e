import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { parseSettings, readSettings } from "../../settings/store.ts";
import type { MissingCapabilities } from "./capabilities.ts";
import { typeColumns, typesOf } from "./portal-types.ts";
import type { PortalTypes, TypeColumns } from "./portal-types.ts";

/** What work in a portal has to know before it begins: what an admin has chosen, and what can be done. */
export type Standing = {
  readonly settings: Settings;
  readonly types: PortalTypes;
  /** What HubSpot does not allow to this installation, as far as we know. */
  readonly missing: MissingCapabilities;
};

/** Reads it in one statement, since each turn asks for it. A portal without an installation syncs no type. */
export async function loadStanding(
  db: Db,
  portalId: PortalId,
): Promise<Standing> {
  const { rows } = await sql<
    TypeColumns & { missing_capabilities: MissingCapabilities }
  >`
    select ${typeColumns(portalId)}, i.missing_capabilities
    from installation i where i.portal_id = ${portalId}`.execute(db);
  const [row] = rows;
  return row === undefined
    ? {
        settings: (await readSettings(db, portalId)).settings,
        types: { enabled: [], preparing: [] },
        missing: {},
      }
    : {
        settings: parseSettings(row.settings),
        types: typesOf(row),
        missing: row.missing_capabilities,
      };
}
