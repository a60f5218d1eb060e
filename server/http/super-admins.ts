import { HubSpotError } from "../hubspot/errors.ts";
import type { PortalId } from "../settings/object-type.ts";
import { refusalToSave } from "../sync/people/pure/actor.ts";
import type { Asker } from "./asker.ts";
import type { HttpDependencies } from "./dependencies.ts";

/** The optional scope with which HubSpot says who is a super admin. */
export const USERS_SCOPE = "settings.users.read";

/** How long an answer of HubSpot's counts, in milliseconds: the page asks every minute, and a save follows its check. */
const FRESH_MS = 60_000;
/** HubSpot gives up on the page's requests after 15 s. */
const DEADLINE_MS = 4_000;
/** Answers that are kept in one process, of all portals. */
const MOST_KEPT = 10_000;

/**
 * Who of a HubSpot account is a super admin. HubSpot is asked only if the account has granted that, and only about people
 * who may not change settings anyway.
 */
export class SuperAdmins {
  readonly #hubspot: Pick<HttpDependencies["hubspot"], "portal">;
  readonly #log: Pick<HttpDependencies["log"], "info">;
  readonly #known = new Map<string, { is: boolean; until: number }>();

  constructor({ hubspot, log }: Pick<HttpDependencies, "hubspot" | "log">) {
    this.#hubspot = hubspot;
    this.#log = log;
  }

  /** Returns the same person with what HubSpot says; unchanged if that doesn't matter. */
  async look(asker: Asker): Promise<Asker> {
    const { portalId, user, actor, installation } = asker;
    if (
      actor.kind !== "person" ||
      !installation.scopes.includes(USERS_SCOPE) ||
      refusalToSave(actor, installation.syncUser) === null
    )
      return asker;
    const isSuperAdmin = await this.#is(portalId, user.id);
    return { ...asker, actor: { ...actor, isSuperAdmin } };
  }

  async #is(portalId: PortalId, userId: number): Promise<boolean | null> {
    const key = `${portalId}:${userId}`;
    const known = this.#known.get(key);
    if (known !== undefined && known.until > Date.now()) return known.is;
    try {
      const is = await this.#hubspot.portal(portalId).isSuperAdmin(userId, {
        priority: "interactive",
        deadlineMs: DEADLINE_MS,
      });
      if (this.#known.size >= MOST_KEPT) this.#known.clear();
      this.#known.set(key, { is, until: Date.now() + FRESH_MS });
      return is;
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error;
      this.#log.info(
        { portalId, err: error },
        "HubSpot didn't say whether a user is a super admin",
      );
      return null;
    }
  }
}
