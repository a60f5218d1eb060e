import { z } from "zod";
import { findSubjects } from "../../sync/preview/find-subjects.ts";
import { typeSchema } from "../api/schemas.ts";
import type { Asker } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";

/** What a person looks for: words of a name, an email, or a domain. */
export const findInput = z.strictObject({
  objectType: typeSchema,
  q: z.string().min(1).max(200),
});

export const foundSchema = z.object({
  results: z.array(
    z.object({
      recordId: z.string().nullable(),
      hubspotId: z.string().nullable(),
      name: z.string(),
      identity: z.string().nullable(),
    }),
  ),
  /** Why HubSpot's objects weren't searched; null if they were. */
  reason: z.string().nullable(),
});

/** Finds records and objects to try settings out on. */
export async function findRecords(
  { database, hubspot }: Pick<HttpDependencies, "database" | "hubspot">,
  { portalId }: Pick<Asker, "portalId">,
  { objectType, q }: z.output<typeof findInput>,
): Promise<z.infer<typeof foundSchema>> {
  const { subjects, unread } = await findSubjects(
    { database, hubspot, now: () => new Date() },
    portalId,
    objectType,
    q,
  );
  return {
    results: subjects.map(({ objectId, ...subject }) => ({
      ...subject,
      hubspotId: objectId,
    })),
    reason: unread?.reason ?? null,
  };
}
