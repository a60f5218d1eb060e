import { z } from "zod";
import { Portal } from "./crm/portal.ts";
import { CallLimits } from "./limits/call-limits.ts";
import type { LimitSettings } from "./limits/settings.ts";
import { limitSettingsSchema } from "./limits/settings.ts";
import type { PortalUser } from "./portal-users.ts";
import { defaultUsers, portalUserSchema } from "./portal-users.ts";

/** What the app's callback handed out at the end of an install: the key to the app's own API. */
export type InstallationNote = {
  readonly apiKey: string;
  readonly appId: number;
  readonly serverUrl: string;
};

/** Options of a portal that concern the platform; all others are the CRM's own. */
const platformOptionsSchema = z.object({
  limits: limitSettingsSchema.optional(),
  /** Lifetime of access tokens issued from now on; HubSpot's is 1,800. */
  accessTokenSeconds: z.number().positive().optional(),
  /** Scopes that the portal does not let any app have now, whatever was granted: as when a subscription is downgraded. */
  withheldScopes: z.array(z.string()).optional(),
});

export type PortalInput = {
  readonly portalId?: number | undefined;
  readonly users?: readonly z.input<typeof portalUserSchema>[] | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
};

/** A portal and what the platform knows beside its CRM data. */
export class PortalEntry {
  readonly portal: Portal;
  users: readonly PortalUser[];
  readonly deactivatedUsers = new Set<number>();
  limits: CallLimits | null;
  accessTokenSeconds = 1800;
  withheldScopes: ReadonlySet<string> = new Set();
  installation: InstallationNote | null = null;
  #ownSearchLag: number | null = null;

  constructor(
    portal: Portal,
    users: readonly PortalUser[],
    limits: LimitSettings,
  ) {
    this.portal = portal;
    this.users = users;
    this.limits = limitsOf(limits);
  }

  get portalId(): number {
    return this.portal.portalId;
  }

  /** An active user by id, or the first active one. */
  user(userId?: number): PortalUser | null {
    return (
      this.users.find(
        (user) =>
          (userId === undefined || user.id === userId) &&
          !this.deactivatedUsers.has(user.id),
      ) ?? null
    );
  }

  /** Adds an active user. @throws RangeError if the id exists */
  addUser(user: Omit<PortalUser, "id"> & { readonly id?: number }): void {
    const ids = this.users.map(({ id }) => id);
    const added = { ...user, id: user.id ?? Math.max(0, ...ids) + 1 };
    if (ids.includes(added.id)) throw new RangeError(`user ${added.id} exists`);
    this.users = [...this.users, added];
    this.portal.addUser(ownerInput(added));
  }

  /** Changes the given fields of a user. */
  changeUser(userId: number, changes: Partial<Omit<PortalUser, "id">>): void {
    this.users = this.users.map((user) =>
      user.id === userId ? { ...user, ...changes } : user,
    );
    const { superAdmin: _ofNoOwner, ...own } = changes;
    this.portal.changeUser(userId, own);
  }

  /** Ends or restores a user's access. */
  setUserActive(userId: number, active: boolean): void {
    if (active) this.deactivatedUsers.delete(userId);
    else this.deactivatedUsers.add(userId);
    this.portal.setUserActive(userId, active);
  }

  /** Puts another index lag in force (a fault's), or with null the portal's own again: the index catches up at once. */
  overrideSearchLag(searchLagMs: number | null): void {
    if (searchLagMs !== null) {
      this.#ownSearchLag ??= this.portal.options.searchLagMs;
      this.portal.setOptions({ searchLagMs });
    } else if (this.#ownSearchLag !== null) {
      this.portal.setOptions({ searchLagMs: this.#ownSearchLag });
      this.#ownSearchLag = null;
      this.portal.crm.indexLag.settle(Infinity);
    }
  }

  /** Changes options by name. @throws ZodError or TypeError for an option or value that does not exist. */
  setOptions(options: Readonly<Record<string, unknown>>): void {
    const { limits, accessTokenSeconds, withheldScopes, ...crm } = options;
    const own = platformOptionsSchema.parse({
      limits,
      accessTokenSeconds,
      withheldScopes,
    });
    this.portal.setOptions(crm);
    if (own.limits !== undefined) this.limits = limitsOf(own.limits);
    if (own.accessTokenSeconds !== undefined)
      this.accessTokenSeconds = own.accessTokenSeconds;
    if (own.withheldScopes !== undefined)
      this.withheldScopes = new Set(own.withheldScopes);
  }
}

/** All portals of the sandbox. */
export class PortalRegistry {
  /** By portal id. */
  readonly portals = new Map<number, Portal>();
  readonly #entries = new Map<number, PortalEntry>();
  readonly #defaultLimits: LimitSettings;
  readonly #onCreate: (entry: PortalEntry) => void;
  #nextId = 1_000_001;

  constructor(
    defaultLimits: LimitSettings,
    onCreate: (entry: PortalEntry) => void,
  ) {
    this.#defaultLimits = defaultLimits;
    this.#onCreate = onCreate;
  }

  /** @throws ZodError or TypeError for bad input, RangeError for an id that is taken. */
  create(input: PortalInput = {}): PortalEntry {
    const portalId = input.portalId ?? this.#freeId();
    if (this.#entries.has(portalId))
      throw new RangeError(`portal ${portalId} exists`);
    const users =
      input.users && input.users.length > 0
        ? z.array(portalUserSchema).parse(input.users)
        : defaultUsers(portalId);
    const portal = new Portal({
      portalId,
      users: users.map(ownerInput),
    });
    const entry = new PortalEntry(portal, users, this.#defaultLimits);
    entry.setOptions(input.options ?? {});
    this.#entries.set(portalId, entry);
    this.portals.set(portalId, portal);
    this.#onCreate(entry);
    return entry;
  }

  entry(portalId: number): PortalEntry | null {
    return this.#entries.get(portalId) ?? null;
  }

  entries(): readonly PortalEntry[] {
    return [...this.#entries.values()];
  }

  #freeId(): number {
    while (this.#entries.has(this.#nextId)) this.#nextId += 1;
    return this.#nextId++;
  }
}

function ownerInput({ id, email, firstName, lastName }: PortalUser) {
  return { userId: id, email, firstName, lastName };
}

function limitsOf(settings: LimitSettings): CallLimits | null {
  return settings === "unlimited" ? null : new CallLimits(settings);
}
