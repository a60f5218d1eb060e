import { z } from "zod";
import { uninstall } from "../api/platform-routes.ts";
import type { WebRoute } from "../http/web-call.ts";
import type { Platform } from "../platform.ts";
import type { PortalEntry } from "../portal-registry.ts";
import { portalUserSchema } from "../portal-users.ts";
import { installApp } from "./install-app.ts";
import { control, ControlError, portalOf, readJson } from "./parse.ts";

const optionsSchema = z.record(z.string(), z.unknown());
const createSchema = z.strictObject({
  portalId: z.number().int().positive().optional(),
  users: z.array(portalUserSchema).optional(),
  options: optionsSchema.optional(),
});
const patchSchema = z.strictObject({ options: optionsSchema });
const installSchema = z.strictObject({
  userId: z.number().int().optional(),
  /** Scopes that the user does not let through, as an account of a smaller subscription would. */
  withholdScopes: z.array(z.string()).default([]),
});
/** A key that the product got elsewhere: on the connection's last page, or from the server's operator. */
const installationSchema = z.strictObject({ apiKey: z.string().min(1) });
const seedSchema = z.strictObject({
  contacts: z.number().int().min(0).default(0),
  companies: z.number().int().min(0).default(0),
  deals: z.number().int().min(0).default(0),
  activities: z.number().int().min(0).default(0),
  seed: z.number().int().default(1),
  /** Whether the app hears of each creation. */
  webhooks: z.boolean().default(false),
});
const expireSchema = z.strictObject({
  /** Also end the refresh tokens, so that only a new install helps. */
  refreshTokens: z.boolean().default(false),
});

/** Control paths about portals, their users, tokens and the app in them. */
export function portalRoutes(platform: Platform): readonly WebRoute[] {
  return [
    control("POST", "/portals", (call) => {
      const entry = platform.registry.create(readJson(createSchema, call));
      return { status: 201, body: portalView(platform, entry) };
    }),
    control("GET", "/portals", () => ({
      status: 200,
      body: {
        results: platform.registry
          .entries()
          .map((entry) => portalView(platform, entry)),
      },
    })),
    control("GET", "/portals/{portalId}", (call) => ({
      status: 200,
      body: portalView(platform, portalOf(platform, call)),
    })),
    control("PATCH", "/portals/{portalId}", (call) => {
      const entry = portalOf(platform, call);
      entry.setOptions(readJson(patchSchema, call).options);
      return { status: 200, body: portalView(platform, entry) };
    }),
    control("POST", "/portals/{portalId}/install", (call) =>
      installApp(
        platform,
        portalOf(platform, call),
        readJson(installSchema, call),
      ),
    ),
    control("POST", "/portals/{portalId}/uninstall", (call) => {
      if (!uninstall(platform, portalOf(platform, call).portalId))
        throw new ControlError(409, "the app is not installed");
      return { status: 204 };
    }),
    control("GET", "/portals/{portalId}/installation", (call) => {
      const { installation } = portalOf(platform, call);
      if (!installation)
        throw new ControlError(
          404,
          "the app was not installed here through the install control",
        );
      return { status: 200, body: installation };
    }),
    control("PUT", "/portals/{portalId}/installation", (call) => {
      const entry = portalOf(platform, call);
      const { apiKey } = readJson(installationSchema, call);
      const { appId, publicUrl: serverUrl } = platform.app;
      entry.installation = { apiKey, appId, serverUrl };
      return { status: 200, body: entry.installation };
    }),
    control("POST", "/portals/{portalId}/seed", (call) => {
      const request = readJson(seedSchema, call);
      portalOf(platform, call).portal.seed(request);
      return { status: 200, body: request };
    }),
    control("POST", "/portals/{portalId}/tokens/expire", (call) => {
      const { portalId } = portalOf(platform, call);
      const { refreshTokens } = readJson(expireSchema, call);
      return {
        status: 200,
        body: {
          accessTokens: platform.grants.expireAccessTokens(portalId),
          refreshTokens: refreshTokens
            ? platform.grants.revokeRefreshTokens(portalId)
            : 0,
        },
      };
    }),
  ];
}

/** Returns a portal as the control paths show it. */
export function portalView(
  platform: Platform,
  entry: PortalEntry,
): Readonly<Record<string, unknown>> {
  return {
    portalId: entry.portalId,
    users: entry.users.map((user) => ({
      ...user,
      active: !entry.deactivatedUsers.has(user.id),
    })),
    owners: entry.portal.owners(),
    options: entry.portal.options,
    installed: platform.grants.installOf(entry.portalId) !== null,
  };
}
