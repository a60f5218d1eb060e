import type { RawBuilder } from "kysely";
import { sql } from "kysely";

/** A timestamptz column as text that keeps all of Postgres' precision: 2026-11-21T10:42:07.123456Z. */
export function isoTime(column: string): RawBuilder<string> {
  return sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
