import { z } from "zod";
import { objectTypes } from "../../settings/object-type.ts";
import { checkLimits } from "../../settings/limits.ts";
import { settingsSchema } from "../../settings/schema.ts";
import { readSettings, writeSettings } from "../../settings/store.ts";
import { followSettings } from "../../sync/installation/follow-settings.ts";
import { mappingFault } from "../../workspace/fields.ts";
import { Problem } from "../problem.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";

const documentSchema = z.strictObject({
  version: z.int().min(0),
  settings: settingsSchema,
});

/**
 * A document to save. What it maps must fit the fields, and it keeps to the limits; one that was saved before is read
 * whatever it maps, and however large it is.
 */
const savedSchema = documentSchema.superRefine(({ settings }, context) => {
  checkLimits(settings, context);
  for (const type of objectTypes)
    settings[type].mappings.forEach((mapping, index) => {
      const message = mappingFault(type, mapping);
      if (message !== null)
        context.addIssue({
          code: "custom",
          path: ["settings", type, "mappings", index, "conversion"],
          message,
        });
    });
});

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
      "Replace the settings; send the version that you read: if it isn't the newest, the response is 409",
    body: savedSchema,
    answers: {
      200: {
        description: "The document with its new version",
        schema: documentSchema,
      },
    },
    handle: async ({ inPortal, portalId, body }) => {
      const written = await inPortal(async (db) => {
        const before = await readSettings(db, portalId);
        const result = await writeSettings(db, portalId, body, "API");
        if (result.ok)
          await followSettings(db, portalId, before.settings, result.settings);
        return result;
      });
      if (!written.ok)
        throw new Problem(
          409,
          "stale_version",
          `The settings changed after you read them. The newest version is ${written.current.version}. Read the settings again, then repeat your change.`,
          { version: written.current.version },
        );
      const { version, settings } = written;
      return { status: 200, body: { version, settings } };
    },
  }),
];
