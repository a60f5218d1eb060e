import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { typesWithPipelines, withPipeline } from "../../settings/pipelines.ts";
import type { Settings } from "../../settings/schema.ts";
import { readSettings } from "../../settings/store.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import {
  listPipelines,
  pipelineStates,
} from "../../sync/installation/list-pipelines.ts";
import type { ListedPipeline } from "../../sync/installation/list-pipelines.ts";
import {
  countChangedPipelines,
  countPipelines,
} from "../../sync/installation/pipeline-counts.ts";
import { saveSettings } from "../../sync/installation/save-settings.ts";
import { settingsEffects } from "../../sync/installation/settings-effects.ts";
import { Problem } from "../problem.ts";
import { requireSettingsPermission } from "../require-permission.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { effectSchema } from "./settings-check.ts";
import { staleVersion } from "./settings-document.ts";
import { staleSave } from "./stale-save.ts";

const stageSchema = z.object({
  id: z.string(),
  label: z.string(),
  displayOrder: z.number(),
  probability: z.number().nullable(),
  closed: z.boolean(),
  won: z.boolean(),
  lost: z.boolean(),
});

/** What a pipeline calls the number of its objects: `dealCount`. */
const countName = (type: ObjectType): string =>
  `${descriptorOf(type).names.singular}Count`;

const pipelineSchema = (type: ObjectType) =>
  z
    .object({
      id: z.string(),
      label: z.string().meta({
        description:
          "The id, of a pipeline that HubSpot doesn't have any more.",
      }),
      selected: z.boolean(),
      gone: z.boolean().meta({
        description:
          "True if HubSpot doesn't have it any more, and the settings still name it or its records are leaving.",
      }),
      [countName(type)]: z.int().nullable().meta({
        description:
          "How many HubSpot has in it, a minute old at most while HubSpot responds. Null if they couldn't be counted yet.",
      }),
      state: z.enum(pipelineStates).meta({
        description:
          "active: its records sync. adding, removing: a run is at it. off: they aren't in the workspace, or don't sync.",
      }),
      progress: z
        .object({
          done: z.int(),
          total: z.int().nullable().meta({
            description: "Null until the run has begun.",
          }),
        })
        .nullable(),
      stages: z.array(stageSchema),
    })
    .meta({ id: `${descriptorOf(type).names.label.singular}Pipeline` });

const selectionShape = { selected: z.boolean() };

const ofPipeline = z.object({ id: z.string().min(1).max(200) });

/** Returns the routes of a type's pipelines: what HubSpot has, and which the team has selected. */
const routesOf = (type: ObjectType): readonly ApiRoute[] => {
  const { route, singular } = descriptorOf(type).names;
  const path = `/pipelines/${route}`;
  const schema = pipelineSchema(type);
  return [
    apiRoute({
      tag: "pipelines",
      method: "get",
      path,
      summary: `List HubSpot's ${singular} pipelines with their stages, and which are selected`,
      answers: {
        200: {
          description: "All of them, in HubSpot's order",
          schema: z.object({ results: z.array(schema) }),
        },
      },
      handle: async ({ inPortal, parts, portalId }) => {
        await countPipelines(parts, portalId, type);
        const listed = await inPortal((db) =>
          listPipelines(db, portalId, type),
        );
        return {
          status: 200,
          body: { results: listed.map((each) => shown(type, each)) },
        };
      },
    }),
    apiRoute({
      tag: "pipelines",
      method: "post",
      path: `${path}/{id}/check`,
      summary:
        "Check what selecting a pipeline, or not, would do, without saving",
      params: ofPipeline,
      body: z.strictObject(selectionShape),
      answers: {
        200: {
          description: "As in a check of the settings",
          schema: z.object({ effects: z.array(effectSchema) }),
        },
      },
      handle: async ({ inPortal, parts, portalId, params: { id }, body }) => {
        const change = await inPortal(async (db) => {
          const { settings: before } = await readSettings(db, portalId);
          const after = await changed(db, portalId, type, before, {
            ...body,
            id,
          });
          return { before, after };
        });
        await countChangedPipelines(parts, portalId, change);
        const effects = await inPortal((db) =>
          settingsEffects(db, portalId, change),
        );
        return { status: 200, body: { effects } };
      },
    }),
    apiRoute({
      tag: "pipelines",
      method: "patch",
      path: `${path}/{id}`,
      summary:
        "Select a pipeline, or not, as a new version of the settings; its records come or leave in the background, and HubSpot's stay as they are",
      params: ofPipeline,
      body: z.strictObject({
        ...selectionShape,
        version: z.int().min(0).optional().meta({
          description:
            "The version of the settings that you read. If it isn't the newest, the response is 409.",
        }),
      }),
      answers: {
        200: { description: "The pipeline", schema },
      },
      handle: async ({
        inPortal,
        portalId,
        actor,
        by,
        params: { id },
        body: { version, selected },
      }) => {
        const pipeline = await inPortal(async (db) => {
          await requireSettingsPermission(db, portalId, actor);
          const stored = await readSettings(db, portalId);
          const before = await listPipelines(db, portalId, type);
          if (version !== undefined && version !== stored.version)
            throw staleVersion(stored);
          const change = {
            version: stored.version,
            settings: await changed(db, portalId, type, stored.settings, {
              id,
              selected,
            }),
          };
          if (change.settings !== stored.settings) {
            const saved = await saveSettings(db, portalId, change, by);
            if (!saved.ok)
              throw await staleSave(db, portalId, change, saved.current);
          }
          const after = await listPipelines(db, portalId, type);
          // One that HubSpot no longer has isn't listed once nothing names it.
          const named = {
            ...pipelineNamed(before, id),
            selected,
            state: "off" as const,
          };
          return after.find((each) => each.id === id) ?? named;
        });
        return { status: 200, body: shown(type, pipeline) };
      },
    }),
  ];
};

/** The settings with a pipeline of HubSpot's selected, or not. Throws a 404 if there is no such pipeline. */
async function changed(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settings: Settings,
  choice: { readonly id: string; readonly selected: boolean },
): Promise<Settings> {
  const listed = await listPipelines(db, portalId, type);
  pipelineNamed(listed, choice.id);
  return withPipeline(
    settings,
    type,
    choice,
    listed.flatMap(({ id, gone }) => (gone ? [] : [id])),
  );
}

function pipelineNamed(
  listed: readonly ListedPipeline[],
  id: string,
): ListedPipeline {
  const found = listed.find((pipeline) => pipeline.id === id);
  if (found !== undefined) return found;
  throw new Problem(
    404,
    "pipeline_not_found",
    "HubSpot has no such pipeline. List the pipelines, then choose one.",
  );
}

const shown = (
  type: ObjectType,
  { count, stages, ...pipeline }: ListedPipeline,
) => ({
  ...pipeline,
  [countName(type)]: count,
  stages: stages.map(({ id, label, displayOrder, probability, closed }) => {
    const share = probability === null ? null : Number(probability);
    return {
      id,
      label,
      displayOrder,
      probability: share,
      closed,
      won: closed && share === 1,
      lost: closed && share === 0,
    };
  }),
});

/** The pipelines of each type that has any. */
export const pipelineRoutes: readonly ApiRoute[] =
  typesWithPipelines.flatMap(routesOf);
