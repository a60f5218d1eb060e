/** One line of the count. `status` 0 means a call that got no answer: refused, dropped, or left hanging. */
export type RequestRow = {
  readonly portalId: number | null;
  readonly method: string;
  /** The route's template, not the path as sent, so that rows stay few. */
  readonly path: string;
  readonly status: number;
  readonly count: number;
};

type Counter = {
  readonly portalId: number | null;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  count: number;
};

/** Counts the calls that were made to HubSpot's own paths, by portal, method, template and status. */
export class RequestCounts {
  #counters = new Map<string, Counter>();

  record(
    portalId: number | null,
    method: string,
    path: string,
    status: number,
  ): void {
    const key = `${portalId} ${method} ${path} ${status}`;
    const counter = this.#counters.get(key);
    if (counter) counter.count += 1;
    else this.#counters.set(key, { portalId, method, path, status, count: 1 });
  }

  rows(): readonly RequestRow[] {
    return [...this.#counters.values()].map((counter) => ({ ...counter }));
  }

  clear(): void {
    this.#counters.clear();
  }
}
