import { z } from "zod";
import { isStorable } from "../../storable-text.ts";
import {
  defaultPermissions,
  permissions,
} from "../../sync/people/pure/permissions.ts";
import type { UserWrite, WorkspaceUser } from "../../sync/people/users.ts";
import {
  changeUser,
  createUser,
  listUsers,
  readUser,
} from "../../sync/people/users.ts";
import { LinkTickets } from "../oauth/link-ticket.ts";
import { Problem } from "../problem.ts";
import { requireSettingsPermission } from "../require-permission.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { emailSchema } from "./email-schema.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { idParams, pageOf, pageQuery, timeSchema } from "./schemas.ts";

const userSchema = z
  .object({
    id: z.guid(),
    email: z.string().meta({ description: "In lower case." }),
    name: z.string(),
    permissions: z.array(z.enum(permissions)).meta({
      description:
        "What the user may do: push, pull, change the owner of a type's records, and change settings.",
    }),
    active: z.boolean().meta({
      description: "If false, the user may do nothing, and is never deleted.",
    }),
    hubspotUserId: z.string().nullable().meta({
      description:
        "The HubSpot user with this email, or the one whom the user has linked; null until that user opens a card.",
    }),
    hubspotOwnerId: z.string().nullable().meta({
      description:
        "HubSpot's active owner with this email, or else the HubSpot user's, as last read; null without one.",
    }),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: "User" });

const userInput = z.strictObject({
  email: emailSchema.meta({
    description: "No two users have the same email, however it is spelled.",
  }),
  name: z
    .string()
    .trim()
    .max(200)
    .refine(isStorable, "must be text without NUL characters")
    .optional(),
  permissions: z
    .array(z.enum(permissions))
    .max(permissions.length)
    .optional()
    .meta({
      description: `If left out, a new user has ${defaultPermissions.join(", ")}: what someone who is no user may do.`,
    }),
  active: z.boolean().optional(),
});

/** What a list of people is searched for. */
export const peopleQuery = z
  .string()
  .trim()
  .max(200)
  .refine(isStorable, "must be text without NUL characters")
  .optional()
  .meta({
    description: "Only those whose name or email contains this, in any case.",
  });

const userDocument = ({ createdAt, updatedAt, ...user }: WorkspaceUser) => ({
  ...user,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

/** The product's people: who may do what. They are also in the view workspace.users. */
export const userRoutes: readonly ApiRoute[] = [
  apiRoute({
    tag: "users",
    method: "get",
    path: "/users",
    summary: "List the users by email",
    query: z.strictObject({ ...pageQuery, q: peopleQuery }),
    answers: { 200: { description: "A page", schema: pageOf(userSchema) } },
    handle: async ({ inPortal, query }) => {
      const after = readCursor(z.string(), query.cursor);
      const { users, more } = await inPortal((db) =>
        listUsers(db, { limit: query.limit, after, query: query.q }),
      );
      return {
        status: 200,
        body: {
          results: users.map(userDocument),
          next: more ? writeCursor(users.at(-1)?.email) : null,
        },
      };
    },
  }),
  apiRoute({
    tag: "users",
    method: "post",
    path: "/users",
    summary: "Add a user",
    body: userInput,
    answers: { 201: { description: "The new user", schema: userSchema } },
    handle: async ({ inPortal, portalId, actor, body }) => {
      const user = await inPortal(async (db) => {
        await requireSettingsPermission(db, portalId, actor);
        return writtenUser(await createUser(db, portalId, body));
      });
      return {
        status: 201,
        body: userDocument(user),
        headers: { Location: `/api/v1/users/${user.id}` },
      };
    },
  }),
  apiRoute({
    tag: "users",
    method: "get",
    path: "/users/{id}",
    summary: "Get a user",
    params: idParams,
    answers: { 200: { description: "The user", schema: userSchema } },
    handle: async ({ inPortal, params }) => {
      const user = await inPortal((db) => readUser(db, params.id));
      if (user === null) throw noSuchUser();
      return { status: 200, body: userDocument(user) };
    },
  }),
  apiRoute({
    tag: "users",
    method: "patch",
    path: "/users/{id}",
    summary:
      "Change a user; another email forgets which HubSpot user this is, until that user opens a card",
    params: idParams,
    body: userInput.partial(),
    answers: { 200: { description: "The updated user", schema: userSchema } },
    handle: async ({ inPortal, portalId, actor, params, body }) => ({
      status: 200,
      body: userDocument(
        await inPortal(async (db) => {
          await requireSettingsPermission(db, portalId, actor);
          return writtenUser(await changeUser(db, portalId, params.id, body));
        }),
      ),
    }),
  }),
  apiRoute({
    tag: "users",
    method: "post",
    path: "/users/{id}/link",
    summary:
      "Get an address where the user consents in HubSpot, so that Counterpart learns which HubSpot user that is",
    params: idParams,
    answers: {
      200: {
        description: "The address, for this user alone",
        schema: z.object({ url: z.string(), expiresAt: timeSchema }),
      },
    },
    handle: async ({ inPortal, parts, portalId, actor, params }) => {
      await inPortal(async (db) => {
        const user = await readUser(db, params.id);
        if (user === null) throw noSuchUser();
        if (actor.kind !== "person" || actor.email !== user.email)
          await requireSettingsPermission(db, portalId, actor);
      });
      const { ticket, expiresAt } = new LinkTickets(
        parts.config.rootKeys,
      ).issue({ portalId, userId: params.id }, Date.now());
      return {
        status: 200,
        body: {
          url: `${parts.config.publicUrl}/oauth/link?ticket=${ticket}`,
          expiresAt: expiresAt.toISOString(),
        },
        headers: { "Cache-Control": "no-store" },
      };
    },
  }),
];

function writtenUser(write: UserWrite): WorkspaceUser {
  if (write.ok) return write.user;
  switch (write.code) {
    case "not-found":
      throw noSuchUser();
    case "email-taken":
      throw new Problem(
        409,
        "email_taken",
        "Another user already has this email.",
        {
          errors: [{ path: "email", message: "is another user's" }],
        },
      );
  }
}

const noSuchUser = (): Problem =>
  new Problem(404, "user_not_found", "There is no such user.");
