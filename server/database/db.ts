import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * What queries are made with: a transaction with its portal set, or the crossing role's. A value that a partial index
 * names goes in as `sql.lit`: the plan for a parameter can't rely on such an index.
 */
export type Db = Kysely<Tables>;
