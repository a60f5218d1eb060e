/**
 * Bytes of request bodies that one process holds at once. A signature covers its body, so a body is read before anybody
 * knows who sent it: without a bound, unsigned requests fill the memory. Eight webhooks of the greatest size.
 */
export const BODIES_BYTES = 64 * 1024 * 1024;
/** Of those, the bytes of one address: no sender takes all of them. Three webhooks of the greatest size. */
export const BODIES_BYTES_OF_ONE_ADDRESS = 24 * 1024 * 1024;

/** Counts the bytes of bodies that are being read or worked on. */
export class BodyBudget {
  readonly #total: number;
  readonly #ofOneAddress: number;
  readonly #byAddress = new Map<string, number>();
  #held = 0;

  constructor(
    total = BODIES_BYTES,
    ofOneAddress = BODIES_BYTES_OF_ONE_ADDRESS,
  ) {
    this.#total = total;
    this.#ofOneAddress = ofOneAddress;
  }

  /** Whether `bytes` more of this address would fit now. */
  hasRoom(address: string, bytes: number): boolean {
    return (
      this.#held + bytes <= this.#total &&
      this.#heldBy(address) + bytes <= this.#ofOneAddress
    );
  }

  /** Takes `bytes` for a body of this address, or returns false and takes nothing. */
  take(address: string, bytes: number): boolean {
    if (!this.hasRoom(address, bytes)) return false;
    this.#held += bytes;
    this.#byAddress.set(address, this.#heldBy(address) + bytes);
    return true;
  }

  /** Gives back what `take` took. */
  release(address: string, bytes: number): void {
    this.#held -= bytes;
    const left = this.#heldBy(address) - bytes;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }

  #heldBy(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }
}
