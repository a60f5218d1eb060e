import type { PortalId } from "../../settings/object-type.ts";
import { readSettings } from "../../settings/store.ts";
import { resolvedBy } from "../../database/resolved-by.ts";
import type { Engine } from "../engine.ts";
import { refreshDefinitions } from "../installation/refresh-definitions.ts";
import { SOURCE_REJECTED } from "../installation/source-entry.ts";
import { misfitSources } from "../installation/source-faults.ts";
import { actOnOpen, loadEntry, refuse } from "./attention-entry.ts";
import type { AttentionAnswer, Person } from "./attention-entry.ts";

/**
 * Reads HubSpot's properties again, and resolves the entry if nothing in them speaks against the source any more: the next
 * creation shows the rest. Null for any other entry.
 */
export async function retrySource(
  engine: Engine,
  portalId: PortalId,
  id: string,
  { by }: Person,
): Promise<AttentionAnswer | null> {
  const entry = await engine.database.inPortal(portalId, (db) =>
    loadEntry(db, portalId, id),
  );
  if (entry?.code !== SOURCE_REJECTED) return null;
  return actOnOpen(engine, portalId, id, async ({ objectType, fix }) => {
    await refreshDefinitions(
      engine.database,
      engine.hubspot.portal(portalId),
      portalId,
      { priority: "interactive" },
    );
    return engine.database.inPortal(portalId, async (db) => {
      const { settings } = await readSettings(db, portalId);
      const misfits = await misfitSources(db, portalId, settings);
      const misfit = misfits.find(({ type }) => type === objectType);
      if (misfit !== undefined)
        return refuse(SOURCE_REJECTED, misfit.message, fix);
      await db
        .updateTable("attention")
        .set(resolvedBy(by))
        .where("portal_id", "=", portalId)
        .where("id", "=", id)
        .where("state", "=", "open")
        .execute();
      return { ok: true, item: null };
    });
  });
}
