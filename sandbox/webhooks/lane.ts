import type { PortalEntry } from "../portal-registry.ts";
import { DueQueue } from "./due-queue.ts";
import type { Notification } from "./notification.ts";

/** A notification on its way. */
export type Waiting = {
  readonly entry: PortalEntry;
  readonly notification: Notification;
  readonly attempt: number;
};

/** What waits to be sent of one portal. */
export class Lane {
  #ready: Waiting[] = [];
  #head = 0;
  readonly #delayed = new DueQueue<Waiting>();
  /** Bodies under way. */
  inFlight = 0;
  /** Notifications under way. */
  travelling = 0;

  get readyCount(): number {
    return this.#ready.length - this.#head;
  }

  get waiting(): number {
    return this.readyCount + this.#delayed.size + this.travelling;
  }

  add(item: Waiting, dueAt: number, now: number): void {
    if (dueAt <= now) this.#ready.push(item);
    else this.#delayed.add(item, dueAt);
  }

  /** Makes ready what is due at `now`; Infinity for all. */
  ripen(now: number): void {
    for (;;) {
      const item = this.#delayed.takeDue(now);
      if (item === undefined) return;
      this.#ready.push(item);
    }
  }

  /** When the next delayed one is due, or null. */
  nextDue(): number | null {
    return this.#delayed.nextDue;
  }

  /** Takes at most `size`, in order, or from anywhere when `shuffle` gives random numbers. */
  take(size: number, shuffle: (() => number) | null): readonly Waiting[] {
    const taken: Waiting[] = [];
    while (taken.length < size && this.readyCount > 0) {
      if (shuffle)
        this.#swap(
          this.#head,
          this.#head + Math.floor(shuffle() * this.readyCount),
        );
      const item = this.#ready[this.#head];
      this.#head += 1;
      if (item) taken.push(item);
    }
    if (this.#head > 1024 && this.#head * 2 > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }

  /** Forgets what waits and is not under way. */
  clear(): void {
    this.#ready = [];
    this.#head = 0;
    this.#delayed.clear();
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#ready[one], this.#ready[other]];
    if (first && second) {
      this.#ready[one] = second;
      this.#ready[other] = first;
    }
  }
}
