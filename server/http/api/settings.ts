import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { withKeptTypes } from "../../settings/schema.ts";
import { readSettings } from "../../settings/store.ts";
import type { MappingRun } from "../../sync/installation/apply-mappings.ts";
import {
  applyMappings,
  applyRefusal,
  typesWithOtherMappings,
} from "../../sync/installation/apply-mappings.ts";
import { saveSettings } from "../../sync/installation/save-settings.ts";
import { Problem } from "../problem.ts";
import { requireSettingsPermission } from "../require-permission.ts";
import { invalidInput } from "./parse.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { typeSchema } from "./schemas.ts";
import {
  documentSchema,
  refuseMisfits,
  savedSchema,
} from "./settings-document.ts";
import { newFaults } from "./settings-sources.ts";
import { staleSave } from "./stale-save.ts";

const savedDocumentSchema = documentSchema.extend({
  runs: z
    .array(z.object({ objectType: typeSchema, runId: z.guid() }))
    .optional()
    .meta({
      description:
        "With apply: the runs to follow, one for each type whose mappings changed.",
    }),
});

/** Queues the runs that apply changed mappings. Throws if a type can't sync now, so that nothing is saved either. */
async function applyTo(
  db: Db,
  portalId: PortalId,
  types: readonly ObjectType[],
  by: string,
): Promise<MappingRun[]> {
  const refusal = await applyRefusal(db, portalId, types);
  if (refusal !== null)
    throw new Problem(
      409,
      refusal.code,
      `${refusal.reason} Nothing was saved. Save without apply, or try again later.`,
    );
  const runs: MappingRun[] = [];
  for (const type of types)
    runs.push(await applyMappings(db, portalId, type, by));
  return runs;
}

/** What the portal has chosen: one document, read and written whole, under its version. */
export const settingsRoutes: readonly ApiRoute[] = [
  apiRoute({
    tag: "settings",
    method: "get",
    path: "/settings",
    summary: "Get the settings and their version",
    answers: { 200: { description: "The document", schema: documentSchema } },
    handle: async ({ inPortal, portalId }) => ({
      status: 200,
      body: await inPortal((db) => readSettings(db, portalId)),
    }),
  }),
  apiRoute({
    tag: "settings",
    method: "put",
    path: "/settings",
    summary:
      "Replace the settings; send the version that you read: if it isn't the newest, the response is 409 with what both changed",
    body: savedSchema,
    answers: {
      200: {
        description: "The document with its new version",
        schema: savedDocumentSchema,
      },
    },
    handle: async ({ inPortal, portalId, actor, by, body }) => {
      const { written, runs } = await inPortal(async (db) => {
        await requireSettingsPermission(db, portalId, actor);
        const stored = await readSettings(db, portalId);
        const settings = withKeptTypes(body.settings, stored.settings);
        const faults = await newFaults(db, portalId, {
          before: stored.settings,
          after: settings,
        });
        if (faults.length > 0) throw invalidInput(faults, "body");
        await refuseMisfits(db, portalId, settings);
        const change = { version: body.version, settings };
        const types =
          body.apply === undefined
            ? []
            : typesWithOtherMappings(stored.settings, settings);
        const saved = await saveSettings(db, portalId, change, by);
        if (!saved.ok)
          throw await staleSave(db, portalId, change, saved.current);
        return {
          written: saved,
          runs: await applyTo(db, portalId, types, by),
        };
      });
      const { version, settings } = written;
      return {
        status: 200,
        body: {
          version,
          settings,
          ...(body.apply === undefined ? {} : { runs }),
        },
      };
    },
  }),
];
