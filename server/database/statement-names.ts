import { createHash } from "node:crypto";

/** Statements remembered; those beyond are sent unprepared. Ours are some two hundred. */
const MOST_STATEMENTS = 1_000;

/**
 * Names for statements that are asked a second time: lists of unforeseen length make statements that never come again.
 * A name is a hash of its statement, so that a pooler, which hands our sessions to other processes, can never execute
 * another statement under it.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #seenOnce = new Set<string>();
  #off: boolean;

  constructor(off = false) {
    this.#off = off;
  }

  /** No more names: what has one from now on is sent whole. Returns false if that was so before. */
  turnOff(): boolean {
    const wasOn = !this.#off;
    this.#off = true;
    return wasOn;
  }

  /** The name to prepare a statement under; undefined: send it unprepared. */
  of(text: string): string | undefined {
    if (this.#off) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size >= MOST_STATEMENTS) return undefined;
    if (!this.#seenOnce.delete(text)) {
      if (this.#seenOnce.size >= MOST_STATEMENTS) this.#seenOnce.clear();
      this.#seenOnce.add(text);
      return undefined;
    }
    const name = `s${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
    this.#names.set(text, name);
    return name;
  }
}
