/** Timers that end with the sandbox: closing it forgets what was to happen later, so no timer outlives a test. */
export class Timers {
  #running = new Set<NodeJS.Timeout>();
  #closed = false;

  /** Runs `action` after `ms` milliseconds; answers a function that calls it off. */
  after(ms: number, action: () => void): () => void {
    if (this.#closed) return () => undefined;
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      action();
    }, ms);
    this.#running.add(timer);
    return () => {
      clearTimeout(timer);
      this.#running.delete(timer);
    };
  }

  /** Resolves after `ms` milliseconds, at once for 0; never when the sandbox closes first. */
  sleep(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
