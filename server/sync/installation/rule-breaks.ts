import { sql } from "kysely";
import type { RawBuilder } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { PropertyRule } from "./pure/property-rules.ts";
import { ruleDemand } from "./pure/property-rules.ts";

/**
 * Returns how many records that aren't deleted have a value in a field that breaks one of these rules. Rules that nobody
 * can check before HubSpot does (ruleDemand) break nothing. Reads every record of the type: some 2 s per million.
 */
export async function countRuleBreaks(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  field: string,
  rules: readonly PropertyRule[],
): Promise<number> {
  const broken = rules
    .filter((rule) => ruleDemand(rule) !== null)
    .flatMap((rule) => breaks(rule) ?? []);
  if (broken.length === 0) return 0;
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select btrim(properties ->> ${field}::text) as value from record
      where portal_id = ${portalId} and object_type = ${type} and deleted_at is null and properties ? ${field}
        and jsonb_typeof(properties -> ${field}::text) in ('string', 'number')
    ) r
    where r.value <> '' and (${sql.join(broken, sql` or `)})`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Whether `r.value` breaks a rule. */
function breaks({
  type,
  arguments: given,
}: PropertyRule): RawBuilder<unknown> | null {
  const [first = ""] = given;
  const domain = sql`lower(substring(r.value from '@([^@]*)$'))`;
  const domains = given.map((each) => each.toLowerCase());
  // What is no number is no number above or below another one either.
  const number = sql`case when r.value ~ '^[+-]?[0-9]{1,100}([.][0-9]{1,100})?$' then r.value::numeric end`;
  switch (type) {
    case "MIN_LENGTH":
      return sql`char_length(r.value) < ${first}::numeric`;
    case "MAX_LENGTH":
      return sql`char_length(r.value) > ${first}::numeric`;
    case "MIN_NUMBER":
      return sql`coalesce(${number} < ${first}::numeric, false)`;
    case "MAX_NUMBER":
      return sql`coalesce(${number} > ${first}::numeric, false)`;
    case "DECIMAL":
      return sql`coalesce(scale(trim_scale(${number})) > ${first}::numeric, false)`;
    case "ALPHANUMERIC":
      return sql`r.value ~ '[^0-9]'`;
    case "EMAIL_ALLOWED_DOMAINS":
      return sql`coalesce(${domain} <> all (${domains}::text[]), false)`;
    case "EMAIL_BLOCKED_DOMAINS":
      return sql`coalesce(${domain} = any (${domains}::text[]), false)`;
    case "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE":
      return sql`r.value not like '+%'`;
    default:
      return null;
  }
}
