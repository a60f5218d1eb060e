import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { hasDefinitions, loadPipelines } from "./definitions.ts";
import type { FoundMapping } from "./mapping-facts.ts";
import { countInPipelines } from "./pipeline-records.ts";
import type { DriftEntry } from "./pure/drift-entry.ts";
import { missingPipelinesEntry } from "./pure/drift-entry.ts";

/**
 * Returns the ids of pipelines that a document selects by name and HubSpot, as last read, doesn't have; none of a type
 * whose definitions were never read.
 */
export async function missingPipelines(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
): Promise<string[]> {
  const { pipelines } = settings[type];
  if (!pipelines || !(await hasDefinitions(db, portalId, type))) return [];
  const known = await loadPipelines(db, portalId, type);
  return pipelines.filter((id) => known.every((each) => each.id !== id));
}

/**
 * Returns what is to be said of selected pipelines that HubSpot no longer has, with the number of their records; null if
 * there are none, or if what was found of the pipeline's mapping says so already.
 */
export async function findMissingPipelines(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    settings,
    found,
  }: {
    readonly settings: Settings;
    readonly found: readonly FoundMapping[];
  },
): Promise<DriftEntry | null> {
  const property = descriptorOf(type).hubspot.pipelines?.pipeline;
  const told = found.flatMap(({ mapping, findings }) =>
    mapping.property === property
      ? findings.flatMap(({ values }) => values?.hubspot ?? [])
      : [],
  );
  const missing = (await missingPipelines(db, portalId, type, settings)).filter(
    (id) => !told.includes(id),
  );
  const { records } = await countInPipelines(
    db,
    portalId,
    type,
    settings,
    missing,
  );
  return missingPipelinesEntry(type, missing, records);
}
