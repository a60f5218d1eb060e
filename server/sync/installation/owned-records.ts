import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { OwnerField } from "../../settings/types/owner-field.ts";
import { ownerFieldOf } from "../../settings/types/owner-field.ts";

/** Records by the owner that they have in the workspace: an email. */

/** A type whose records have owners. */
export type OwnedType = {
  readonly objectType: ObjectType;
  readonly owner: OwnerField;
};

/** The types whose records have owners, parents first. */
export const ownedTypes: readonly OwnedType[] = objectTypes.flatMap(
  (objectType) => {
    const owner = ownerFieldOf(descriptorOf(objectType));
    return owner === null ? [] : [{ objectType, owner }];
  },
);

/** How many records of a type have each owner. */
export type OwnedCount = {
  readonly objectType: ObjectType;
  /** By email, canonical; without an entry for an email that no record has. */
  readonly counts: ReadonlyMap<string, number>;
  /** There may be more: only so many records are read. */
  readonly atLeast: boolean;
};

/** Records that are read of a type: a request takes some 3 ms per 1,000 of them. */
const MOST_READ = 200_000;

/** Returns how many records of each type have each of these emails, canonical, as their owner. */
export async function countOwned(
  db: Db,
  portalId: PortalId,
  emails: readonly string[],
  {
    types = ownedTypes,
    mostRead = MOST_READ,
  }: {
    readonly types?: readonly OwnedType[];
    readonly mostRead?: number;
  } = {},
): Promise<OwnedCount[]> {
  const found: OwnedCount[] = [];
  for (const { objectType, owner } of types) {
    // Each spelling is read once: a canonical form costs more than a count.
    const { rows } = await sql<{
      email: string | null;
      count: number;
      read: number;
    }>`
      select case when g.email = any (${emails}::text[]) then g.email end as email,
        sum(g.count)::int as count, max(g.read)::int as read
      from (
        select canonical_identity('email', s.value) as email, s.count, sum(s.count) over () as read
        from (
          select r.value, count(*) as count
          from (
            select properties ->> ${owner.field} as value from record
            where portal_id = ${portalId} and object_type = ${objectType} and deleted_at is null
            limit ${mostRead}
          ) r
          group by r.value
        ) s
      ) g
      group by 1`.execute(db);
    found.push({
      objectType,
      counts: new Map(
        rows.flatMap(({ email, count }) =>
          email === null ? [] : [[email, count]],
        ),
      ),
      atLeast: (rows[0]?.read ?? 0) >= mostRead,
    });
  }
  return found;
}
