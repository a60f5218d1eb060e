/**
 * The result of work for all who ask while it is made, and for a while after: a flood of questions costs what one does.
 */
export class SharedAnswer<Answer> {
  readonly #make: () => Promise<Answer>;
  readonly #freshMs: number;
  #made: Promise<Answer> | null = null;

  /** @param freshMs how long a result is good for once it is there, in milliseconds; one that failed is good for nobody */
  constructor(make: () => Promise<Answer>, freshMs: number) {
    this.#make = make;
    this.#freshMs = freshMs;
  }

  get(): Promise<Answer> {
    if (this.#made !== null) return this.#made;
    const made = this.#make();
    this.#made = made;
    const forget = (): void => {
      if (this.#made === made) this.#made = null;
    };
    made.then(() => {
      if (this.#freshMs > 0) setTimeout(forget, this.#freshMs).unref();
      else forget();
    }, forget);
    return made;
  }
}
