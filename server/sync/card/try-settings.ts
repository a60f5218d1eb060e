import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import type { Engine } from "../engine.ts";
import { readTrial } from "../preview/read-trial.ts";
import type { Subject } from "../preview/stored-sync.ts";
import type { Trial } from "./pure/show-trial.ts";
import { showTrial } from "./pure/show-trial.ts";

/** What settings would do to a pair, or why HubSpot can't be read. */
export type TrialAnswer =
  | { readonly ok: true; readonly trial: Trial }
  | {
      readonly ok: false;
      readonly code: string;
      readonly reason: string;
    };

/** Decides one pair by settings that may not be saved, and writes nothing; null if neither side has it. */
export async function trySettings(
  engine: Engine,
  portalId: PortalId,
  subject: Subject,
  settings: Settings,
  withinMs: number,
): Promise<TrialAnswer | null> {
  const read = await readTrial(engine, portalId, subject, settings, withinMs);
  if (read === null) return null;
  if (read.ok) return { ok: true, trial: showTrial(read.look, read.paused) };
  const { code, reason, remedy } = read.refusal;
  return {
    ok: false,
    code,
    reason: remedy === null ? reason : `${reason} ${remedy}`,
  };
}
