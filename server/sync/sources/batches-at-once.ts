/**
 * Batches of ids that are worked on side by side, at most `most`: the next one starts when any of them ends, so that
 * none waits for the slowest. After a failure none starts; it is thrown when all have ended.
 */
export class BatchesAtOnce<Id> {
  readonly #most: number;
  readonly #running = new Map<Promise<void>, readonly Id[]>();
  #failure: { readonly error: unknown } | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  /** The ids that are being worked on. */
  get ids(): readonly Id[] {
    return [...this.#running.values()].flat();
  }

  /** Waits for a free place, then starts a batch and returns. Throws if one has failed. */
  async start(
    ids: readonly Id[],
    work: (ids: readonly Id[]) => Promise<void>,
  ): Promise<void> {
    await this.room();
    if (this.#failure !== null) await this.end();
    const running = work(ids).then(
      () => void this.#running.delete(running),
      (error: unknown) => {
        this.#running.delete(running);
        this.#failure ??= { error };
      },
    );
    this.#running.set(running, ids);
  }

  /** Waits until a place is free. */
  async room(): Promise<void> {
    while (this.#running.size >= this.#most)
      await Promise.race(this.#running.keys());
  }

  /** Waits for all. Throws what the first that failed threw. */
  async end(): Promise<void> {
    await Promise.all(this.#running.keys());
    if (this.#failure !== null) throw this.#failure.error;
  }
}
