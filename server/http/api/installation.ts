import { z } from "zod";
import { replaceApiKey } from "../../database/api-key.ts";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { isFormerUser } from "../../sync/definitions.ts";
import type { MoveResult } from "../../sync/installation-moves.ts";
import { hold, startNow } from "../../sync/installation-moves.ts";
import type { Installation } from "../../sync/installation.ts";
import { readInstallation } from "../../sync/installation.ts";
import { isSyncCapability, tellMissing } from "../../sync/missing-scope.ts";
import { uninstall } from "../../sync/uninstall.ts";
import { Problem } from "../problem.ts";
import type { ApiAnswer, ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { timeSchema } from "./schemas.ts";

const perType = <Item extends z.ZodType>(item: Item) =>
  z.object({ contact: item, company: item });

const installationSchema = z
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
    windowEndsAt: timeSchema
      .nullable()
      .meta({ description: "While setting-up: when the first pull begins." }),
    syncUser: z.object({ id: z.int(), email: z.string() }),
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
    warnings: z.array(z.object({ code: z.string(), message: z.string() })),
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
    description: "Until when the old key is valid; null: it is invalid now.",
  }),
});

const answers = {
  200: { description: "The installation", schema: installationSchema },
};

/** The connection to HubSpot: how it stands, start, hold and uninstall. */
export const installationRoutes: readonly ApiRoute[] = [
  apiRoute({
    tag: "installation",
    method: "get",
    path: "/installation",
    summary: "How the connection to HubSpot stands",
    answers,
    handle: ({ inPortal, portalId }) => inPortal((db) => shown(db, portalId)),
  }),
  apiRoute({
    tag: "installation",
    method: "post",
    path: "/installation/start",
    summary: "Start now: ends the setup window or a hold",
    answers,
    handle: ({ inPortal, portalId }) =>
      inPortal(async (db) =>
        moved(db, portalId, await startNow(db, portalId, "API")),
      ),
  }),
  apiRoute({
    tag: "installation",
    method: "post",
    path: "/installation/hold",
    summary: "Hold: nothing moves until it is started",
    answers,
    handle: ({ inPortal, portalId }) =>
      inPortal(async (db) =>
        moved(db, portalId, await hold(db, portalId, "API")),
      ),
  }),
  apiRoute({
    tag: "installation",
    method: "post",
    path: "/installation/api-key",
    summary:
      "Create a new API key; the one that asks becomes invalid at once, or after an hour if keepOldForAnHour is true",
    body: newKeyInput,
    answers: {
      201: {
        description: "The new key, which is shown only now",
        schema: newKeySchema,
      },
    },
    handle: async ({ inPortal, parts, portalId, apiKey, body }) => {
      const replaced = await inPortal((db) =>
        replaceApiKey(db, portalId, apiKey, body),
      );
      if (!replaced)
        throw new Problem(
          401,
          "key_unknown",
          "This API key was replaced by another request. Use the newer key.",
        );
      parts.log.info({ portalId }, "the API key was replaced by the product");
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
  apiRoute({
    tag: "installation",
    method: "delete",
    path: "/installation",
    summary:
      "Uninstall the app in HubSpot and forget its tokens; records, links and settings stay",
    answers: { 204: { description: "It is uninstalled" } },
    handle: async ({ parts, portalId }) => {
      await uninstall(parts.database, parts.hubspot, portalId, "API");
      return { status: 204 };
    },
  }),
];

async function moved(
  db: Db,
  portalId: PortalId,
  result: MoveResult,
): Promise<ApiAnswer> {
  if (!result.ok) throw new Problem(409, result.code, result.reason);
  return shown(db, portalId);
}

async function shown(db: Db, portalId: PortalId): Promise<ApiAnswer> {
  const installation = await readInstallation(db, portalId);
  if (!installation)
    throw new Problem(
      404,
      "not_installed",
      "Counterpart is not installed in this HubSpot account.",
    );
  const former = await isFormerUser(db, portalId, installation.syncUser);
  return { status: 200, body: installationDocument(installation, former) };
}

function installationDocument(installation: Installation, former: boolean) {
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
    scopes: installation.scopes,
    firstPullEndedAt: {
      contact: iso(firstPullEnded.contact),
      company: iso(firstPullEnded.company),
    },
    uniqueProperty: {
      contact: uniqueProperty.contact ?? null,
      company: uniqueProperty.company ?? null,
    },
    missingCapabilities: installation.missingCapabilities,
    warnings: warningsOf(installation, former),
    definitionsReadAt: installation.definitionsReadAt?.toISOString() ?? null,
    sweep: sweptAt && {
      at: sweptAt.toISOString(),
      result: installation.sweepResult,
    },
    installedAt: installation.createdAt.toISOString(),
  };
}

function warningsOf(
  { syncUser, missingCapabilities, uniqueProperty }: Installation,
  former: boolean,
): { code: string; message: string }[] {
  return [
    ...(former
      ? [
          {
            code: "sync_user_deactivated",
            message: `${syncUser.email || "The user who connected HubSpot"} is no longer active in HubSpot. Sync goes on with that user's connection; have another admin connect again.`,
          },
        ]
      : []),
    ...Object.entries(missingCapabilities).map(([capability, missing]) => ({
      code: "missing_capability",
      message: isSyncCapability(capability)
        ? tellMissing(capability, missing.scopes).cause
        : `HubSpot does not allow ${capability}: ${missing.reason}`,
    })),
    ...Object.entries(uniqueProperty).flatMap(([type, verdict]) =>
      verdict.exists
        ? []
        : [
            {
              code: "no_unique_property",
              message: `The property that guards creations of a ${type} against doubles could not be created, so they are made one at a time: ${verdict.reason}`,
            },
          ],
    ),
  ];
}
