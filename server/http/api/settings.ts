import { withKeptTypes } from "../../settings/schema.ts";
import { readSettings } from "../../settings/store.ts";
import { saveSettings } from "../../sync/installation/save-settings.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { documentSchema, savedSchema } from "./settings-document.ts";
import { staleSave } from "./stale-save.ts";

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
        schema: documentSchema,
      },
    },
    handle: ({ inPortal, portalId, by, body }) =>
      inPortal(async (db) => {
        const stored = await readSettings(db, portalId);
        const change = {
          version: body.version,
          settings: withKeptTypes(body.settings, stored.settings),
        };
        const written = await saveSettings(db, portalId, change, by);
        if (!written.ok)
          throw await staleSave(db, portalId, change, written.current);
        const { version, settings } = written;
        return { status: 200, body: { version, settings } };
      }),
  }),
];
