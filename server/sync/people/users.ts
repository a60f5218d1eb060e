import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import type { Db } from "../../database/database.ts";
import { codeOf } from "../../database/errors.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { canonicalEmail } from "../values/identity.ts";
import type { Permission } from "./pure/permissions.ts";

/** The product's users: workspace.users, which the product writes with SQL or through the API. */

export type WorkspaceUser = {
  readonly id: string;
  /** Canonical, and no other user's. */
  readonly email: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly active: boolean;
  /** The HubSpot user with this email; null until HubSpot has named one. */
  readonly hubspotUserId: string | null;
  /** HubSpot's active owner with this email, as last read; null without one. */
  readonly hubspotOwnerId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** What a user is to have. What is absent stays as it is, or is the default of a new user. */
export type UserInput = {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly permissions?: readonly Permission[] | undefined;
  readonly active?: boolean | undefined;
};

export type UserWrite =
  | { readonly ok: true; readonly user: WorkspaceUser }
  | { readonly ok: false; readonly code: "not-found" | "email-taken" };

/**
 * Returns a page of a portal's users by email, those after an email or all. `limit` is at least 1.
 * @param query what the name or the email has to contain, in any case; "" for all
 * @param owning only active users who are owners in HubSpot
 */
export async function listUsers(
  db: Db,
  {
    limit,
    after,
    query = "",
    owning = false,
  }: {
    readonly limit: number;
    readonly after: string | null;
    readonly query?: string | undefined;
    readonly owning?: boolean;
  },
): Promise<{ users: readonly WorkspaceUser[]; more: boolean }> {
  const rows = await select(
    db,
    sql`email > ${after ?? ""}
      and (strpos(email, lower(${query})) > 0 or strpos(lower(name), lower(${query})) > 0)
      and ${owning ? owns : sql`true`}
      order by email limit ${limit + 1}`,
  );
  return { users: rows.slice(0, limit), more: rows.length > limit };
}

/** Active owners of HubSpot, as the portal of the transaction has stored them. */
const activeOwners = (column: "email" | "userId"): RawBuilder<unknown> => sql`
  select body ->> ${sql.lit(column)} from hubspot_definition
  where kind = 'owner' and not coalesce((body ->> 'archived')::boolean, false)`;

/** What hubspot_owner_id says, asked of all users at once: one by one, 20,000 users would take over a second. */
const owns = sql`active and (email in (${activeOwners("email")}) or hubspot_user_id in (${activeOwners("userId")}))`;

/** Returns the user with an id, or null. */
export const readUser = async (
  db: Db,
  id: string,
): Promise<WorkspaceUser | null> =>
  (await select(db, sql`id = ${id}::uuid`))[0] ?? null;

/** Returns the user with an email in any spelling, or null. */
export const findUser = async (
  db: Db,
  email: string,
): Promise<WorkspaceUser | null> =>
  (await select(db, sql`email = ${canonicalEmail(email)}`))[0] ?? null;

/** The portal is that of the transaction. */
async function select(
  db: Db,
  condition: RawBuilder<unknown>,
): Promise<WorkspaceUser[]> {
  const { rows } = await sql<WorkspaceUser>`
    select id, email, name, permissions, active, hubspot_user_id as "hubspotUserId", hubspot_owner_id as "hubspotOwnerId",
      created_at as "createdAt", updated_at as "updatedAt"
    from workspace.users where ${condition}`.execute(db);
  return rows;
}

/** Adds a user. The email is one that the database accepts: the caller has checked it. */
export async function createUser(
  db: Db,
  portalId: PortalId,
  input: UserInput & { readonly email: string },
): Promise<UserWrite> {
  const { rows } = await sql<{ id: string }>`
    insert into workspace_user (portal_id, email, name, permissions, active)
    values (${portalId}, ${input.email}, ${input.name ?? ""}, ${input.permissions ?? null}, ${input.active ?? true})
    on conflict (portal_id, email) do nothing
    returning id`.execute(db);
  const [created] = rows;
  if (created === undefined) return { ok: false, code: "email-taken" };
  return written(await readUser(db, created.id));
}

/** Changes a user. */
export async function changeUser(
  db: Db,
  portalId: PortalId,
  id: string,
  input: UserInput,
): Promise<UserWrite> {
  try {
    await sql`
      update workspace_user set
        email = coalesce(${input.email ?? null}, email),
        name = coalesce(${input.name ?? null}, name),
        permissions = coalesce(${input.permissions ?? null}::text[], permissions),
        active = coalesce(${input.active ?? null}::boolean, active)
      where portal_id = ${portalId} and id = ${id}::uuid`.execute(db);
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) throw error;
    return { ok: false, code: "email-taken" };
  }
  return written(await readUser(db, id));
}

const UNIQUE_VIOLATION = "23505";

const written = (user: WorkspaceUser | null): UserWrite =>
  user === null ? { ok: false, code: "not-found" } : { ok: true, user };

/**
 * Notes which HubSpot user a user is, who has consented to that in HubSpot. A HubSpot user is one user of the product: who
 * was that HubSpot user before is that no more. False: there is no such user.
 */
export async function linkHubSpotUser(
  db: Db,
  portalId: PortalId,
  id: string,
  hubspotUserId: number,
): Promise<boolean> {
  await sql`
    update workspace_user set hubspot_user_id = null
    where portal_id = ${portalId} and hubspot_user_id = ${hubspotUserId} and id <> ${id}::uuid`.execute(
    db,
  );
  const { rows } = await sql`
    update workspace_user set hubspot_user_id = ${hubspotUserId}
    where portal_id = ${portalId} and id = ${id}::uuid returning id`.execute(
    db,
  );
  return rows.length === 1;
}
