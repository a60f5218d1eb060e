/** What waits for its time, the earliest first, and of one time the first that came: a binary heap, so that a burst of any size stays cheap. */
export class DueQueue<T> {
  #heap: Entry<T>[] = [];
  #came = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the earliest is due, or null. */
  get nextDue(): number | null {
    return this.#heap[0]?.dueAt ?? null;
  }

  add(item: T, dueAt: number): void {
    const heap = this.#heap;
    const entry = { item, dueAt, came: this.#came++ };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !before(entry, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  /** Takes the earliest if it is due at `now`. */
  takeDue(now: number): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.dueAt > now) return undefined;
    const last = heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first.item;
  }

  clear(): void {
    this.#heap = [];
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (left === undefined) break;
      const goesRight = right !== undefined && before(right, left);
      const child = goesRight ? right : left;
      if (!before(child, entry)) break;
      heap[at] = child;
      at = 2 * at + (goesRight ? 2 : 1);
    }
    heap[at] = entry;
  }
}

type Entry<T> = {
  readonly item: T;
  readonly dueAt: number;
  readonly came: number;
};

function before(one: Entry<unknown>, other: Entry<unknown>): boolean {
  return (
    one.dueAt < other.dueAt ||
    (one.dueAt === other.dueAt && one.came < other.came)
  );
}
