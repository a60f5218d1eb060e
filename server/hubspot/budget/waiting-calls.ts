import { CancelledError } from "../errors.ts";
import type { Priority } from "../gateway.ts";
import type { Wish } from "./rolling-log.ts";

export type Waiter = {
  readonly priority: Priority;
  readonly signal?: AbortSignal | undefined;
  /** Epoch ms after which there is no point in being granted. */
  readonly until: number;
};

type Entry = Waiter & {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

/** The calls of this process that wait for one limit of one portal: first come, first granted, within a priority. */
export class WaitingCalls {
  readonly #entries = new Set<Entry>();
  #wake: () => void = () => undefined;

  get empty(): boolean {
    return this.#entries.size === 0;
  }

  get wish(): Wish {
    const wish = { interactive: 0, bulk: 0 };
    for (const { priority } of this.#entries) wish[priority]++;
    return wish;
  }

  /** Resolves when granted; rejects when refused, or as soon as the signal aborts. */
  add(waiter: Waiter): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const { signal } = waiter;
    const entry = { ...waiter, resolve: turn.resolve, reject: turn.reject };
    const cancel = (): void => {
      this.#entries.delete(entry);
      turn.reject(new CancelledError(signal?.reason));
      this.#wake();
    };
    if (signal?.aborted) {
      turn.reject(new CancelledError(signal.reason));
      return turn.promise;
    }
    signal?.addEventListener("abort", cancel, { once: true });
    this.#entries.add(entry);
    this.#wake();
    return turn.promise.finally(() =>
      signal?.removeEventListener("abort", cancel),
    );
  }

  grant(granted: Wish): void {
    const left = { ...granted };
    for (const entry of this.#entries) {
      if (left[entry.priority] === 0) continue;
      left[entry.priority]--;
      this.#entries.delete(entry);
      entry.resolve();
    }
  }

  /** Refuses those for whom `free`, epoch ms, is too late. */
  refuseBefore(free: number, error: () => Error): void {
    for (const entry of this.#entries) {
      if (entry.until >= free) continue;
      this.#entries.delete(entry);
      entry.reject(error());
    }
  }

  refuseAll(error: Error): void {
    for (const entry of this.#entries) entry.reject(error);
    this.#entries.clear();
  }

  /** Resolves after `ms`, or when a call joins or leaves. */
  async change(ms: number): Promise<void> {
    const woken = Promise.withResolvers<void>();
    const timer = setTimeout(woken.resolve, ms);
    this.#wake = woken.resolve;
    await woken.promise;
    clearTimeout(timer);
    this.#wake = () => undefined;
  }
}
