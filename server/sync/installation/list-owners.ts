import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import type { OwnerOverride } from "../../settings/owners.ts";
import type { Owners } from "../model.ts";
import type { MappedOwner, OwnerMatch } from "../values/owner-map.ts";
import { ownersOf } from "../values/owner-map.ts";
import { own } from "../values/value.ts";
import { loadOwnerMap } from "./definitions.ts";
import type { OwnedCount } from "./owned-records.ts";
import { countOwned } from "./owned-records.ts";

/** HubSpot's owners beside the product's users: who is whom, who is nobody on the other side, and who has left. */

export const ownerStates = [
  "matched",
  "without_user",
  "without_owner",
  "departed",
] as const;
export type OwnerState = (typeof ownerStates)[number];

export type ListedUser = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly active: boolean;
};

export type ListedOwner = {
  readonly state: OwnerState;
  /** Null: a user of the product who is no active owner in HubSpot. */
  readonly owner: {
    readonly id: string;
    /** As HubSpot has them. */
    readonly name: string;
    readonly email: string;
    readonly active: boolean;
  } | null;
  readonly user: ListedUser | null;
  /** The emails by which records in the workspace have this owner. `by` is null if they're no active owner in HubSpot. */
  readonly emails: readonly {
    readonly email: string;
    readonly by: OwnerMatch | null;
  }[];
  readonly pulledAs: string | null;
};

export type ListedWithRecords = ListedOwner & {
  readonly records: readonly {
    readonly objectType: OwnedCount["objectType"];
    readonly count: number;
    readonly atLeast: boolean;
  }[];
};

/** Where a list goes on: after an owner, or after a user. Owners come first. */
export type OwnerPosition =
  | { readonly part: "owner"; readonly after: readonly [string, string] }
  | { readonly part: "user"; readonly after: string };

/** `active`: owners who can be assigned. */
export const ownerFilters = [...ownerStates, "active"] as const;

export type OwnerQuery = {
  /** Null: all. */
  readonly state: (typeof ownerFilters)[number] | null;
  /** Part of a name or email; "" for all. */
  readonly search: string;
  readonly limit: number;
  readonly after: OwnerPosition | null;
  /** Whether records are counted, which is what costs. */
  readonly counts: boolean;
};

/**
 * Returns a page of owners by name, then of users without an owner by email, with how many records each of them has. An
 * owner who left and is back isn't listed as a former one.
 */
export async function listOwners(
  db: Db,
  portalId: PortalId,
  overrides: readonly OwnerOverride[],
  query: OwnerQuery,
): Promise<{
  readonly results: readonly ListedWithRecords[];
  readonly next: OwnerPosition | null;
}> {
  const mapped = await loadOwnerMap(db, portalId, overrides);
  const { idByEmail } = ownersOf(mapped);
  const { after, limit, state, search } = query;
  const results: ListedOwner[] = [];
  let next: OwnerPosition | null = null;
  if (after?.part !== "user" && state !== "without_owner") {
    const users = await usersOf(db, portalId, mapped);
    const active = new Set(
      mapped.flatMap(({ owner }) => (owner.archived ? [] : [owner.email])),
    );
    const rest = mapped
      .filter(({ owner }) => !isBack(owner, active))
      .map((each) => ({
        key: keyOf(each),
        row: listed(each, users, idByEmail),
      }))
      .filter(
        ({ key, row }) =>
          isOf(row, state) &&
          isFound(row, search) &&
          (after === null || compare(key, after.after) > 0),
      )
      .toSorted((one, other) => compare(one.key, other.key));
    results.push(...rest.slice(0, limit).map(({ row }) => row));
    const last = rest[limit - 1];
    if (rest.length > limit && last !== undefined)
      next = { part: "owner", after: last.key };
  }
  if (next === null && (state === null || state === "without_owner")) {
    const page = await usersWithoutOwner(db, portalId, {
      known: Object.keys(idByEmail),
      search,
      after: after?.part === "user" ? after.after : "",
      limit: limit - results.length,
    });
    results.push(...page.users.map(unowned));
    if (page.more)
      next = {
        part: "user",
        after: page.users.at(-1)?.email ?? "",
      };
  }
  return {
    results: query.counts
      ? await withRecords(db, portalId, results)
      : results.map((row) => ({ ...row, records: [] })),
    next,
  };
}

const isOf = (row: ListedOwner, state: OwnerQuery["state"]): boolean =>
  state === null ||
  (state === "active" ? row.owner?.active === true : row.state === state);

/** Characters of a name that count: a cursor has a length. */
const MAX_KEY = 60;

