import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import { descriptorOf, listedTypes } from "../settings/types/index.ts";

/** In characters: a list of names must not be a list of long texts. */
const longestName = 500;

/** The fields that a person calls a record by. */
const nameFields = [
  ...new Set(listedTypes.flatMap((type) => descriptorOf(type).namedBy.flat())),
];

/**
 * Of the properties of a row of `record`, those that name it, as jsonb: for lists and sentences that name records and
 * show nothing else of them. Texts are cut after 500 characters, and anything else that is longer is left out.
 */
export const nameFieldsOf = (alias: string): RawBuilder<unknown> => {
  const properties = sql.ref(`${alias}.properties`);
  const pairs = nameFields.map((field) => {
    const value = sql`${properties} -> ${sql.lit(field)}`;
    const text = sql`${properties} ->> ${sql.lit(field)}`;
    return sql`${sql.lit(field)}, case when jsonb_typeof(${value}) = 'string' then to_jsonb(left(${text}, ${sql.lit(longestName)}))
      when length(${text}) <= ${sql.lit(longestName)} then ${value} end`;
  });
  return sql`jsonb_strip_nulls(jsonb_build_object(${sql.join(pairs)}))`;
};
