import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { Db } from "./database.ts";

/**
 * The bytes after which a page of a list ends, however many rows were asked for: parsing a page and writing it out takes
 * a few times its size, and some 20 ms for each megabyte, in which a process does nothing else. Its cursor leads to the
 * rest.
 */
export const PAGE_BYTES = 1_048_576;

/** A page of a list. */
export interface PageOf<Row> {
  readonly rows: readonly Row[];
  /** Whether rows follow. */
  readonly more: boolean;
}

/**
 * Reads a page: the first `limit` rows, or as many of them as have PAGE_BYTES together; always one, if there is one.
 * What does not fit is not loaded.
 * @param list.rows a query without limit, with a column `weight`: the bytes of what is long in it, as text
 * @param list.order by the columns of `rows`
 * @param list.join what is joined to the rows of the page alone, which are called `r`: one row to each of them
 * @param list.columns of the page and of what is joined to it
 */
export async function readPage<Row>(
  db: Db,
  list: {
    readonly rows: RawBuilder<unknown>;
    readonly order: RawBuilder<unknown>;
    readonly limit: number;
    readonly join?: RawBuilder<unknown>;
    readonly columns?: RawBuilder<unknown>;
  },
): Promise<PageOf<Row>> {
  const { order, limit, join = sql``, columns = sql`r.*` } = list;
  const { rows } = await sql<Row & { found: number }>`
    with page as materialized (
      select * from (
        select rows.*, row_number() over running as place, (count(*) over ())::int as found,
          sum(rows.weight) over running as upto
        from (select * from (${list.rows}) every order by ${order} limit ${limit + 1}) rows
        window running as (order by ${order} rows unbounded preceding)
      ) weighed
      where place = 1 or place <= ${limit} and upto <= ${PAGE_BYTES}
    )
    select ${columns}, r.found from page r ${join} order by r.place`.execute(
    db,
  );
  return { rows, more: (rows[0]?.found ?? 0) > rows.length };
}
