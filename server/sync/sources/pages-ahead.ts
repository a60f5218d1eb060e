import type { ListPage } from "../../hubspot/gateway.ts";
import { valuesLength } from "../../hubspot/response-bytes.ts";
import { PASS_BYTES } from "../pairs/pass-bytes.ts";

/** The most pages that one pass takes, and the most that wait for one. */
const mostPages = 3;

/**
 * The pages of a list, each asked for as soon as the one before it has named it, while earlier ones are worked on. At
 * most three wait, and no more once they have as many values as a pass works on.
 */
export class PagesAhead {
  readonly #fetch: (after: string | undefined) => Promise<ListPage>;
  readonly #goesOn: () => boolean;
  readonly #waiting: ListPage[] = [];
  #next: { readonly after: string | undefined } | null;
  #fetching: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  /** @param goesOn whether a further page may be asked for; the first one always is */
  constructor(
    after: string | undefined,
    fetch: (after: string | undefined) => Promise<ListPage>,
    goesOn: () => boolean,
  ) {
    this.#next = { after };
    this.#fetch = fetch;
    this.#goesOn = goesOn;
    this.#ask();
  }

  /**
   * Waits for one page and returns it with those that have come already: as many as one pass works on. Empty at the
   * end. Throws what the request of the next page threw, once the pages before it were taken.
   */
  async take(): Promise<readonly ListPage[]> {
    while (this.#waiting.length === 0 && this.#fetching !== null)
      await this.#fetching;
    if (this.#waiting.length === 0 && this.#failure !== null)
      throw this.#failure.error;
    const taken: ListPage[] = this.#waiting.splice(0, 1);
    while (
      this.#waiting[0] !== undefined &&
      bytesOf([...taken, this.#waiting[0]]) <= PASS_BYTES
    )
      taken.push(...this.#waiting.splice(0, 1));
    this.#proceed();
    return taken;
  }

  #proceed(): void {
    if (
      this.#fetching === null &&
      this.#waiting.length < mostPages &&
      bytesOf(this.#waiting) < PASS_BYTES &&
      this.#goesOn()
    )
      this.#ask();
  }

  #ask(): void {
    if (this.#next === null) return;
    const { after } = this.#next;
    this.#next = null;
    this.#fetching = this.#fetch(after).then(
      (page) => {
        this.#fetching = null;
        this.#waiting.push(page);
        if (page.next !== null) this.#next = { after: page.next };
        this.#proceed();
      },
      (error: unknown) => {
        this.#fetching = null;
        this.#failure = { error };
      },
    );
  }
}

const bytesOf = (pages: readonly ListPage[]): number =>
  pages.reduce((sum, { objects }) => sum + valuesLength(objects), 0);
