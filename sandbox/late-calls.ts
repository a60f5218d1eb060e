import type { Timers } from "./timers.ts";

/** Calls whose sender has been told nothing, or a failure, and which are still to be carried out. */
export class LateCalls {
  readonly #timers: Timers;
  #waiting = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** How many have not landed yet. */
  get waiting(): number {
    return this.#waiting;
  }

  after(ms: number, perform: () => void): void {
    this.#waiting += 1;
    this.#timers.after(ms, () => {
      this.#waiting -= 1;
      perform();
    });
  }
}
