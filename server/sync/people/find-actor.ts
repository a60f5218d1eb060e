import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { canonicalEmail } from "../values/identity.ts";
import type { Actor, Permitted } from "./pure/actor.ts";

/**
 * Returns the person whom HubSpot names in a signed request: the product's user who is known to be that HubSpot user, or
 * the one with that email. Remembers which HubSpot user the latter is.
 */
export async function findCardActor(
  db: Db,
  portalId: PortalId,
  hubspotUser: { readonly id: number; readonly email: string },
): Promise<Actor> {
  const { id, email } = hubspotUser;
  const { rows } = await sql<Permitted & { id: string; isLearned: boolean }>`
    select id, permissions, active, hubspot_user_id is not null as "isLearned"
    from workspace_user
    where portal_id = ${portalId}
      and (email = ${canonicalEmail(email)} or hubspot_user_id = ${id})
    order by (hubspot_user_id = ${id}) desc nulls last
    limit 1`.execute(db);
  const [found] = rows;
  const person = { kind: "person", email, hubspotUserId: id } as const;
  if (found === undefined) return { ...person, user: null };
  if (!found.isLearned)
    await sql`
      update workspace_user set hubspot_user_id = ${id}
      where portal_id = ${portalId} and id = ${found.id}::uuid and hubspot_user_id is null`.execute(
      db,
    );
  const { permissions, active } = found;
  return { ...person, user: { permissions, active } };
}
