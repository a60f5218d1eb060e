/** Allows `max` calls in any `intervalMs` milliseconds. Refused calls do not count. Constant time and memory. */
export class RollingWindow {
  readonly max: number;
  readonly intervalMs: number;
  #times: Float64Array;
  #oldest = 0;
  #count = 0;

  constructor(max: number, intervalMs: number) {
    this.max = max;
    this.intervalMs = intervalMs;
    this.#times = new Float64Array(max);
  }

  /** Takes one call at `now` (milliseconds, never going back); false when the window is full. */
  take(now: number): boolean {
    this.#forget(now);
    if (this.#count >= this.max) return false;
    this.#times[(this.#oldest + this.#count) % this.max] = now;
    this.#count += 1;
    return true;
  }

  remaining(now: number): number {
    this.#forget(now);
    return this.max - this.#count;
  }

  #forget(now: number): void {
    while (
      this.#count > 0 &&
      (this.#times[this.#oldest] ?? 0) <= now - this.intervalMs
    ) {
      this.#oldest = (this.#oldest + 1) % this.max;
      this.#count -= 1;
    }
  }
}
