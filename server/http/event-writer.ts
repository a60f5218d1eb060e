import type { Database } from "../database/database.ts";
import { storeEvents } from "./store-events.ts";
import type { RoutedEvent } from "./webhook-event.ts";

/** One webhook body: its text, a JSON array, and beside each of its events where it belongs, or null to pass it by. */
export type WebhookBody = {
  text: string;
  events: readonly unknown[];
  routes: readonly (RoutedEvent | null)[];
};

type Waiting = {
  body: WebhookBody;
  stored: () => void;
  failed: (reason: unknown) => void;
};

/** Statements under way at once; more would only take connections from cards and workers. */
const STATEMENTS = 2;
/** Events of one statement: beyond this, larger ones are no faster (62,000 rows/s against 54,000 at 100). */
const MAX_EVENTS = 1_000;
const MAX_CHARACTERS = 4_000_000;

/**
 * Writes webhook bodies to the inbox. Each is one insert when it comes alone; those that arrive while inserts are under
 * way share the next one, so that a burst costs fewer transactions and none of them waits for a timer.
 */
export class EventWriter {
  readonly #database: Database;
  readonly #count: (stored: number, unknownPortal: number) => void;
  readonly #waiting: Waiting[] = [];
  #underWay = 0;

  constructor(
    database: Database,
    count: (stored: number, unknownPortal: number) => void,
  ) {
    this.#database = database;
    this.#count = count;
  }

  /** Resolves when the body's events are durable; rejects when they are not. */
  store(body: WebhookBody): Promise<void> {
    return new Promise((stored, failed) => {
      this.#waiting.push({ body, stored, failed });
      this.#next();
    });
  }

  #next(): void {
    if (this.#underWay >= STATEMENTS || this.#waiting.length === 0) return;
    const group = this.#takeGroup();
    this.#underWay++;
    void this.#write(group).finally(() => {
      this.#underWay--;
      this.#next();
    });
  }

  #takeGroup(): Waiting[] {
    let events = 0;
    let characters = 0;
    let size = 0;
    for (const { body } of this.#waiting) {
      events += body.events.length;
      characters += body.text.length;
      if (size > 0 && (events > MAX_EVENTS || characters > MAX_CHARACTERS))
        break;
      size++;
    }
    return this.#waiting.splice(0, size);
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#insert(group.map(({ body }) => body));
      for (const { stored } of group) stored();
    } catch (error) {
      const [only, ...more] = group;
      if (more.length === 0) {
        only?.failed(error);
        return;
      }
      // One body that Postgres refuses must not take its neighbours along.
      for (const each of group) await this.#write([each]);
    }
  }

  async #insert(bodies: readonly WebhookBody[]): Promise<void> {
    const routes = bodies.flatMap((body) => body.routes);
    const stored = await storeEvents(this.#database, bodies, routes);
    const usable = routes.reduce((sum, route) => sum + (route ? 1 : 0), 0);
    this.#count(stored, usable - stored);
  }
}
