import type { RouteMatch } from "../crm/call.ts";
import type { Platform } from "../platform.ts";
import { userProvisioningRoute } from "./user-provisioning.ts";

const UNINSTALL = /^\/appinstalls\/(?:v3|\d{4}-\d{2})\/external-install$/;

/** Calls with an access token that concern the app in the portal, or the portal's users, and not its CRM data. */
export function platformRoutes(
  platform: Platform,
  method: string,
  path: string,
): RouteMatch | null {
  if (method !== "DELETE" || !UNINSTALL.test(path))
    return userProvisioningRoute(platform, method, path);
  return {
    params: {},
    route: {
      method,
      template: "/appinstalls/{version}/external-install",
      scopes: () => ["oauth"],
      limit: "general",
      handle: ({ portal }) => {
        uninstall(platform, portal.portalId);
        return { status: 204 };
      },
    },
  };
}

/** Removes the app from a portal: tokens die (access tokens as the portal's options say), notifications end. */
export function uninstall(platform: Platform, portalId: number): boolean {
  const entry = platform.registry.entry(portalId);
  if (!entry) return false;
  const removed = platform.grants.uninstall(
    portalId,
    entry.portal.options.tokensDieAtUninstall,
  );
  platform.webhooks.drop(entry);
  entry.installation = null;
  return removed;
}
