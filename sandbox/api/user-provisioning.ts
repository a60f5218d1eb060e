import type { Answer } from "../crm/answer.ts";
import type { Call, RouteMatch } from "../crm/call.ts";
import { readLimit } from "../crm/read-body.ts";
import { invalid, notFound } from "../crm/refusal.ts";
import { decodeSegment } from "../http/decode-segment.ts";
import type { Platform } from "../platform.ts";
import type { PortalUser } from "../portal-users.ts";

const USERS = /^\/settings\/(?:v3\/users|users\/\d{4}-\d{2})(?:\/([^/]+))?\/?$/;

/**
 * Finds the route of HubSpot's user provisioning for a path; null if it is none. Reading only: one user by id, or by email
 * with idProperty=EMAIL, and all users. Deactivated users aren't there.
 */
export function userProvisioningRoute(
  platform: Platform,
  method: string,
  path: string,
): RouteMatch | null {
  const [matched, userId] = USERS.exec(path) ?? [];
  if (method !== "GET" || matched === undefined) return null;
  return {
    params: userId === undefined ? {} : { userId: decodeSegment(userId) },
    route: {
      method,
      template: `/settings/users/{version}${userId === undefined ? "" : "/{userId}"}`,
      scopes: () => ["settings.users.read"],
      limit: "general",
      handle: (call) =>
        userId === undefined ? list(platform, call) : get(platform, call),
    },
  };
}

function activeUsers(
  platform: Platform,
  { portal }: Call,
): readonly PortalUser[] {
  const entry = platform.registry.entry(portal.portalId);
  return (
    entry?.users.filter(({ id }) => !entry.deactivatedUsers.has(id)) ?? []
  ).toSorted((one, other) => one.id - other.id);
}

function list(platform: Platform, call: Call): Answer {
  const limit = readLimit(call.query.get("limit"), 100, 100);
  const after = Number(call.query.get("after") ?? 0);
  if (!Number.isInteger(after) || after < 0)
    throw invalid(`Invalid after: ${String(call.query.get("after"))}`);
  const rest = activeUsers(platform, call).filter(({ id }) => id >= after);
  const next = rest[limit];
  return {
    status: 200,
    body: {
      results: rest.slice(0, limit).map(userView),
      ...(next === undefined
        ? {}
        : { paging: { next: { after: String(next.id) } } }),
    },
  };
}

function get(platform: Platform, call: Call): Answer {
  const wanted = call.params["userId"] ?? "";
  const byEmail = call.query.get("idProperty") === "EMAIL";
  const found = activeUsers(platform, call).find(({ id, email }) =>
    byEmail
      ? email.toLowerCase() === wanted.toLowerCase()
      : String(id) === wanted,
  );
  if (found === undefined) throw notFound(true);
  return { status: 200, body: userView(found) };
}

const userView = ({
  id,
  email,
  firstName,
  lastName,
  superAdmin,
}: PortalUser) => ({
  id: String(id),
  email,
  firstName,
  lastName,
  roleIds: [],
  superAdmin,
});
