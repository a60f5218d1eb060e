/** The indexes by which no record and no object has two live links. */
const liveLinks: ReadonlySet<unknown> = new Set([
  "link_live_record",
  "link_live_object",
]);

/** An object was merged into another one while its record and its link were being written. */
export class MergedMeanwhile extends Error {
  override readonly name = "MergedMeanwhile";

  constructor() {
    super("An object was merged into another one while it was being linked.");
  }
}

/**
 * Whether work failed because another lane linked the record or the object, or applied a merge of the object, at the
 * same moment. What that lane did can be read by now, so the work is worth another try.
 */
export const wasLinkedMeanwhile = (error: unknown): boolean =>
  error instanceof MergedMeanwhile ||
  (error instanceof Error &&
    "constraint" in error &&
    liveLinks.has(error.constraint));
