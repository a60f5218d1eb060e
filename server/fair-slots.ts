/** A wish for one slot. */
export type SlotWish<Key> = {
  /** Whose share the slot counts against; null: nobody's, for short work that serves all. */
  readonly key: Key | null;
  /** Served before those that are not, and from the slots that are kept free for it. */
  readonly urgent?: boolean;
  /** Epoch ms after which a slot is of no use. */
  readonly until: number;
  readonly signal?: AbortSignal | undefined;
};

type Waiter<Key> = {
  readonly key: Key | null;
  readonly urgent: boolean;
  readonly grant: () => void;
};

/**
 * Whether someone who has `held` of the slots may take another while `free` are left: at most half of what is free. So
 * one alone gets a third of all slots, and the more are taken, the less each newcomer needs to find one.
 */
export function mayTakeAnother(held: number, free: number): boolean {
  return free > 0 && held < Math.max(1, Math.ceil(free / 2));
}

/** A fixed number of slots, of which no key can take so many that another key finds none. */
export class FairSlots<Key> {
  readonly #total: number;
  readonly #forUrgent: number;
  readonly #held = new Map<Key, number>();
  readonly #waiting = new Set<Waiter<Key>>();
  #taken = 0;

  /** @param forUrgent how many of `total` are left to urgent wishes */
  constructor(total: number, forUrgent = 0) {
    this.#total = total;
    this.#forUrgent = forUrgent;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves with the function that gives the slot back, to be called once; with null when there was none by `until`, or
   * when the signal aborted first. First come, first served, among those that may take one.
   */
  take(wish: SlotWish<Key>): Promise<(() => void) | null> {
    const { key, urgent = false, until, signal } = wish;
    const turn = Promise.withResolvers<(() => void) | null>();
    let timer: NodeJS.Timeout | undefined;
    const leave = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      this.#waiting.delete(waiter);
    };
    const giveUp = (): void => {
      leave();
      turn.resolve(null);
    };
    const waiter: Waiter<Key> = {
      key,
      urgent,
      grant: () => {
        leave();
        this.#count(key, 1);
        turn.resolve(() => {
          this.#count(key, -1);
          this.#grant();
        });
      },
    };
    if (signal?.aborted) {
      turn.resolve(null);
      return turn.promise;
    }
    this.#waiting.add(waiter);
    this.#grant();
    if (this.#waiting.has(waiter)) {
      timer = setTimeout(giveUp, Math.max(0, until - Date.now()));
      signal?.addEventListener("abort", giveUp, { once: true });
    }
    return turn.promise;
  }

  #grant(): void {
    for (const urgent of [true, false])
      for (const waiter of this.#waiting)
        if (waiter.urgent === urgent && this.#mayTake(waiter)) waiter.grant();
  }

  #mayTake({ key, urgent }: Waiter<Key>): boolean {
    const free = this.#total - this.#taken - (urgent ? 0 : this.#forUrgent);
    return key === null
      ? free > 0
      : mayTakeAnother(this.#held.get(key) ?? 0, free);
  }

  #count(key: Key | null, change: 1 | -1): void {
    this.#taken += change;
    if (key === null) return;
    const held = (this.#held.get(key) ?? 0) + change;
    if (held === 0) this.#held.delete(key);
    else this.#held.set(key, held);
  }
}
