import type { ObjectStore } from "../object-store.ts";
import { invalid } from "../refusal.ts";
import type { Row } from "../row.ts";

export type Page = {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
};

/**
 * One page in the order of ids. `after` is the id at which the page begins, and `next` the id of the first row behind it.
 * @throws Refusal 400 for an `after` that is no id
 */
export function listRows(
  store: ObjectStore,
  archived: boolean,
  after: string | null,
  limit: number,
): Page {
  const from = after === null || after === "" ? 0 : Number(after);
  if (!Number.isInteger(from) || from < 0)
    throw invalid(`Invalid after: ${String(after)}`);
  const state = archived ? "archived" : "live";
  const rows: Row[] = [];
  for (let at = store.firstFrom(from); at < store.order.length; at += 1) {
    const row = store.order[at];
    if (row === undefined || row.state !== state) continue;
    if (rows.length === limit) return { rows, next: row.id };
    rows.push(row);
  }
  return { rows, next: undefined };
}
