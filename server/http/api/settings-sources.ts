import type { Db } from "../../database/database.ts";
import { fieldMappingSchema } from "../../settings/mapping.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { sourceSchema } from "../../settings/type-rules.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { sourceConflict } from "../../sync/installation/pure/source-conflict.ts";
import { newMisfitOwners } from "../../sync/installation/owner-faults.ts";
import { newMisfitSources } from "../../sync/installation/source-faults.ts";
import type { InputFault } from "./parse.ts";
import { cutFaults } from "./parse.ts";

/** What can be wrong with the sources and owners of a document of settings. */

type Fault = {
  readonly path: readonly (string | number)[];
  readonly message: string;
};

/**
 * Returns why a type's source can't be saved, whatever HubSpot has; null: it can.
 * @param chosen of the type, as far as the schema could read it: anything may be missing or of another type
 */
export function sourceFaultOf(
  type: ObjectType,
  chosen: { readonly source: unknown; readonly mappings: unknown },
): Fault | null {
  const { data: source } = sourceSchema.safeParse(chosen.source);
  if (source === undefined || source === null) return null;
  const mappings = Array.isArray(chosen.mappings) ? chosen.mappings : [];
  const fault = sourceConflict(
    type,
    source,
    mappings.flatMap(
      (each: unknown) => fieldMappingSchema.safeParse(each).data ?? [],
    ),
  );
  return fault === null
    ? null
    : { path: [type, "source", fault.place], message: fault.message };
}

/** Returns the faults of what a save would choose and HubSpot, as last read, speaks against: sources and owners. */
export async function newFaults(
  db: Db,
  portalId: PortalId,
  change: { readonly before: Settings; readonly after: Settings },
): Promise<InputFault[]> {
  const misfits = [
    ...(await newMisfitSources(db, portalId, change.before, change.after)),
    ...(await newMisfitOwners(db, portalId, change)),
  ];
  return cutFaults(
    misfits.map(({ path, message }) => ({
      path: ["settings", ...path],
      message,
    })),
  );
}
