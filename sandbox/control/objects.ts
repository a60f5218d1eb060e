import { z } from "zod";
import type { Actor } from "../crm/events.ts";
import type { WebCall, WebRoute } from "../http/web-call.ts";
import type { Platform } from "../platform.ts";
import type { PortalEntry } from "../portal-registry.ts";
import { control, ControlError, param, portalOf, readJson } from "./parse.ts";

const byUser = { userId: z.number().int().optional() };
const properties = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
);
const createSchema = z.strictObject({
  properties,
  /** HubSpot's form (`to`, `types`) or a shorter one (`toType`, `toId`, `primary`). */
  associations: z
    .array(
      z.union([
        z.strictObject({
          toType: z.string(),
          toId: z.coerce.string(),
          primary: z.boolean().default(false),
        }),
        z.strictObject({
          to: z.strictObject({ id: z.coerce.string() }),
          types: z.array(
            z.strictObject({
              associationCategory: z.string(),
              associationTypeId: z.number(),
            }),
          ),
        }),
      ]),
    )
    .default([]),
  ...byUser,
});
const updateSchema = z.strictObject({ properties, ...byUser });
const actSchema = z.strictObject(byUser);
const mergeSchema = z.strictObject({
  primaryObjectId: z.coerce.string(),
  objectIdToMerge: z.coerce.string(),
  ...byUser,
});
const associationSchema = z.strictObject({
  fromType: z.string(),
  fromId: z.coerce.string(),
  toType: z.string(),
  toId: z.coerce.string(),
  primary: z.boolean().default(false),
  ...byUser,
});
const OBJECTS = "/portals/{portalId}/objects/{type}";
const ASSOCIATIONS = "/portals/{portalId}/associations";

/** Control paths for what a HubSpot user does to data, and for the whole truth about it. */
export function objectRoutes(platform: Platform): readonly WebRoute[] {
  return [
    control("GET", OBJECTS, (call) => {
      const asked = call.query.get("archived");
      const archived =
        asked === null || asked === "" ? undefined : asked === "true";
      return {
        status: 200,
        body: {
          results: portalOf(platform, call).portal.truth(
            param(call, "type"),
            archived,
          ),
        },
      };
    }),
    control("POST", OBJECTS, (call) => {
      const entry = portalOf(platform, call);
      const request = readJson(createSchema, call);
      const actor = actorOf(entry, request.userId);
      const object = entry.portal.create(
        param(call, "type"),
        request.properties,
        request.associations,
        actor,
      );
      return { status: 201, body: object };
    }),
    control("POST", `${OBJECTS}/merge`, (call) => {
      const entry = portalOf(platform, call);
      const { primaryObjectId, objectIdToMerge, userId } = readJson(
        mergeSchema,
        call,
      );
      const actor = actorOf(entry, userId);
      return {
        status: 200,
        body: entry.portal.merge(
          param(call, "type"),
          primaryObjectId,
          objectIdToMerge,
          actor,
        ),
      };
    }),
    control("GET", `${OBJECTS}/{objectId}`, (call) => {
      const { portal } = portalOf(platform, call);
      const id = param(call, "objectId");
      const object = portal.object(param(call, "type"), id);
      if (!object) throw new ControlError(404, `no object ${id}`);
      return { status: 200, body: object };
    }),
    control("PATCH", `${OBJECTS}/{objectId}`, (call) => {
      const entry = portalOf(platform, call);
      const request = readJson(updateSchema, call);
      const actor = actorOf(entry, request.userId);
      return {
        status: 200,
        body: entry.portal.update(...objectOf(call), request.properties, actor),
      };
    }),
    control("DELETE", `${OBJECTS}/{objectId}`, (call) => {
      const { entry, actor } = act(platform, call);
      entry.portal.archive(...objectOf(call), actor);
      return { status: 204 };
    }),
    control("POST", `${OBJECTS}/{objectId}/restore`, (call) => {
      const { entry, actor } = act(platform, call);
      return {
        status: 200,
        body: entry.portal.restore(...objectOf(call), actor),
      };
    }),
    control("POST", `${OBJECTS}/{objectId}/privacy-delete`, (call) => {
      const { entry, actor } = act(platform, call);
      entry.portal.privacyDelete(...objectOf(call), actor);
      return { status: 204 };
    }),
    control("PUT", ASSOCIATIONS, (call) => {
      const entry = portalOf(platform, call);
      const { userId, ...request } = readJson(associationSchema, call);
      entry.portal.associate(request, actorOf(entry, userId));
      return { status: 204 };
    }),
    control("DELETE", ASSOCIATIONS, (call) => {
      const entry = portalOf(platform, call);
      const { userId, ...request } = readJson(associationSchema, call);
      entry.portal.dissociate(request, actorOf(entry, userId));
      return { status: 204 };
    }),
  ];
}

function act(
  platform: Platform,
  call: WebCall,
): { readonly entry: PortalEntry; readonly actor: Actor } {
  const entry = portalOf(platform, call);
  return { entry, actor: actorOf(entry, readJson(actSchema, call).userId) };
}

function objectOf(call: WebCall): [type: string, id: string] {
  return [param(call, "type"), param(call, "objectId")];
}

/** The user who does it; the first active one when none is named. */
function actorOf(entry: PortalEntry, userId: number | undefined): Actor {
  const user = entry.user(userId);
  if (!user)
    throw new ControlError(
      404,
      `no active user ${userId ?? ""} in portal ${entry.portalId}`,
    );
  return {
    changeSource: "CRM_UI",
    sourceId: `userId:${user.id}`,
    userId: user.id,
  };
}
