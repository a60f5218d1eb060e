import { z } from "zod";
import { settingsChanges } from "../../settings/differences/differences.ts";
import { listedTypes } from "../../settings/types/index.ts";
import { settingsInputSchema, withKeptTypes } from "../../settings/schema.ts";
import { readSettings } from "../../settings/store.ts";
import { effectCodes } from "../../sync/installation/pure/effect-wording.ts";
import { settingsEffects } from "../../sync/installation/settings-effects.ts";
import { settingsWarnings } from "../../sync/installation/settings-warnings.ts";
import type { InputFault } from "./parse.ts";
import { cutFaults, MAX_FAULTS } from "./parse.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { catalogueFaults, settingsFaults } from "./settings-document.ts";
import { newSourceFaults } from "./settings-sources.ts";
import { changesSchema } from "./settings-versions.ts";

const faultSchema = z.object({ path: z.string(), message: z.string() });

const checkSchema = z
  .object({
    errors: z.array(faultSchema).meta({
      description:
        "Everything for which a PUT of this document would be refused, 100 at most. If there are any, the other lists are empty.",
    }),
    warnings: z.array(faultSchema).meta({
      description:
        "What HubSpot's properties and options, as last read, don't allow. 100 at most.",
    }),
    effects: z
      .array(
        z.object({
          code: z.enum(effectCodes),
          objectType: z.enum(listedTypes),
          sentence: z.string(),
          count: z.int(),
          atLeast: z.boolean().meta({
            description: "There may be more: 200,000 records are read at most.",
          }),
        }),
      )
      .meta({ description: "What saving would do to records that exist." }),
    changes: changesSchema,
  })
  .meta({ id: "SettingsCheck" });

const withErrors = (errors: readonly InputFault[]) => ({
  errors,
  warnings: [],
  effects: [],
  changes: [],
});

/** What saving a document would do, before it is saved. */
export const settingsCheckRoute: ApiRoute = apiRoute({
  tag: "settings",
  method: "post",
  path: "/settings/check",
  summary:
    "Check settings without saving them: errors, warnings, and what saving would change",
  body: z.strictObject({
    version: z
      .int()
      .optional()
      .meta({ description: "Ignored, so that what was read can be sent." }),
    settings: z.unknown(),
  }),
  answers: { 200: { description: "What was found", schema: checkSchema } },
  handle: async ({ inPortal, portalId, body }) => {
    const errors = [
      ...settingsFaults(body.settings),
      ...(await inPortal((db) => catalogueFaults(db, portalId, body.settings))),
    ].slice(0, MAX_FAULTS);
    if (errors.length > 0) return { status: 200, body: withErrors(errors) };
    const sent = settingsInputSchema.parse(body.settings);
    return inPortal(async (db) => {
      const { settings: before } = await readSettings(db, portalId);
      const after = withKeptTypes(sent, before);
      const refused = await newSourceFaults(db, portalId, { before, after });
      if (refused.length > 0) return { status: 200, body: withErrors(refused) };
      const warnings = await settingsWarnings(db, portalId, after);
      return {
        status: 200,
        body: {
          errors,
          warnings: cutFaults(
            warnings.map(({ path, message }) => ({
              path: ["settings", ...path],
              message,
            })),
          ),
          effects: await settingsEffects(db, portalId, { before, after }),
          changes: settingsChanges(before, after),
        },
      };
    });
  },
});
