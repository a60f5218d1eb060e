import { Client } from "pg";

/**
 * How many records a second a bare batched insert reaches with the rows that stand in `tables`: each table copied with its
 * columns, defaults, checks and indexes but without policies and triggers, emptied, and filled again from memory, the
 * rows of `page` records in each transaction, one JSON parameter and one statement a table, over as many connections at
 * once as `connections` says. Of a table, `only` (a condition in SQL) may name the rows that count.
 */
export async function insertRate(
  sql: Client,
  databaseUrl: string,
  tables: readonly string[],
  {
    records,
    page,
    connections = 1,
    only = {},
  }: {
    records: number;
    page: number;
    connections?: number;
    only?: Readonly<Record<string, string>>;
  },
): Promise<number> {
  const pages = Math.ceil(records / page);
  const sources: { table: string; columns: string; rows: unknown[] }[] = [];
  for (const table of tables) {
    const columns = await writableColumns(sql, table);
    const { rows } = await sql.query<{ row: unknown }>(
      `select to_jsonb(t) as row from (select ${columns} from ${table} where ${only[table] ?? "true"} order by ctid) t`,
    );
    sources.push({ table, columns, rows: rows.map(({ row }) => row) });
    await sql.query(
      `create table bare_${table} (like ${table} including all excluding identity)`,
    );
  }
  const clients = Array.from(
    { length: connections },
    () => new Client({ connectionString: databaseUrl }),
  );
  await Promise.all(clients.map((client) => client.connect()));
  let next = 0;
  const fill = async (client: Client): Promise<void> => {
    for (let at = next++; at < pages; at = next++) {
      await client.query("begin");
      for (const { table, columns, rows } of sources) {
        const share = slice(rows, at, pages);
        if (share.length > 0)
          await client.query({
            name: `bare_${table}`,
            text: `insert into bare_${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::bare_${table}, $1::jsonb)`,
            values: [JSON.stringify(share)],
          });
      }
      await client.query("commit");
    }
  };
  const started = performance.now();
  await Promise.all(clients.map(fill));
  const seconds = (performance.now() - started) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  for (const { table } of sources) await sql.query(`drop table bare_${table}`);
  return records / seconds;
}

/** The share of one page among all: pages of a table have as many rows as its part of the whole is. */
function slice<T>(rows: readonly T[], at: number, pages: number): T[] {
  return rows.slice(
    Math.round((rows.length * at) / pages),
    Math.round((rows.length * (at + 1)) / pages),
  );
}

async function writableColumns(sql: Client, table: string): Promise<string> {
  const { rows } = await sql.query<{ names: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as names
     from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  return rows[0]?.names ?? "";
}
