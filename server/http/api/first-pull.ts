import { sql } from "kysely";
import { z } from "zod";
import type { Db } from "../../database/database.ts";
import { HubSpotError } from "../../hubspot/errors.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { readSettings } from "../../settings/store.ts";
import { isEnabled } from "../../settings/enabled-types.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import {
  descriptorOf,
  listedTypes,
  typesWith,
} from "../../settings/types/index.ts";
import { readInstallation } from "../../sync/installation/installation.ts";
import type { Installation } from "../../sync/installation/installation.ts";
import {
  FIRST_PULL_HOURS,
  forecastOf,
  forecastSentence,
  progressSentence,
} from "../../sync/preview/pure/type-forecast.ts";
import type { TypeInHubSpot } from "../../sync/preview/pure/type-forecast.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { Problem } from "../problem.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { timeSchema, typeSchema } from "./schemas.ts";

/** HubSpot has 15 s for the whole answer of a page. */
const PATIENCE_MS = 8_000;

const firstPullSchema = z
  .object({
    objectType: typeSchema,
    state: z.enum(["off", "needs_permission", "running", "ended"]),
    sentence: z.string().meta({
      description:
        "What turning the type on will do, what it needs, how far its first pull is, or when that ended.",
    }),
    withinHours: z.int().meta({
      description: "By when everything is in the workspace, at the latest.",
    }),
    forecast: z
      .object({
        objects: z.int(),
        pipelines: z.int().nullable(),
        calls: z.int(),
        minutes: z.int(),
      })
      .nullable()
      .meta({
        description:
          "While the type is off: what its first pull will read, and about how many calls and minutes that takes. Null if HubSpot can't be asked now.",
      }),
    progress: z
      .object({ done: z.int(), total: z.int().nullable() })
      .nullable()
      .meta({ description: "While the type is pulled." }),
    endedAt: timeSchema.nullable(),
  })
  .meta({ id: "FirstPull" });
type FirstPull = z.infer<typeof firstPullSchema>;

/** What the first pull of each type will do, and how far it is (AP-036). */
export const firstPullRoutes: readonly ApiRoute[] = listedTypes
  .filter((type) => typesWith("pull").includes(type))
  .map((type) => {
    const { route, plural } = descriptorOf(type).names;
    return apiRoute({
      tag: "installation",
      method: "get",
      path: `/installation/first-pull/${route}`,
      summary: `Say what the first pull of ${plural} will do, or how far it is`,
      answers: { 200: { description: "The pull", schema: firstPullSchema } },
      handle: async ({ inPortal, parts, portalId }) => {
        const { installation, progress, selected } = await inPortal(
          async (db) => ({
            installation: await readInstallation(db, portalId),
            progress: await readProgress(db, portalId, type),
            selected:
              (await readSettings(db, portalId)).settings[type].pipelines ??
              null,
          }),
        );
        if (installation === null)
          throw new Problem(404, "not_installed", "HubSpot isn't connected.");
        return {
          status: 200,
          body: await firstPullOf(parts, type, {
            installation,
            progress,
            selected,
          }),
        };
      },
    });
  });

async function firstPullOf(
  parts: Pick<HttpDependencies, "hubspot" | "log">,
  type: ObjectType,
  {
    installation,
    progress,
    selected,
  }: {
    readonly installation: Installation;
    readonly progress: FirstPull["progress"];
    /** The pipelines that the portal has selected; null: all, or the type has none. */
    readonly selected: readonly string[] | null;
  },
): Promise<FirstPull> {
  const { plural, label } = descriptorOf(type).names;
  const endedAt = installation.firstPullEnded[type] ?? null;
  const common = {
    objectType: type,
    withinHours: FIRST_PULL_HOURS,
    forecast: null,
    progress: null,
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
  };
  if (installation.types.enabled.includes(type)) {
    if (progress !== null || endedAt === null)
      return {
        ...common,
        state: "running",
        sentence: progressSentence(
          type,
          progress?.done ?? 0,
          progress?.total ?? null,
        ),
        progress: progress ?? { done: 0, total: null },
      };
    return {
      ...common,
      state: "ended",
      sentence:
        selected === null
          ? `All ${plural} of HubSpot were pulled.`
          : `All ${plural} of the selected pipelines were pulled.`,
    };
  }
  if (!isEnabled(descriptorOf(type), installation.scopes, true))
    return {
      ...common,
      state: "needs_permission",
      sentence: `HubSpot hasn't granted the permissions to read and write ${plural}. Reconnect HubSpot and grant them, then turn ${plural} on.`,
    };
  const there = await countInHubSpot(
    parts,
    type,
    installation.portalId,
    selected,
  );
  const forecast = there && forecastOf(type, there);
  return {
    ...common,
    state: "off",
    forecast,
    sentence:
      forecast === null
        ? `${label.plural} are off. HubSpot didn't say how many there are.`
        : forecastSentence(type, forecast, selected !== null),
  };
}

/** Asks HubSpot how much there is; null if it doesn't say. */
async function countInHubSpot(
  { hubspot, log }: Pick<HttpDependencies, "hubspot" | "log">,
  type: ObjectType,
  portalId: PortalId,
  selected: readonly string[] | null,
): Promise<TypeInHubSpot | null> {
  const options = {
    priority: "interactive",
    signal: AbortSignal.timeout(PATIENCE_MS),
  } as const;
  const gateway = hubspot.portal(portalId);
  try {
    const listed = await gateway.count(type, [], options);
    const named = descriptorOf(type).hubspot.pipelines;
    if (named === undefined)
      return { listed, objects: listed, pipelines: null };
    const ids = (await gateway.pipelines(type, options)).map(({ id }) => id);
    if (selected === null)
      return {
        listed,
        objects: listed,
        pipelines: ids.length,
      };
    const values = ids.filter((id) => selected.includes(id));
    return {
      listed,
      objects:
        values.length === 0
          ? 0
          : await gateway.count(
              type,
              [{ property: named.pipeline, values }],
              options,
            ),
      pipelines: values.length,
    };
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    log.info(
      { portalId, err: error },
      "HubSpot's objects could not be counted for a type that is off",
    );
    return null;
  }
}

/** The full pull of a type that is in progress; null if none is. Index run_waiting. */
async function readProgress(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<FirstPull["progress"]> {
  const { rows } = await sql<{ done: number; total: number | null }>`
    select requested as done, expected as total from run
    where portal_id = ${portalId} and object_type = ${type} and kind = 'pull' and mode = 'full'
      and state in ('queued', 'running', 'paused')
    order by created_at limit 1`.execute(db);
  return rows[0] ?? null;
}
