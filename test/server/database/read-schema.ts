import { sql } from "kysely";
import type { Db } from "../../../server/database/database.ts";
import { readDeployment } from "../../../server/database/deployment.ts";

/**
 * The schema as text, from the catalog alone, in one order: what a migration changes is a diff of it. Roles have the
 * names that migrations give them, without the deployment.
 */
export async function readSchema(db: Db): Promise<string> {
  const { rows } = await sql<{ line: string }>`
    with ours as (
      select c.oid, c.relkind, n.nspname || '.' || c.relname as name, c.relrowsecurity, c.relforcerowsecurity, c.relacl
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('public', 'workspace') and c.relkind in ('r', 'v') and c.relname not like 'kysely%'
    ), lines as (
      select 1 as part, o.name, a.attnum::text as place, format('%s %s.%s %s%s%s%s',
          case o.relkind when 'r' then 'column' else 'view column' end,
          o.name, a.attname, format_type(a.atttypid, a.atttypmod),
          case when a.attnotnull then ' not null' else '' end,
          case a.attidentity when '' then '' else ' identity' end,
          case when d.oid is null then ''
            else case a.attgenerated when '' then ' default ' else ' generated ' end || pg_get_expr(d.adbin, d.adrelid) end
        ) as line
      from ours o
      join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = o.oid and d.adnum = a.attnum
      union all
      select 2, o.name, k.conname, format('constraint %s %s %s', o.name, k.conname, pg_get_constraintdef(k.oid))
      from ours o join pg_constraint k on k.conrelid = o.oid where k.contype <> 'n'
      union all
      select 3, o.name, i.indexrelid::regclass::text, format('index %s', pg_get_indexdef(i.indexrelid))
      from ours o join pg_index i on i.indrelid = o.oid
      union all
      select 4, o.name, '', format('row-level security %s %s%s', o.name,
        case when o.relrowsecurity then 'on' else 'off' end, case when o.relforcerowsecurity then ', forced' else '' end)
      from ours o where o.relkind = 'r'
      union all
      select 5, o.name, p.polname, format('policy %s %s for %s to %s using %s check %s', o.name, p.polname, p.polcmd,
        array_to_string(p.polroles::regrole[], ', '), pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from ours o join pg_policy p on p.polrelid = o.oid
      union all
      select 6, o.name, g.grantee || g.privilege_type, format('grant %s on %s to %s', g.privilege_type, o.name, g.grantee)
      from ours o
      join information_schema.role_table_grants g on g.table_schema || '.' || g.table_name = o.name
      where g.grantee like 'counterpart\\_%'
      union all
      select 7, o.name, g.grantee || g.privilege_type,
        format('grant %s (%s) on %s to %s', g.privilege_type, string_agg(g.column_name, ', ' order by g.column_name), o.name, g.grantee)
      from ours o
      join information_schema.column_privileges g on g.table_schema || '.' || g.table_name = o.name
      where g.grantee like 'counterpart\\_%' and not exists (
        select from information_schema.role_table_grants t
        where t.table_schema = g.table_schema and t.table_name = g.table_name and t.grantee = g.grantee
          and t.privilege_type = g.privilege_type)
      group by o.name, g.grantee, g.privilege_type
      union all
      select 8, o.name, t.tgname, format('trigger %s', pg_get_triggerdef(t.oid))
      from ours o join pg_trigger t on t.tgrelid = o.oid and not t.tgisinternal
      union all
      select 9, o.name, '', format(E'view %s (%s)\n%s', o.name, array_to_string(c.reloptions, ', '), pg_get_viewdef(o.oid, 0))
      from ours o join pg_class c on c.oid = o.oid where o.relkind = 'v'
      union all
      select 10, n.nspname || '.' || p.proname, p.oid::regprocedure::text, rtrim(pg_get_functiondef(p.oid), E'\n')
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('public', 'workspace')
    )
    select line from lines order by part, name collate "C",
      case when part = 1 then lpad(place, 4, '0') else place end collate "C", line collate "C"`.execute(
    db,
  );
  const id = await readDeployment(db);
  const text = `${rows.map((row) => row.line).join("\n")}\n`;
  return text.replaceAll(`counterpart_${id}_`, "counterpart_");
}
