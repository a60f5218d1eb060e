/**
 * The most bytes of values that a pass works on: of its records, of the bases of their links, and of its objects, each.
 * A pass has every value several times at once (parsed, decided, in its statements, and in its calls), some passes run
 * at once, and a process is to do with 300 MB. A pass that is larger is halved; one pair always fits.
 */
export const PASS_BYTES = 4 * 1_048_576;

/** A batch has more than PASS_BYTES, and more than one record or object: it is to be halved. */
export class PassTooLarge extends Error {
  override readonly name = "PassTooLarge";

  constructor() {
    super("The batch has more values than a pass works on at once.");
  }
}
