import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { sql } from "kysely";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toJson } from "../../../server/database/json.ts";
import { createProductLogin } from "../../../server/database/product-login.ts";
import { jsonNumber } from "../../../server/decimal.ts";
import {
  MAX_RECORD_BYTES,
  recordBytes,
} from "../../../server/workspace/record-bytes.ts";
import { useDatabase } from "../../database.ts";
import { addOlderRecord } from "../../older-records.ts";
import { addPortal } from "../jobs/portal.ts";

const at = useDatabase();
// Roles are the cluster's: this file's portal is nobody else's.
const portalId = 9_200_023;
let product: Client;

beforeAll(async () => {
  await addPortal(at.database, portalId);
  product = new Client({
    connectionString: await createProductLogin(at.database, portalId),
  });
  await product.connect();
});
afterAll(() => product.end());

const value = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    '"',
    "\\",
    "\\u0000",
    "\u0000",
    "\u0001\u001f\u007f\u0080",
    "\ud800",
    "a\udfffb",
    "\u2028",
    "😀",
    "\b\f\n\r\t/",
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(1e21, 1e-7, 5e-324, -1.5e300, 1e300, -0),
  fc
    .constantFrom(
      "12345678901234567890.123456789",
      "0.00000000000000000001234567890123456789",
    )
    .map(jsonNumber),
  fc.boolean(),
  fc.array(fc.string({ unit: "grapheme" }), { maxLength: 4 }),
);
const name = fc.oneof(
  fc.stringMatching(/^[a-z]{1,5}$/),
  fc.constantFrom("", 'a"b', "naïve", "\\", "\n"),
);

test("the bytes of a record are the same for Postgres and for the server, whatever text and numbers it has", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }),
        {
          minLength: 40,
          maxLength: 40,
        },
      ),
      (records) =>
        at.database.inPortal(portalId, async (db) => {
          const { rows } = await sql<{ bytes: number }>`
            insert into record (portal_id, object_type, properties)
            select ${portalId}, 'contact', r.properties
            from jsonb_array_elements(${toJson(records)}::jsonb) with ordinality as r(properties, place) order by r.place
            returning bytes`.execute(db);
          expect(rows.map(({ bytes }) => bytes)).toEqual(
            records.map(recordBytes),
          );
          await sql`delete from dirty`.execute(db);
          await sql`delete from record`.execute(db);
        }),
    ),
    { numRuns: 25 },
  );
});

/** Text in a custom field `notes` with which a record that has nothing else has this many bytes. */
const notesFor = (bytes: number): string =>
  "é".repeat(1) + "x".repeat(bytes - '{"notes": "é"}'.length - 1);

const refused = {
  code: "23514",
  table: "record",
  constraint: "record_size",
  message: expect.stringMatching(
    /^The record's values have \d+ bytes as JSON text. A record can have at most 1048576.$/,
  ) as string,
  hint: "Shorten its longest values, or keep them in a table of your own and store only what identifies them.",
};

const insert = (notes: string) =>
  product.query<{ id: string }>(
    "insert into workspace.contacts (custom) values (jsonb_build_object('notes', $1::text)) returning id",
    [notes],
  );

test("a product's record has at most 1 MB of values, to the byte, however they are written", async () => {
  const { rows } = await insert(notesFor(MAX_RECORD_BYTES));
  const id = rows[0]?.id;
  await expect(insert(notesFor(MAX_RECORD_BYTES + 1))).rejects.toMatchObject(
    refused,
  );
  for (const change of [
    "first_name = 'A'",
    "custom = custom || '{\"more\": 1}'",
    "custom = jsonb_build_object('notes', repeat('x', 5000000))",
    // Small as Postgres stores it, and 1.3 MB as text.
    `custom = '{${Array.from({ length: 10 }, (_, n) => `"n${n}": 1e131000`).join()}}'`,
  ])
    await expect(
      product.query(`update workspace.contacts set ${change} where id = $1`, [
        id,
      ]),
      change,
    ).rejects.toMatchObject(refused);
  const kept = await product.query(
    "select octet_length(custom::text) as bytes from workspace.contacts where id = $1",
    [id],
  );
  expect(kept.rows).toEqual([{ bytes: MAX_RECORD_BYTES }]);
});

test("nobody can make a record lighter than it is", async () => {
  const [row] = await at.database.inPortal(portalId, async (db) => {
    const { rows } = await sql<{ id: string }>`
      insert into record (portal_id, object_type, properties, bytes)
      values (${portalId}, 'contact', '{"city": "Bern"}', 1) returning id`.execute(
      db,
    );
    return (
      await sql<{ bytes: number }>`
        update record set bytes = null where id = ${rows[0]?.id}::uuid returning bytes`.execute(
        db,
      )
    ).rows;
  });
  expect(row).toEqual({ bytes: '{"city": "Bern"}'.length });
});

test.each([true, false])(
  "a record that is older than the limit can be deleted, associated, and made smaller, and nothing else (weighed: %s)",
  async (weighed) => {
    const company = await product.query<{ id: string }>(
      "insert into workspace.companies (name) values ('One') returning id",
    );
    const id = await addOlderRecord(at.database, portalId, {
      notes: 2_000_000,
      properties: { city: "Bern" },
      weighed,
    });
    const change = (set: string, value: unknown) =>
      product.query(`update workspace.contacts set ${set} where id = $2`, [
        value,
        id,
      ]);
    await change("company_id = $1", company.rows[0]?.id);
    await expect(change("city = $1", "Bonn")).rejects.toMatchObject(refused);
    await change(
      "custom = custom || jsonb_build_object('notes', $1::text)",
      "short",
    );
    await change("city = $1", "Bonn");
    const large = await addOlderRecord(at.database, portalId, {
      notes: 2_000_000,
      weighed,
    });
    await product.query("delete from workspace.contacts where id = $1", [
      large,
    ]);
    const { rows } = await at.database.inPortal(portalId, (db) =>
      sql`
        select id, properties - 'notes' as others, company_id, deleted_at is not null as deleted from record
        where id = any (${[id, large]}::uuid[]) order by deleted_at nulls first`.execute(
        db,
      ),
    );
    expect(rows).toEqual([
      {
        id,
        others: { city: "Bonn" },
        company_id: company.rows[0]?.id,
        deleted: false,
      },
      { id: large, others: {}, company_id: null, deleted: true },
    ]);
  },
);

test("migration 0023 weighs the large records that a database has, and refuses none of them", async () => {
  const { owner } = at.database;
  const left = async () =>
    (
      await sql<{ bytes: number | null; revision: number }>`
        select bytes, revision from record where portal_id = ${portalId} and properties ->> 'city' = 'Older' order by bytes nulls first`.execute(
        owner,
      )
    ).rows;
  for (const notes of [10, 3_000, 5_000_000])
    await addOlderRecord(at.database, portalId, {
      notes,
      properties: { city: "Older" },
      weighed: false,
    });
  await sql`
    drop trigger record_weigh_new on record;
    drop trigger record_weigh_changed on record;
    drop function record_weigh();
    alter table record drop column bytes`.execute(owner);
  const file = new URL(
    "../../../migrations/0023-record-bytes.sql",
    import.meta.url,
  );
  const text = await readFile(file, "utf8");
  await owner
    .transaction()
    .execute((transaction) => sql.raw(text).execute(transaction));
  const extra = '{"city": "Older", "notes": ""}'.length;
  expect(await left()).toEqual([
    { bytes: null, revision: 1 },
    { bytes: null, revision: 1 },
    { bytes: 5_000_000 + extra, revision: 1 },
  ]);
});
