import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { settingsInputSchema, withKeptTypes } from "../../settings/schema.ts";
import { readSettings } from "../../settings/store.ts";
import { settingsFaults } from "./settings-document.ts";
import { Problem } from "../problem.ts";

/** Throws a 400 with every fault, unless a document could be saved. */
export function requireSavable(document: unknown): void {
  const errors = settingsFaults(document);
  if (errors.length > 0)
    throw new Problem(
      400,
      "settings_not_valid",
      "These settings can't be saved, so nothing was decided under them. Correct what the errors name.",
      { errors },
    );
}

/** Returns the saved settings of a portal, and those that a document which could be saved would make of them. */
export async function draftOf(
  db: Db,
  portalId: PortalId,
  document: unknown,
): Promise<{ readonly before: Settings; readonly after: Settings }> {
  requireSavable(document);
  const { settings: before } = await readSettings(db, portalId);
  const sent = settingsInputSchema.parse(document);
  return { before, after: withKeptTypes(sent, before) };
}
