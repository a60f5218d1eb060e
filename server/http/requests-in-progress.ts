import type { Response } from "express";
import { setTimeout as pause } from "node:timers/promises";
import type { PortalId } from "../settings/object-type.ts";
import type { ActivePortals } from "./active-portals.ts";
import { Problem } from "./problem.ts";

/** What one portal may have in progress of one kind of requests, in one process. */
export type PortalShare = {
  /** Requests in progress at once, of a portal that is alone. */
  readonly most: number;
  /** The same while others are active: so few that their requests go on beside these, and beside the jobs that these cause. */
  readonly mostBesideOthers: number;
  /** Requests that wait for one of those to end; more are refused. */
  readonly waiting: number;
  /** How long a request waits, in milliseconds. */
  readonly waitMs: number;
  /** How many times as long as it worked a place rests before the next request gets it, if the work was long. */
  readonly rests: number;
};

type Waiter = { readonly goOn: () => void };
type Portal = { busy: number; refusing: number; readonly queue: Waiter[] };

/** Work that took less is not followed by a rest, in milliseconds. */
const REST_AFTER_MS = 100;
/** No rest is longer, in milliseconds: a request may have waited for a lock, and not worked. */
const LONGEST_REST_MS = 2_000;
/** How long a refusal takes, in milliseconds: a client that repeats at once waits as one that is served does. */
const REFUSAL_MS = 500;
/** Refusals of one portal that take their time; those beyond come at once. */
const MOST_REFUSING = 200;

/**
 * A portal's requests of one kind: a few at once (fewer while others are active), a short queue behind them, and a 429
 * beyond. So the connections and the processor time that all portals share are never taken by the requests of one.
 */
export class RequestsInProgress {
  readonly #share: PortalShare;
  readonly #active: ActivePortals;
  readonly #portals = new Map<PortalId, Portal>();

  /** @param active who is active in this process, whatever kind of requests it sends */
  constructor(share: PortalShare, active: ActivePortals) {
    this.#share = share;
    this.#active = active;
  }

  /**
   * Resolves when the request may go on, and lets the next one follow when its response has been read or its connection
   * has ended, and not before `work` has ended. Throws a 429 if the queue is full, or if the wait was too long.
   */
  async run<T>(
    portalId: PortalId,
    response: Response,
    work: () => Promise<T>,
  ): Promise<T> {
    await this.#enter(portalId, response);
    const closed = whenClosed(response);
    const begunAt = performance.now();
    try {
      return await work();
    } finally {
      const worked = performance.now() - begunAt;
      void closed
        .then(() =>
          worked > REST_AFTER_MS
            ? pause(
                Math.min(worked * this.#share.rests, LONGEST_REST_MS),
                null,
                { ref: false },
              )
            : null,
        )
        .then(() => this.#leave(portalId));
    }
  }

  /** The same for a request whose work ends with its response. */
  async enter(portalId: PortalId, response: Response): Promise<void> {
    await this.run(portalId, response, () => Promise.resolve());
  }

  async #enter(portalId: PortalId, response: Response): Promise<void> {
    this.#active.saw(portalId);
    const portal = this.#portals.get(portalId) ?? {
      busy: 0,
      refusing: 0,
      queue: [],
    };
    this.#portals.set(portalId, portal);
    if (portal.queue.length === 0 && portal.busy < this.#most(portalId)) {
      portal.busy++;
      return;
    }
    // As many as a portal may send at once, whoever else is active.
    const { most, waiting } = this.#share;
    if (portal.busy + portal.queue.length >= most + waiting) {
      await this.#refuse(portalId, portal);
      throw tooMany();
    }
    await this.#wait(portal, response);
  }

  #most(portalId: PortalId): number {
    return this.#active.hasOthersThan(portalId)
      ? this.#share.mostBesideOthers
      : this.#share.most;
  }

  async #refuse(portalId: PortalId, portal: Portal): Promise<void> {
    if (portal.refusing >= MOST_REFUSING) return;
    portal.refusing++;
    await pause(REFUSAL_MS, null, { ref: false });
    portal.refusing--;
    this.#forgetIdle(portalId, portal);
  }

  #wait(portal: Portal, response: Response): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        response.off("close", giveUp);
      };
      const waiter: Waiter = {
        goOn: () => {
          end();
          resolve();
        },
      };
      const giveUp = (): void => {
        end();
        portal.queue.splice(portal.queue.indexOf(waiter), 1);
        reject(tooMany());
      };
      const timer = setTimeout(giveUp, this.#share.waitMs);
      response.once("close", giveUp);
      portal.queue.push(waiter);
    });
  }

  #leave(portalId: PortalId): void {
    const portal = this.#portals.get(portalId);
    if (portal === undefined) return;
    portal.busy--;
    // None, one, or some: others may have come or gone meanwhile.
    while (portal.busy < this.#most(portalId)) {
      const next = portal.queue.shift();
      if (next === undefined) break;
      portal.busy++;
      next.goOn();
    }
    this.#forgetIdle(portalId, portal);
  }

  #forgetIdle(portalId: PortalId, portal: Portal): void {
    if (portal.busy + portal.refusing + portal.queue.length === 0)
      this.#portals.delete(portalId);
  }
}

/** A client that does not read its response has this long between two reads, in milliseconds. */
const STALLED_MS = 60_000;

function whenClosed(response: Response): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed) {
      resolve();
      return;
    }
    response.once("close", resolve);
    response.once("prefinish", () => response.setTimeout(STALLED_MS));
  });
}

function tooMany(): Problem {
  return new Problem(
    429,
    "too_many_in_progress",
    "This HubSpot account has too many requests in progress. Wait for some of them to finish, then try again.",
    {},
    { "Retry-After": "1" },
  );
}
