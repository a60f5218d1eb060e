import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { settingsChanges } from "../../settings/differences/differences.ts";
import { listedTypes } from "../../settings/types/index.ts";
import { settingsInputSchema, withKeptTypes } from "../../settings/schema.ts";
import { readSettings } from "../../settings/store.ts";
import { effectCodes } from "../../sync/installation/pure/effect-wording.ts";
import { applyRefusal } from "../../sync/installation/apply-mappings.ts";
import { namePipelines } from "../../sync/installation/name-pipelines.ts";
import { countChangedPipelines } from "../../sync/installation/pipeline-counts.ts";
import type { SettingsEffect } from "../../sync/installation/settings-effects.ts";
import { settingsEffects } from "../../sync/installation/settings-effects.ts";
import { settingsWarnings } from "../../sync/installation/settings-warnings.ts";
import type { InputFault } from "./parse.ts";
import { cutFaults, MAX_FAULTS } from "./parse.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { catalogueFaults, settingsFaults } from "./settings-document.ts";
import { newFaults } from "./settings-sources.ts";
import { changesSchema } from "./settings-versions.ts";

const faultSchema = z.object({ path: z.string(), message: z.string() });

/** What saving would do to records that exist. */
export const effectSchema = z.object({
  code: z.enum(effectCodes),
  objectType: z.enum(listedTypes),
  sentence: z.string(),
  count: z.int(),
  atLeast: z.boolean().meta({
    description: "There may be more: 200,000 records are read at most.",
  }),
  atMost: z.boolean().meta({
    description:
      "There may be fewer: HubSpot couldn't count the records of a pipeline just now.",
  }),
});

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
      .array(effectSchema)
      .meta({ description: "What saving would do to records that exist." }),
    apply: z
      .object({
        count: z.int(),
        refusal: z.string().nullable().meta({
          description:
            "Why a PUT with apply would be refused now, in a sentence; null if it wouldn't.",
        }),
      })
      .nullable()
      .meta({
        description:
          "How many linked records changed mappings or policies concern, to which a PUT with apply brings them; null if there are none.",
      }),
    changes: changesSchema,
  })
  .meta({ id: "SettingsCheck" });

const withErrors = (errors: readonly InputFault[]) => ({
  errors,
  warnings: [],
  effects: [],
  apply: null,
  changes: [],
});

/** What a save could apply to records that are linked already. */
async function applicable(
  db: Db,
  portalId: PortalId,
  effects: readonly SettingsEffect[],
): Promise<{ count: number; refusal: string | null } | null> {
  const concerned = effects.filter(({ code }) => code === "mapping_changed");
  if (concerned.length === 0) return null;
  const types = concerned.map(({ objectType }) => objectType);
  const refusal = await applyRefusal(db, portalId, types);
  return {
    count: concerned.reduce((sum, { count }) => sum + count, 0),
    refusal: refusal?.reason ?? null,
  };
}

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
  handle: async ({ inPortal, parts, portalId, body }) => {
    const errors = [
      ...settingsFaults(body.settings),
      ...(await inPortal((db) => catalogueFaults(db, portalId, body.settings))),
    ].slice(0, MAX_FAULTS);
    if (errors.length > 0) return { status: 200, body: withErrors(errors) };
    const sent = settingsInputSchema.parse(body.settings);
    const { before, after, refused } = await inPortal(async (db) => {
      const { settings } = await readSettings(db, portalId);
      const change = { before: settings, after: withKeptTypes(sent, settings) };
      return { ...change, refused: await newFaults(db, portalId, change) };
    });
    if (refused.length > 0) return { status: 200, body: withErrors(refused) };
    await countChangedPipelines(parts, portalId, { before, after });
    return inPortal(async (db) => {
      const warnings = await settingsWarnings(db, portalId, after);
      const effects = await settingsEffects(db, portalId, { before, after });
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
          effects,
          apply: await applicable(db, portalId, effects),
          changes: await namePipelines(
            db,
            portalId,
            settingsChanges(before, after),
          ),
        },
      };
    });
  },
});
