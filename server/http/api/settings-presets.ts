import { z } from "zod";
import { settingsChanges } from "../../settings/differences/differences.ts";
import { presetNames, withPreset } from "../../settings/presets.ts";
import { readSettings } from "../../settings/store.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { documentSchema } from "./settings-document.ts";
import { changesSchema } from "./settings-versions.ts";

/** Settings as a preset has them. Nothing is saved: the document can be sent to PUT /settings as it is. */
export const settingsPresetRoute: ApiRoute = apiRoute({
  tag: "settings",
  method: "get",
  path: "/settings/presets/{name}",
  summary:
    "Get the settings with the switches of a preset, ready to be saved, and what they would change",
  params: z.object({ name: z.enum(presetNames) }),
  answers: {
    200: {
      description:
        "The newest version, the document that the preset makes of it, and the differences",
      schema: documentSchema.extend({ changes: changesSchema }),
    },
  },
  handle: async ({ inPortal, portalId, params: { name } }) => {
    const stored = await inPortal((db) => readSettings(db, portalId));
    const settings = withPreset(stored.settings, name);
    return {
      status: 200,
      body: {
        version: stored.version,
        settings,
        changes: settingsChanges(stored.settings, settings),
      },
    };
  },
});
