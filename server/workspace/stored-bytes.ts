import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import { MAX_RECORD_BYTES } from "./record-bytes.ts";

/** The size of a record's values, in queries. */

/**
 * The bytes of a row of `record`, for a query in which it is called by `alias`: weighed already, or weighed here where
 * the row is older than the weights.
 */
export const storedBytes = (alias: string): RawBuilder<number> =>
  sql<number>`coalesce(${sql.ref(`${alias}.bytes`)}, octet_length(${sql.ref(`${alias}.properties`)}::text))`;

/** Whether a row of `record` exceeds the limit: it is older than that, and its values are never loaded. */
export const isTooLarge = (alias: string): RawBuilder<boolean> =>
  sql<boolean>`(${storedBytes(alias)} > ${MAX_RECORD_BYTES})`;

/** The bytes that are loaded with a row of `record`: none of one that exceeds the limit. */
export const carriedBytes = (alias: string): RawBuilder<number> =>
  sql<number>`case when ${isTooLarge(alias)} then 0 else ${storedBytes(alias)} end`;

/** The properties of a row of `record`, or an empty object in place of those that exceed the limit. */
export const boundedProperties = (alias: string): RawBuilder<unknown> =>
  sql`case when ${isTooLarge(alias)} then '{}' else ${sql.ref(`${alias}.properties`)} end`;
