import { z } from "zod";
import { countUnlinked } from "../../sync/installation/count-unlinked.ts";
import { countPull } from "../../sync/preview/count-pull.ts";
import {
  pullCountSentences,
  pushCountSentences,
} from "../../sync/preview/pure/count-wording.ts";
import { typeSchema } from "../api/schemas.ts";
import { draftOf } from "../api/settings-draft.ts";
import type { Asker } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { askingHubSpot } from "./asking-hubspot.ts";

/** Which rules are counted, of settings that needn't be saved. */
export const countInput = z.strictObject({
  settings: z.unknown(),
  objectType: typeSchema,
  flow: z.enum(["pull", "push"]),
});

/** What rules for new records do to those that aren't synced. */
export const countSchema = z.object({ sentences: z.array(z.string()) });

/**
 * Returns how many records or objects that aren't synced meet the rules of a draft. Those of the workspace are decided one
 * by one; objects that aren't linked aren't stored here, so HubSpot's search counts them.
 */
export async function countByRules(
  { database, hubspot }: Pick<HttpDependencies, "database" | "hubspot">,
  { portalId }: Pick<Asker, "portalId">,
  { settings, objectType, flow }: z.output<typeof countInput>,
): Promise<z.infer<typeof countSchema>> {
  if (flow === "push")
    return database.inPortal(portalId, async (db) => {
      const draft = await draftOf(db, portalId, settings);
      const counts = await countUnlinked(db, portalId, objectType, draft);
      return { sentences: pushCountSentences(objectType, counts) };
    });
  const draft = await database.inPortal(portalId, (db) =>
    draftOf(db, portalId, settings),
  );
  const counts = await askingHubSpot(() =>
    countPull({ database, hubspot }, portalId, objectType, draft),
  );
  return { sentences: pullCountSentences(objectType, counts) };
}
