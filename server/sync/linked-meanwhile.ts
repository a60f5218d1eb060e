/** The indexes by which no record and no object has two live links. */
const liveLinks: ReadonlySet<unknown> = new Set([
  "link_live_record",
  "link_live_object",
]);

/**
 * Whether a statement failed because another lane linked the record or the object at the same moment. What that lane did
 * can be read by now, so the work is worth another try.
 */
export const wasLinkedMeanwhile = (error: unknown): boolean =>
  error instanceof Error &&
  "constraint" in error &&
  liveLinks.has(error.constraint);
