import { readInstallation } from "../../sync/installation/installation.ts";
import type { Asker } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { Problem } from "../problem.ts";
import { requireSettings } from "./answer-person.ts";

/** HubSpot's definitions are read for a person no more often than that, in milliseconds. */
const DEFINITIONS_REST_MS = 10_000;

/** Throws a 429 if HubSpot's definitions were read only now, to a person who may have them read. */
export async function requireRested(
  { database }: Pick<HttpDependencies, "database">,
  asker: Asker,
): Promise<void> {
  requireSettings(asker);
  const { portalId } = asker;
  // Read again: this request may have waited for another one of the same kind.
  const installation = await database.inPortal(portalId, (db) =>
    readInstallation(db, portalId),
  );
  const readAt = installation?.definitionsReadAt?.getTime() ?? 0;
  if (Date.now() - readAt >= DEFINITIONS_REST_MS) return;
  throw new Problem(
    429,
    "checked_just_now",
    "HubSpot was checked a few seconds ago. Wait a moment, then check again.",
    {},
    { "Retry-After": String(DEFINITIONS_REST_MS / 1_000) },
  );
}
