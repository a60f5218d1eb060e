import type { RawBuilder } from "kysely";
import { sql } from "kysely";

/**
 * Returns the right side of `column = any ($1)`. The values are one parameter however many there are, so a statement
 * keeps its text and stays prepared. Nothing equals any of no values.
 */
export const anyOf = <T>(values: readonly T[]): RawBuilder<T> =>
  sql<T>`any (${values})`;
