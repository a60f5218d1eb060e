import type { Response } from "express";
import { setTimeout as pause } from "node:timers/promises";
import type { PortalId } from "../settings/object-type.ts";
import { Problem } from "./problem.ts";

/** What one portal may have in progress at one door of one process. */
export type PortalShare = {
  /** Requests in progress at once, each by its weight. */
  readonly most: number;
  /** Requests that wait for one of those to end; more are refused. */
  readonly waiting: number;
  /** How long a request waits, in milliseconds. */
  readonly waitMs: number;
};

/** How much of its portal's share a request takes. */
export type Load = {
  /** The requests that it counts as. */
  readonly weight: number;
  /** Whether its part of the share rests for as long as it worked: what costs much takes half of the time at most. */
  readonly rests: boolean;
};

const LIGHT: Load = { weight: 1, rests: false };

type Waiter = { readonly weight: number; readonly goOn: () => void };
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
 * A portal's requests at one door: a few at once, a short queue behind them, and a 429 beyond. So the connections and
 * the processor time that all portals share are never taken by the requests of one.
 */
export class RequestsInProgress {
  readonly #share: PortalShare;
  readonly #portals = new Map<PortalId, Portal>();

  constructor(share: PortalShare) {
    this.#share = share;
  }

  /**
   * Resolves when the request may go on, and lets the next one follow when its response has been read or its connection
   * has ended, and not before `work` has ended. Throws a 429 if the queue is full, or if the wait was too long.
   */
  async run<T>(
    portalId: PortalId,
    response: Response,
    work: () => Promise<T>,
    { weight, rests }: Load = LIGHT,
  ): Promise<T> {
    await this.#enter(portalId, response, weight);
    const closed = whenClosed(response);
    const begunAt = performance.now();
    try {
      return await work();
    } finally {
      const worked = performance.now() - begunAt;
      void closed
        .then(() =>
          rests && worked > REST_AFTER_MS
            ? pause(Math.min(worked, LONGEST_REST_MS), null, { ref: false })
            : null,
        )
        .then(() => this.#leave(portalId, weight));
    }
  }

  /** The same for a light request whose work ends with its response. */
  async enter(portalId: PortalId, response: Response): Promise<void> {
    await this.run(portalId, response, () => Promise.resolve());
  }

  async #enter(
    portalId: PortalId,
    response: Response,
    weight: number,
  ): Promise<void> {
    const portal = this.#portals.get(portalId) ?? {
      busy: 0,
      refusing: 0,
      queue: [],
    };
    this.#portals.set(portalId, portal);
    if (portal.queue.length === 0 && this.#fits(portal, weight)) {
      portal.busy += weight;
      return;
    }
    if (portal.queue.length >= this.#share.waiting) {
      await this.#refuse(portalId, portal);
      throw tooMany();
    }
    await this.#wait(portal, response, weight);
  }

  #fits(portal: Portal, weight: number): boolean {
    return portal.busy + weight <= this.#share.most;
  }

  async #refuse(portalId: PortalId, portal: Portal): Promise<void> {
    if (portal.refusing >= MOST_REFUSING) return;
    portal.refusing++;
    await pause(REFUSAL_MS, null, { ref: false });
    portal.refusing--;
    this.#forgetIdle(portalId, portal);
  }

  #wait(portal: Portal, response: Response, weight: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        response.off("close", giveUp);
      };
      const waiter: Waiter = {
        weight,
        goOn: () => {
          end();
          resolve();
        },
      };
      const giveUp = (): void => {
        end();
        portal.queue.splice(portal.queue.indexOf(waiter), 1);
        this.#letFollow(portal);
        reject(tooMany());
      };
      const timer = setTimeout(giveUp, this.#share.waitMs);
      response.once("close", giveUp);
      portal.queue.push(waiter);
    });
  }

  #leave(portalId: PortalId, weight: number): void {
    const portal = this.#portals.get(portalId);
    if (portal === undefined) return;
    portal.busy -= weight;
    this.#letFollow(portal);
    this.#forgetIdle(portalId, portal);
  }

  #letFollow(portal: Portal): void {
    for (;;) {
      const [next] = portal.queue;
      if (next === undefined || !this.#fits(portal, next.weight)) return;
      portal.queue.shift();
      portal.busy += next.weight;
      next.goOn();
    }
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
