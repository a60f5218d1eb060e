import { z } from "zod";
import { replaceApiKey } from "../../database/api-key.ts";
import type { Db } from "../../database/database.ts";
import { readRefusedSignatures } from "../../database/refused-signatures.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { readSettings } from "../../settings/store.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { listedTypes } from "../../settings/types/index.ts";
import { isFormerUser } from "../../sync/installation/definitions.ts";
import { chooseSyncUser } from "../../sync/installation/choose-sync-user.ts";
import { checkScopes } from "../../sync/installation/check-scopes.ts";
import { readDrift } from "../../sync/installation/drift.ts";
import { refreshDefinitions } from "../../sync/installation/refresh-definitions.ts";
import type { TransitionResult } from "../../sync/installation/installation-moves.ts";
import {
  pauseSync,
  startSync,
} from "../../sync/installation/installation-moves.ts";
import type { Installation } from "../../sync/installation/installation.ts";
import { readInstallation } from "../../sync/installation/installation.ts";
import { misfitSources } from "../../sync/installation/source-faults.ts";
import { uninstall } from "../../sync/installation/uninstall.ts";
import type { Warning } from "../../sync/installation/warnings.ts";
import { warningsOf } from "../../sync/installation/warnings.ts";
import type { WorkHealth } from "../../sync/installation/work-health.ts";
import { readWorkHealth } from "../../sync/installation/work-health.ts";
import { Problem } from "../problem.ts";
import { requireSettingsPermission } from "../require-permission.ts";
import type { ApiAnswer, ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { idSchema, timeSchema } from "./schemas.ts";

const perType = <Item extends z.ZodType>(item: Item) =>
  z.object(ofEachType(() => item));

const ofEachType = <Value>(valueOf: (type: ObjectType) => Value) =>
  Object.fromEntries(listedTypes.map((type) => [type, valueOf(type)]));

/** The connection to HubSpot, as routes and the settings page show it. */
export const installationSchema = z
  .object({
    portalId: z.int(),
    state: z.enum([
      "setting-up",
      "first-pull",
      "active",
      "held",
      "disconnected",
      "uninstalled",
    ]),
    since: timeSchema,
    reason: z.string(),
    windowEndsAt: timeSchema.nullable().meta({
      description: "In the state setting-up: when the first pull starts.",
    }),
    syncUser: z.object({ id: z.int(), email: z.string() }).meta({
      description:
        "The HubSpot user who connected HubSpot, and who is the sync user unless another one was chosen.",
    }),
    chosenSyncUser: z
      .object({ id: z.guid(), email: z.string(), name: z.string() })
      .nullable()
      .meta({
        description:
          "The user whom an admin has chosen as the sync user; null if none was.",
      }),
    scopes: z.array(z.string()),
    firstPullEndedAt: perType(timeSchema.nullable()),
    uniqueProperty: perType(
      z
        .object({
          exists: z.boolean(),
          code: z.string().optional(),
          reason: z.string().optional(),
        })
        .nullable(),
    ),
    missingCapabilities: z.record(
      z.string(),
      z.object({ reason: z.string(), since: z.string() }).loose(),
    ),
    warnings: z
      .array(
        z.object({
          code: z.string(),
          message: z.string(),
          remedy: z.string(),
          since: timeSchema.nullable(),
        }),
      )
      .meta({
        description:
          "What keeps this account from syncing, or will: what is wrong, what someone can do about it, and since when.",
      }),
    lastSuccess: z
      .object({
        pull: timeSchema.nullable(),
        push: timeSchema.nullable(),
        webhooks: timeSchema.nullable(),
        sweep: timeSchema.nullable(),
      })
      .meta({
        description:
          "When each kind of sync last succeeded; null if it never did.",
      }),
    work: z
      .array(
        z.object({
          kind: z.string(),
          lastSuccessAt: timeSchema.nullable(),
          failures: z.int(),
          troubledSince: timeSchema.nullable(),
          cause: z.string().nullable(),
        }),
      )
      .meta({
        description:
          "The background work by kind: its last success, failures in a row, and since when and why it has not succeeded.",
      }),
    definitionsReadAt: timeSchema.nullable(),
    sweep: z.object({ at: timeSchema, result: z.unknown() }).nullable(),
    installedAt: timeSchema,
  })
  .meta({ id: "Installation" });

const newKeyInput = z
  .strictObject({
    keepOldForAnHour: z.boolean().default(false).meta({
      description:
        "Keeps the old key valid for an hour, so that requests in progress succeed. If the response is lost, ask again with the old key.",
    }),
  })
  .prefault({});

const newKeySchema = z.object({
  apiKey: z.string(),
  oldKeyEndsAt: timeSchema.nullable().meta({
    description: "When the old key stops working; null if it already has.",
  }),
});

const answers = {
  200: { description: "The installation", schema: installationSchema },
};

/** Reads again what HubSpot says of its properties and owners, for a person or a program that can't wait. */
export const definitionsRoute: ApiRoute = apiRoute({
  tag: "installation",
  method: "post",
  path: "/installation/definitions",
  summary:
    "Read HubSpot's properties, options, owners, and missing permissions again now, and compare the mappings with them",
  answers,
  handle: async ({ parts, portalId, inPortal }) => {
    await inPortal(async (db) => {
      const { state } = (await readInstallation(db, portalId)) ?? {};
      if (state === undefined || state === "uninstalled") throw notInstalled();
    });
    const interactive = { priority: "interactive" } as const;
    await checkScopes(parts, portalId, interactive);
    await refreshDefinitions(
      parts.database,
      parts.hubspot.portal(portalId),
      portalId,
      interactive,
      "now",
    );
    return inPortal((db) => shown(db, portalId));
  },
});

/** The connection to HubSpot: its state, start, pause, and uninstall. */
export const installationRoutes: readonly ApiRoute[] = [
  apiRoute({
    tag: "installation",
    method: "get",
    path: "/installation",
    summary: "The state of the connection to HubSpot",
    answers,
    handle: ({ inPortal, portalId }) => inPortal((db) => shown(db, portalId)),
  }),
  apiRoute({
    tag: "installation",
    method: "post",
    path: "/installation/start",
    summary: "Start or resume sync now",
    answers,
    handle: ({ inPortal, portalId, actor, by }) =>
      inPortal(async (db) => {
        await requireSettingsPermission(db, portalId, actor);
        return moved(db, portalId, await startSync(db, portalId, by));
      }),
  }),
  apiRoute({
    tag: "installation",
    method: "post",
    path: "/installation/hold",
    summary: "Pause sync until it is started again",
    answers,
    handle: ({ inPortal, portalId, actor, by }) =>
      inPortal(async (db) => {
        await requireSettingsPermission(db, portalId, actor);
        return moved(db, portalId, await pauseSync(db, portalId, by));
      }),
  }),
  apiRoute({
    tag: "installation",
    method: "put",
    path: "/installation/sync-user",
    summary:
      "Choose the sync user: an active user who is an owner in HubSpot, or with null the one who connected HubSpot",
    body: z.strictObject({ userId: idSchema.nullable() }),
    answers,
    handle: ({ inPortal, portalId, actor, body }) =>
      inPortal(async (db) => {
        await requireSettingsPermission(db, portalId, actor);
        const choice = await chooseSyncUser(db, portalId, body.userId);
        if (!choice.ok)
          throw choice.code === "user_not_found"
            ? new Problem(404, choice.code, "There is no such user.")
            : new Problem(409, choice.code, choice.reason);
        return shown(db, portalId);
      }),
  }),
  apiRoute({
    tag: "installation",
    method: "post",
    path: "/installation/api-key",
    summary:
      "Create a new API key; the current key stops working at once, or after an hour if keepOldForAnHour is true",
    body: newKeyInput,
    answers: {
      201: {
        description: "The new key, which isn't shown again",
        schema: newKeySchema,
      },
    },
    handle: async ({ inPortal, parts, portalId, apiKey, actor, body }) => {
      const replaced = await inPortal(async (db) => {
        await requireSettingsPermission(db, portalId, actor);
        return replaceApiKey(db, portalId, apiKey, body);
      });
      if (!replaced)
        throw new Problem(
          401,
          "key_unknown",
          "This API key was replaced by another request. Use the newer key.",
        );
      parts.log.info({ portalId }, "the API key was replaced");
      return {
        status: 201,
        issuedKey: replaced.apiKey,
        body: {
          apiKey: replaced.apiKey,
          oldKeyEndsAt: replaced.oldKeyEndsAt?.toISOString() ?? null,
        },
        headers: { "Cache-Control": "no-store" },
      };
    },
  }),
  definitionsRoute,
  apiRoute({
    tag: "installation",
    method: "post",
    path: "/installation/check-permissions",
    summary:
      "Ask HubSpot whether missing permissions have been granted; what is allowed again resumes",
    answers,
    handle: async ({ inPortal, parts, portalId }) => {
      await checkScopes(parts, portalId, { priority: "interactive" });
      return inPortal((db) => shown(db, portalId));
    },
  }),
  apiRoute({
    tag: "installation",
    method: "delete",
    path: "/installation",
    summary:
      "Uninstall the app in HubSpot and delete its tokens; records, links, and settings stay",
    answers: { 204: { description: "The app is uninstalled" } },
    handle: async ({ inPortal, parts, portalId, actor, by }) => {
      await inPortal((db) => requireSettingsPermission(db, portalId, actor));
      await uninstall(parts.database, parts.hubspot, portalId, by);
      return { status: 204 };
    },
  }),
];

const isoOrNull = (time: Date | null): string | null =>
  time?.toISOString() ?? null;

async function moved(
  db: Db,
  portalId: PortalId,
  result: TransitionResult,
): Promise<ApiAnswer> {
  if (!result.ok) throw new Problem(409, result.code, result.reason);
  return shown(db, portalId);
}

const notInstalled = (): Problem =>
  new Problem(
    404,
    "not_installed",
    "Counterpart isn't installed in this HubSpot account.",
  );

async function shown(db: Db, portalId: PortalId): Promise<ApiAnswer> {
  const installation = await readInstallation(db, portalId);
  if (!installation) throw notInstalled();
  return { status: 200, body: await showInstallation(db, installation) };
}

/** Returns an installation as people and programs see it, with its health and its warnings. */
export async function showInstallation(
  db: Db,
  installation: Installation,
): Promise<z.infer<typeof installationSchema>> {
  const { portalId } = installation;
  const health = await readWorkHealth(db, portalId);
  const { settings } = await readSettings(db, portalId);
  const warnings = warningsOf(installation, {
    lanes: health.lanes,
    refused: await readRefusedSignatures(db),
    isFormerUser: await isFormerUser(db, portalId, installation.syncUser),
    misfitSources: await misfitSources(db, portalId, settings),
    drift: await readDrift(db, portalId),
    now: new Date(),
  });
  return installationDocument(installation, health, warnings);
}

function installationDocument(
  installation: Installation,
  { lanes, lastSuccess }: WorkHealth,
  warnings: readonly Warning[],
) {
  const { firstPullEnded, uniqueProperty, sweptAt } = installation;
  const iso = (time: string | undefined): string | null =>
    time === undefined ? null : new Date(time).toISOString();
  return {
    portalId: installation.portalId,
    state: installation.state,
    since: installation.stateSince.toISOString(),
    reason: installation.stateReason,
    windowEndsAt:
      installation.state === "setting-up"
        ? installation.windowEndsAt.toISOString()
        : null,
    syncUser: installation.syncUser,
    chosenSyncUser: installation.chosenSyncUser,
    scopes: [...installation.scopes],
    firstPullEndedAt: ofEachType((type) => iso(firstPullEnded[type])),
    uniqueProperty: ofEachType((type) => uniqueProperty[type] ?? null),
    missingCapabilities: installation.missingCapabilities,
    warnings: warnings.map(({ since, ...warning }) => ({
      ...warning,
      since: isoOrNull(since),
    })),
    lastSuccess: {
      pull: isoOrNull(lastSuccess.pull),
      push: isoOrNull(lastSuccess.push),
      webhooks: isoOrNull(lastSuccess.webhooks),
      sweep: isoOrNull(sweptAt),
    },
    work: lanes.map((lane) => ({
      kind: lane.kind,
      lastSuccessAt: isoOrNull(lane.succeededAt),
      failures: lane.failures,
      troubledSince: isoOrNull(lane.troubledSince),
      cause: lane.cause,
    })),
    definitionsReadAt: installation.definitionsReadAt?.toISOString() ?? null,
    sweep: sweptAt && {
      at: sweptAt.toISOString(),
      result: installation.sweepResult,
    },
    installedAt: installation.createdAt.toISOString(),
  };
}
