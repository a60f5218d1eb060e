import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import {
  closeSourceEntry,
  openSourceEntry,
} from "../installation/source-entry.ts";
import type { ResultToWrite } from "./pure/attempt-result.ts";

/** Tells admins of a source that HubSpot has rejected, and that it's over once HubSpot has accepted one. */
export async function noteSource(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  verdicts: readonly Pick<ResultToWrite, "source">[],
): Promise<void> {
  const sources = verdicts.flatMap(({ source }) => source ?? []);
  const [first] = sources;
  if (first === undefined) return;
  const refused = sources.find(({ rejected }) => rejected !== null);
  if (refused === undefined) await closeSourceEntry(db, portalId, type);
  else
    await openSourceEntry(db, portalId, type, {
      property: refused.property,
      rejected: refused.rejected ?? "",
    });
}
