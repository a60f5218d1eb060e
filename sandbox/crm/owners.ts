/** A HubSpot user of the portal. Each has an owner, which is what properties refer to. */
export type User = {
  readonly userId: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
};

export type UserInput = Partial<User>;

export type Owner = {
  readonly id: string;
  readonly email: string;
  readonly type: "PERSON";
  readonly firstName: string;
  readonly lastName: string;
  readonly userId: number;
  readonly createdAt: number;
  updatedAt: number;
  archived: boolean;
};

/** The users and owners of one portal. Owner ids and user ids differ, so that taking one for the other shows. */
export class OwnerList {
  readonly users: readonly User[];
  readonly owners: readonly Owner[];

  constructor(users: readonly UserInput[], at: number) {
    const wanted =
      users.length > 0
        ? users
        : [
            { firstName: "Ada", lastName: "Admin" },
            { firstName: "Sam", lastName: "Seller" },
          ];
    this.users = wanted.map((user, index) => ({
      userId: user.userId ?? 701 + index,
      email:
        user.email ??
        `${(user.firstName ?? `user${String(index + 1)}`).toLowerCase()}@portal.example`,
      firstName: user.firstName ?? "User",
      lastName: user.lastName ?? String(index + 1),
    }));
    this.owners = this.users.map((user, index) => ({
      ...user,
      id: String(88_000_001 + index),
      type: "PERSON" as const,
      createdAt: at,
      updatedAt: at,
      archived: false,
    }));
  }

  /** By owner id, archived ones too. */
  find(id: string): Owner | undefined {
    return this.owners.find((owner) => owner.id === id);
  }

  /** By user id, archived ones too. */
  findByUser(userId: number): Owner | undefined {
    return this.owners.find((owner) => owner.userId === userId);
  }

  /** Ends a user's access: the owner is archived, and objects keep naming it. Answers whether there was such a user. */
  deactivate(userId: number, at: number): boolean {
    const owner = this.findByUser(userId);
    if (owner === undefined) return false;
    owner.archived = true;
    owner.updatedAt = at;
    return true;
  }
}

/** An owner as the API answers it. */
export function ownerView(owner: Owner): Readonly<Record<string, unknown>> {
  return {
    id: owner.id,
    email: owner.email,
    type: owner.type,
    firstName: owner.firstName,
    lastName: owner.lastName,
    userId: owner.archived ? null : owner.userId,
    userIdIncludingInactive: owner.userId,
    createdAt: new Date(owner.createdAt).toISOString(),
    updatedAt: new Date(owner.updatedAt).toISOString(),
    archived: owner.archived,
    teams: [],
  };
}
