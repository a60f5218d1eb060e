import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import type { Engine } from "../engine.ts";
import { readInstallation } from "../installation/installation.ts";
import type { Refusal } from "../installation/pure/installation-gate.ts";
import {
  refusalOf,
  refusalOfType,
} from "../installation/pure/installation-gate.ts";
import { theProduct } from "../people/pure/actor.ts";
import { inTime, readBothSides } from "./read-card.ts";
import type { ReadCard } from "./read-card.ts";
import type { Subject } from "./stored-sync.ts";

/** A pair read under settings that may not be saved, or why HubSpot can't be read. */
export type TrialReading =
  | {
      readonly ok: true;
      readonly look: ReadCard;
      /** Why nothing of this type syncs now, or would by these settings; null if it does. */
      readonly paused: Refusal | null;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Reads one pair as a card does, but decides by `settings` and writes nothing. Also in the setup window and while an
 * admin paused sync, because rules are tried out before anything syncs. Throws what HubSpot's calls throw, and
 * UnavailableError if they take longer than `withinMs`. Null: neither side has the pair.
 */
export async function readTrial(
  engine: Engine,
  portalId: PortalId,
  subject: Subject,
  settings: Settings,
  withinMs: number,
): Promise<TrialReading | null> {
  const installation = await engine.database.inPortal(portalId, (db) =>
    readInstallation(db, portalId),
  );
  if (installation === null) return null;
  const { objectType } = subject;
  const paused = refusalOf(installation, "pull", objectType);
  // A copy doesn't use the tokens, which another server rotates, whatever else stops a type.
  if (
    paused !== null &&
    (paused.code === "disconnected" || installation.copiedFrom !== null)
  )
    return { ok: false, refusal: paused };
  const late = new AbortController();
  const look = await inTime(
    readBothSides(engine, portalId, subject, {
      common: {
        now: engine.now(),
        connectUrl: engine.connectUrl?.() ?? null,
        portalId,
        objectType,
        installation,
        // What a person may not do is no matter of the settings that are tried.
        actor: theProduct,
      },
      signal: late.signal,
      trial: settings,
    }),
    withinMs,
    late,
  );
  const off =
    settings[objectType].enabled === false
      ? refusalOfType({ enabled: [], preparing: [] }, objectType)
      : null;
  return look === null ? null : { ok: true, look, paused: paused ?? off };
}
