import type { Db } from "../../database/database.ts";
import type { SettingsChange } from "../../settings/differences/change.ts";
import { pipelinesSentence } from "../../settings/differences/rule-choices.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { typesWithPipelines } from "../../settings/pipelines.ts";
import { loadPipelines } from "./definitions.ts";

/**
 * Returns differences between settings with the names of pipelines in their sentences, which a document has by id. A
 * pipeline that HubSpot no longer has keeps its id.
 */
export async function namePipelines(
  db: Db,
  portalId: PortalId,
  changes: readonly SettingsChange[],
): Promise<SettingsChange[]> {
  let named = [...changes];
  for (const type of typesWithPipelines) {
    const path = `${type}.pipelines`;
    if (changes.every((change) => change.path !== path)) continue;
    const labels = new Map(
      (await loadPipelines(db, portalId, type)).map(({ id, label }) => [
        id,
        label,
      ]),
    );
    named = named.map((change) =>
      change.path === path && isListOfIds(change.after)
        ? {
            ...change,
            sentence: pipelinesSentence(
              type,
              change.after.map((id) => labels.get(id) ?? id),
            ),
          }
        : change,
    );
  }
  return named;
}

const isListOfIds = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((id) => typeof id === "string");
