import { z } from "zod";
import type { WebCall, WebRoute } from "../http/web-call.ts";
import type { Platform } from "../platform.ts";
import type { PortalEntry } from "../portal-registry.ts";
import { portalUserSchema } from "../portal-users.ts";
import { control, ControlError, param, portalOf, readJson } from "./parse.ts";
import { portalView } from "./portals.ts";

const addSchema = portalUserSchema.extend({
  id: z.number().int().positive().optional(),
});
const changeSchema = z.strictObject({
  email: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  superAdmin: z.boolean().optional(),
});
const teamsSchema = z.strictObject({
  teams: z.array(
    z.strictObject({ name: z.string(), primary: z.boolean().default(false) }),
  ),
});

const USERS = "/portals/{portalId}/users";
const USER = `${USERS}/{userId}`;

/** Control paths for a portal's users and their teams. Each user is an owner. */
export function userRoutes(platform: Platform): readonly WebRoute[] {
  const onUser = (
    method: string,
    template: string,
    act: (entry: PortalEntry, userId: number, call: WebCall) => void,
  ): WebRoute =>
    control(method, template, (call) => {
      const entry = portalOf(platform, call);
      const userId = Number(param(call, "userId"));
      if (!entry.users.some((user) => user.id === userId))
        throw new ControlError(404, `no user ${userId}`);
      act(entry, userId, call);
      return { status: 200, body: portalView(platform, entry) };
    });
  return [
    control("POST", USERS, (call) => {
      const entry = portalOf(platform, call);
      const { id, ...user } = readJson(addSchema, call);
      entry.addUser(id === undefined ? user : { ...user, id });
      return { status: 201, body: portalView(platform, entry) };
    }),
    onUser("PATCH", USER, (entry, userId, call) => {
      entry.changeUser(userId, given(readJson(changeSchema, call)));
    }),
    onUser("POST", `${USER}/deactivate`, (entry, userId) => {
      entry.setUserActive(userId, false);
    }),
    onUser("POST", `${USER}/reactivate`, (entry, userId) => {
      entry.setUserActive(userId, true);
    }),
    onUser("PUT", `${USER}/teams`, (entry, userId, call) => {
      entry.portal.setTeams(userId, readJson(teamsSchema, call).teams);
    }),
  ];
}

/** Returns only the fields that the body names. */
function given({
  email,
  firstName,
  lastName,
  superAdmin,
}: z.output<typeof changeSchema>) {
  return {
    ...(email === undefined ? {} : { email }),
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(superAdmin === undefined ? {} : { superAdmin }),
  };
}