/** By name, those without one last; the id comes second. */
const keyOf = ({ owner }: MappedOwner): readonly [string, string] => [
  (nameOf(owner) || `\u{10FFFF}${owner.email}`)
    .toLowerCase()
    .slice(0, MAX_KEY)
    .toWellFormed(),
  owner.id,
];

const compare = (
  one: readonly [string, string],
  other: readonly [string, string],
): number =>
  one[0] < other[0]
    ? -1
    : one[0] > other[0]
      ? 1
      : one[1] < other[1]
        ? -1
        : Number(one[1] > other[1]);

const nameOf = ({
  firstName,
  lastName,
}: Pick<MappedOwner["owner"], "firstName" | "lastName">): string =>
  `${firstName} ${lastName}`.trim();

/** A former owner whose email an active one has: the same person. */
const isBack = (
  { archived, email }: MappedOwner["owner"],
  active: ReadonlySet<string>,
): boolean => archived && email !== "" && active.has(email);

function listed(
  { owner, emails, pulledAs }: MappedOwner,
  users: ReadonlyMap<string, ListedUser>,
  idByEmail: Owners["idByEmail"],
): ListedOwner {
  const { id, email, archived } = owner;
  const shown = emails.map((each) => ({
    ...each,
    by: archived ? null : each.by,
  }));
  // Records still have what a former owner was pulled as, unless the settings say whose that email is now.
  if (
    archived &&
    pulledAs !== null &&
    own(idByEmail, pulledAs) === undefined &&
    !shown.some((each) => each.email === pulledAs)
  )
    shown.push({ email: pulledAs, by: null });
  const user =
    shown
      .map((each) => users.get(each.email))
      .find((one) => one !== undefined) ?? null;
  return {
    state: archived ? "departed" : user === null ? "without_user" : "matched",
    owner: { id, name: nameOf(owner), email, active: !archived },
    user,
    emails: shown,
    pulledAs,
  };
}

const unowned = (user: ListedUser): ListedOwner => ({
  state: "without_owner",
  owner: null,
  user,
  emails: [{ email: user.email, by: null }],
  pulledAs: null,
});

const isFound = ({ owner, user, emails }: ListedOwner, search: string) =>
  [
    owner?.name,
    owner?.email,
    user?.name,
    ...emails.map(({ email }) => email),
  ].some((text) => text?.toLowerCase().includes(search.toLowerCase()) === true);

const columns = sql`id, email, name, active`;

/** The users with an email of an owner, by email. */
async function usersOf(
  db: Db,
  portalId: PortalId,
  mapped: readonly MappedOwner[],
): Promise<ReadonlyMap<string, ListedUser>> {
  const emails = mapped.flatMap(({ emails: known, pulledAs }) => [
    ...known.map(({ email }) => email),
    ...(pulledAs === null ? [] : [pulledAs]),
  ]);
  const { rows } = await sql<ListedUser>`
    select ${columns} from workspace_user
    where portal_id = ${portalId} and email = any (${[...new Set(emails)]}::text[])`.execute(
    db,
  );
  return new Map(rows.map((user) => [user.email, user]));
}

/** A page of the users whose email is no active owner. */
async function usersWithoutOwner(
  db: Db,
  portalId: PortalId,
  {
    known,
    search,
    after,
    limit,
  }: {
    /** The emails that are. */
    readonly known: readonly string[];
    readonly search: string;
    readonly after: string;
    readonly limit: number;
  },
): Promise<{ users: readonly ListedUser[]; more: boolean }> {
  const { rows } = await sql<ListedUser>`
    select ${columns} from workspace_user
    where portal_id = ${portalId} and email > ${after} and email <> all (${known}::text[])
      and (position(lower(${search}) in email) > 0 or position(lower(${search}) in lower(name)) > 0)
    order by email limit ${limit + 1}`.execute(db);
  return { users: rows.slice(0, limit), more: rows.length > limit };
}

async function withRecords(
  db: Db,
  portalId: PortalId,
  rows: readonly ListedOwner[],
): Promise<ListedWithRecords[]> {
  const emails = rows.flatMap((row) => row.emails.map(({ email }) => email));
  if (emails.length === 0) return rows.map((row) => ({ ...row, records: [] }));
  const owned = await countOwned(db, portalId, [...new Set(emails)]);
  return rows.map((row) => ({
    ...row,
    records: owned.map(({ objectType, counts, atLeast }) => ({
      objectType,
      count: row.emails.reduce(
        (sum, { email }) => sum + (counts.get(email) ?? 0),
        0,
      ),
      atLeast,
    })),
  }));
}
