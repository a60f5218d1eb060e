import type { PortalId } from "../settings/object-type.ts";

/** How long after a request of its own a portal counts as active, in milliseconds. */
const ACTIVE_MS = 60_000;

type Seen = { readonly portalId: PortalId; readonly at: number };

/** Which portals have sent requests to this process lately: a portal that is alone may have more in progress. */
export class ActivePortals {
  #last: Seen | undefined;
  /** The last request of any other portal than that one. */
  #before: Seen | undefined;

  /** A request of the portal has come. */
  saw(portalId: PortalId): void {
    if (this.#last?.portalId !== portalId) this.#before = this.#last;
    this.#last = { portalId, at: performance.now() };
  }

  /** Whether another portal has sent a request within the last minute. */
  hasOthersThan(portalId: PortalId): boolean {
    const other = this.#last?.portalId === portalId ? this.#before : this.#last;
    return other !== undefined && performance.now() - other.at < ACTIVE_MS;
  }
}
