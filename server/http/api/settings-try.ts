import { z } from "zod";
import { settingsInputSchema, withKeptTypes } from "../../settings/schema.ts";
import { readSettings } from "../../settings/store.ts";
import { listedTypes } from "../../settings/types/index.ts";
import { recordStep } from "../../sync/installation/setup-steps.ts";
import { Problem } from "../problem.ts";
import type { CardSubject } from "../dependencies.ts";
import { trialSchema } from "../trial-view.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { hubspotIdSchema, idSchema } from "./schemas.ts";
import { settingsFaults } from "./settings-document.ts";

const bodySchema = z
  .strictObject({
    version: z
      .int()
      .optional()
      .meta({ description: "Ignored, so that what was read can be sent." }),
    settings: z.unknown(),
    objectType: z.enum(listedTypes),
    recordId: idSchema.optional(),
    objectId: hubspotIdSchema
      .optional()
      .meta({ description: "Instead of recordId: the id in HubSpot." }),
  })
  .refine(
    ({ recordId, objectId }) =>
      (recordId === undefined) !== (objectId === undefined),
    { path: ["recordId"], message: "send either recordId or objectId" },
  );

/** What settings would do to one record or object, before they are saved. */
export const settingsTryRoute: ApiRoute = apiRoute({
  tag: "settings",
  method: "post",
  path: "/settings/try",
  summary:
    "Try settings out on one record without saving them: what automatic sync, Pull, Push, and Sync now would do, and why",
  body: bodySchema,
  answers: {
    200: {
      description: "What would happen. Nothing is written",
      schema: trialSchema,
    },
  },
  handle: async ({ inPortal, portalId, parts, body }) => {
    const errors = settingsFaults(body.settings);
    const [first] = errors;
    if (first !== undefined)
      throw new Problem(
        400,
        "invalid_input",
        `The settings aren't valid. ${first.path}: ${first.message}`,
        { errors },
      );
    const sent = settingsInputSchema.parse(body.settings);
    const { settings: stored } = await inPortal((db) =>
      readSettings(db, portalId),
    );
    const answer = await parts.engine.card.tryOut(
      portalId,
      subjectOf(body),
      withKeptTypes(sent, stored),
    );
    if (answer === null)
      throw new Problem(
        404,
        "record_not_found",
        `There is no such ${body.objectType}. Check the id.`,
      );
    if (!answer.ok) throw new Problem(409, answer.code, answer.reason);
    await inPortal((db) => recordStep(db, portalId, "try"));
    return { status: 200, body: answer.trial };
  },
});

function subjectOf({
  objectType,
  recordId,
  objectId,
}: z.output<typeof bodySchema>): CardSubject {
  if (recordId !== undefined) return { objectType, recordId };
  if (objectId !== undefined) return { objectType, objectId };
  throw new Error("The schema requires one of the two ids.");
}
