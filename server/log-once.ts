/** A line of one subject is written at most this often; the next one says how many were left out. */
export const LOG_EVERY_MS = 60_000;
/** Subjects remembered at once: beyond that the oldest is forgotten, and may be logged early. */
const MOST_SUBJECTS = 10_000;

type Seen = { at: number; leftOut: number };

/** Keeps a log readable where the same thing fails many times a second: one line per subject and minute. */
export class LogOnce {
  readonly #seen = new Map<string, Seen>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Calls `write` unless it did so for this subject within the last minute; `leftOut` is how often it did not since.
   * A subject is a cause and whom it concerns, such as `token_key 4711`.
   */
  write(subject: string, write: (more: { leftOut?: number }) => void): void {
    const seen = this.#seen.get(subject);
    const now = this.#now();
    if (seen && now - seen.at < LOG_EVERY_MS) {
      seen.leftOut++;
      return;
    }
    this.#seen.delete(subject);
    this.#seen.set(subject, { at: now, leftOut: 0 });
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= MOST_SUBJECTS) break;
      this.#seen.delete(oldest);
    }
    write(seen && seen.leftOut > 0 ? { leftOut: seen.leftOut } : {});
  }
}
