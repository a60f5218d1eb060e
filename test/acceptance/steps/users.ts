import { expect } from "vitest";
import type { Json, World } from "../world.ts";

/** A user as /api/v1/users shows it. */
export interface UserDocument {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly active: boolean;
  readonly hubspotUserId: string | null;
  readonly hubspotOwnerId: string | null;
}

/** The product adds a user. */
export async function addUser(world: World, user: Json): Promise<UserDocument> {
  const reply = await world.api<UserDocument>("POST", "/users", user);
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  return reply.body;
}

/** The product changes a user. */
export async function changeUser(
  world: World,
  id: string,
  change: Json,
): Promise<UserDocument> {
  const reply = await world.api<UserDocument>("PATCH", `/users/${id}`, change);
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
  return reply.body;
}

/** The header by which the product names the person for whom it asks. */
export const actingAs = (email: string) => ({ "X-Acting-User": email });
