import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { SavedVersion } from "../../settings/read-versions.ts";
import { readVersion, readVersions } from "../../settings/read-versions.ts";
import { settingsSchema } from "../../settings/schema.ts";
import { settingsChanges } from "../../settings/differences/differences.ts";
import { readSettings } from "../../settings/store.ts";
import { namePipelines } from "../../sync/installation/name-pipelines.ts";
import { saveSettings } from "../../sync/installation/save-settings.ts";
import { Problem } from "../problem.ts";
import { requireSettingsPermission } from "../require-permission.ts";
import { cursorNumber, readCursor, writeCursor } from "./cursor.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { pageOf, pageQuery, timeSchema } from "./schemas.ts";
import {
  catalogueFaults,
  documentSchema,
  settingsFaults,
  staleVersion,
} from "./settings-document.ts";
import { newFaults } from "./settings-sources.ts";

/** What one save changed, in the order in which people read settings. */
export const changesSchema = z.array(
  z
    .object({
      path: z.string().meta({
        description:
          "Dotted. A mapping goes by its field: contact.mappings.first_name.direction.",
      }),
      before: z.unknown(),
      after: z.unknown(),
      sentence: z.string(),
    })
    .meta({ id: "SettingsChange" }),
);

const versionSchema = z
  .object({
    version: z.int(),
    savedAt: timeSchema,
    savedBy: z.string(),
    changes: changesSchema,
  })
  .meta({ id: "SettingsVersion" });

const shownVersion = async (
  db: Db,
  portalId: PortalId,
  { version, savedAt, savedBy, changes }: SavedVersion,
) => ({
  version,
  savedAt: savedAt.toISOString(),
  savedBy,
  changes: await namePipelines(db, portalId, changes),
});

/** The response to a version that a portal doesn't have. */
const noSuchVersion = (version: number): Problem =>
  new Problem(
    404,
    "no_such_version",
    `The settings have no version ${version}. List the versions, then choose one.`,
  );

/** Every document that a portal has saved: who saved it, when, and what changed. */
export const settingsVersionRoutes: readonly ApiRoute[] = [
  apiRoute({
    tag: "settings",
    method: "get",
    path: "/settings/versions",
    summary:
      "List the saved versions of the settings with what each one changed, newest first",
    query: z.strictObject(pageQuery),
    answers: { 200: { description: "A page", schema: pageOf(versionSchema) } },
    handle: async ({ inPortal, portalId, query }) => {
      const below = readCursor(cursorNumber, query.cursor);
      return inPortal(async (db) => {
        const { versions, more } = await readVersions(db, portalId, {
          limit: query.limit,
          below,
        });
        const results = [];
        for (const version of versions)
          results.push(await shownVersion(db, portalId, version));
        return {
          status: 200,
          body: {
            results,
            next: more ? writeCursor(String(versions.at(-1)?.version)) : null,
          },
        };
      });
    },
  }),
  apiRoute({
    tag: "settings",
    method: "get",
    path: "/settings/versions/{version}",
    summary: "Get a saved version of the settings, and what it changed",
    params: z.object({ version: z.coerce.number().int().min(0) }),
    answers: {
      200: {
        description: "The whole document, and what changed",
        schema: versionSchema.extend({ settings: settingsSchema }),
      },
    },
    handle: async ({ inPortal, portalId, params: { version } }) => {
      return inPortal(async (db) => {
        const found = await readVersion(db, portalId, version);
        if (found === null) throw noSuchVersion(version);
        const shown = await shownVersion(db, portalId, found);
        return { status: 200, body: { ...shown, settings: found.settings } };
      });
    },
  }),
  apiRoute({
    tag: "settings",
    method: "post",
    path: "/settings/roll-back",
    summary:
      "Save an earlier version again, as the newest; send the version that you read: if it isn't the newest, the response is 409",
    body: z.strictObject({
      version: z.int().min(0).meta({
        description:
          "The newest version, as you read it. If someone has saved since, nothing is saved.",
      }),
      to: z.int().min(1).meta({ description: "The version to save again." }),
    }),
    answers: {
      200: {
        description: "The document with its new version, and what changed",
        schema: documentSchema.extend({ changes: changesSchema }),
      },
    },
    handle: async ({
      inPortal,
      portalId,
      actor,
      by,
      body: { version, to },
    }) => {
      const { changes, written } = await inPortal(async (db) => {
        await requireSettingsPermission(db, portalId, actor);
        const earlier = await readVersion(db, portalId, to);
        if (earlier === null) throw noSuchVersion(to);
        const newest = await readSettings(db, portalId);
        if (newest.version !== version) throw staleVersion(newest);
        // What a version maps was checked by the rules of its time.
        const errors = [
          ...settingsFaults(earlier.settings),
          ...(await newFaults(db, portalId, {
            before: newest.settings,
            after: earlier.settings,
          })),
          ...(await catalogueFaults(db, portalId, earlier.settings)),
        ];
        if (errors.length > 0)
          throw new Problem(
            422,
            "version_not_valid",
            `Version ${to} can't be saved again, because settings like these are no longer accepted. Correct what the errors name, then save the document.`,
            { errors },
          );
        const change = { version, settings: earlier.settings };
        const saved = await saveSettings(db, portalId, change, by);
        const differences = settingsChanges(
          newest.settings,
          saved.ok ? saved.settings : earlier.settings,
        );
        return {
          written: saved,
          changes: await namePipelines(db, portalId, differences),
        };
      });
      if (!written.ok) throw staleVersion(written.current);
      const { settings } = written;
      return {
        status: 200,
        body: {
          version: written.version,
          settings,
          changes,
        },
      };
    },
  }),
];
