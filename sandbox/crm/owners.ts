import { isoTime } from "./time.ts";

/** A HubSpot user of the portal. Each has an owner, which is what properties refer to. */
export type User = {
  readonly userId: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
};

export type UserInput = Partial<User>;

/** A named group of users. */
export type Team = { readonly id: string; readonly name: string };

/** A team that a user is in. */
export type Membership = Team & { readonly primary: boolean };

export type Owner = {
  readonly id: string;
  email: string;
  readonly type: "PERSON";
  firstName: string;
  lastName: string;
  readonly userId: number;
  readonly createdAt: number;
  updatedAt: number;
  archived: boolean;
  teams: readonly Membership[];
};

/** The users and owners of one portal. Owner ids and user ids differ, so that taking one for the other shows. */
export class OwnerList {
  private readonly all: Owner[] = [];
  private readonly teams = new Map<string, Team>();

  constructor(users: readonly UserInput[], at: number) {
    const wanted =
      users.length > 0
        ? users
        : [
            { firstName: "Ada", lastName: "Admin" },
            { firstName: "Sam", lastName: "Seller" },
          ];
    for (const user of wanted) this.add(user, at);
  }

  get users(): readonly User[] {
    return this.all.map(({ userId, email, firstName, lastName }) => ({
      userId,
      email,
      firstName,
      lastName,
    }));
  }

  get owners(): readonly Owner[] {
    return this.all;
  }

  /** Adds a user. Returns the user's owner. */
  add(user: UserInput, at: number): Owner {
    const index = this.all.length;
    const owner: Owner = {
      id: String(88_000_001 + index),
      userId: user.userId ?? 701 + index,
      email:
        user.email ??
        `${(user.firstName ?? `user${String(index + 1)}`).toLowerCase()}@portal.example`,
      firstName: user.firstName ?? "User",
      lastName: user.lastName ?? String(index + 1),
      type: "PERSON",
      createdAt: at,
      updatedAt: at,
      archived: false,
      teams: [],
    };
    this.all.push(owner);
    return owner;
  }

  /** By owner id, archived ones too. */
  find(id: string): Owner | undefined {
    return this.all.find((owner) => owner.id === id);
  }

  /** By user id, archived ones too. */
  findByUser(userId: number): Owner | undefined {
    return this.all.find((owner) => owner.userId === userId);
  }

  /** Ends or restores a user's access. The owner of an inactive user is archived; objects keep the owner's id. */
  setActive(owner: Owner, active: boolean, at: number): void {
    owner.archived = !active;
    owner.updatedAt = at;
  }

  /** Changes the given fields of a user. */
  change(owner: Owner, changes: Omit<UserInput, "userId">, at: number): void {
    Object.assign(owner, changes, { updatedAt: at });
  }

  /** Replaces a user's teams. A new name creates a team. */
  setTeams(
    owner: Owner,
    memberships: readonly {
      readonly name: string;
      readonly primary: boolean;
    }[],
    at: number,
  ): void {
    owner.teams = memberships.map(({ name, primary }) => ({
      ...this.team(name),
      primary,
    }));
    owner.updatedAt = at;
  }

  private team(name: string): Team {
    const team = this.teams.get(name) ?? {
      id: String(3_001 + this.teams.size),
      name,
    };
    this.teams.set(name, team);
    return team;
  }
}

/** Returns an owner as the API shows it, without `teams` if there are none. */
export function ownerView(owner: Owner): Readonly<Record<string, unknown>> {
  return {
    id: owner.id,
    email: owner.email,
    type: owner.type,
    firstName: owner.firstName,
    lastName: owner.lastName,
    userId: owner.archived ? null : owner.userId,
    userIdIncludingInactive: owner.userId,
    createdAt: isoTime(owner.createdAt),
    updatedAt: isoTime(owner.updatedAt),
    archived: owner.archived,
    ...(owner.teams.length === 0 ? {} : { teams: owner.teams }),
  };
}
