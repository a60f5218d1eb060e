import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** What queries are made with: a transaction with its portal set, or the crossing role's. */
export type Db = Kysely<Tables>;
