import type { Db } from "../../database/database.ts";
import { settingsChanges } from "../../settings/differences/differences.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { readVersion } from "../../settings/read-versions.ts";
import type { Settings } from "../../settings/schema.ts";
import type { VersionedSettings } from "../../settings/store.ts";
import { namePipelines } from "../../sync/installation/name-pipelines.ts";
import { Problem } from "../problem.ts";
import { staleVersion } from "./settings-document.ts";

/**
 * Returns the response to a save under a version that is no longer the newest: who saved meanwhile, what that changed, and
 * what the refused save would have changed, each against the version that was read. Against a version that was never
 * saved, only the newest can be compared.
 */
export async function staleSave(
  db: Db,
  portalId: PortalId,
  sent: VersionedSettings,
  current: VersionedSettings,
): Promise<Problem> {
  const { status, code, message } = staleVersion(current);
  const newest = await readVersion(db, portalId, current.version);
  const read = await readVersion(db, portalId, sent.version);
  const base = read?.settings ?? current.settings;
  const between = (settings: Settings) =>
    namePipelines(db, portalId, settingsChanges(base, settings));
  return new Problem(status, code, message, {
    version: current.version,
    savedBy: newest?.savedBy ?? null,
    savedAt: newest?.savedAt.toISOString() ?? null,
    theirs: await between(current.settings),
    yours: await between(sent.settings),
  });
}
