import fc from "fast-check";
import { sql } from "kysely";
import { Client } from "pg";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import { createProductLogin } from "../../../server/database/product-login.ts";
import {
  descriptorOf,
  primaryKindOf,
} from "../../../server/settings/types/index.ts";
import { useDatabase } from "../../database.ts";
import { addPortal } from "../jobs/portal.ts";

const at = useDatabase();
const portalId = 9_200_017;
let product: Client;

beforeAll(async () => {
  await addPortal(at.database, portalId);
  product = new Client({
    connectionString: await createProductLogin(at.database, portalId),
  });
  await product.connect();
});
afterAll(() => product.end());
beforeEach(async () => {
  await at.database.inPortal(portalId, async (db) => {
    await sql`delete from dirty`.execute(db);
    await sql`delete from association`.execute(db);
    await sql`delete from record`.execute(db);
  });
});

type View = "contacts" | "companies";
const views: readonly View[] = ["contacts", "companies"];
const typeOf = { contacts: "contact", companies: "company" } as const;

/** A record with these properties, given as JSON text, as if the engine had written and settled it. */
async function settledRecord(view: View, properties: string): Promise<string> {
  return at.database.inPortal(portalId, async (db) => {
    const { rows } = await sql<{ id: string }>`
      insert into record (portal_id, object_type, properties, settled_revision)
      values (${portalId}, ${typeOf[view]}, ${properties}::jsonb, 1) returning id`.execute(
      db,
    );
    return rows[0]?.id ?? "";
  });
}

/** All of a record that a write could change, and whether it is dirty; properties as Postgres's own text. */
async function stored(id: string) {
  return at.database.inPortal(portalId, async (db) => {
    const { rows } = await sql<{
      properties: string;
      revision: number;
      company_id: string | null;
      updated_at: Date;
      deleted: boolean;
      dirty: boolean;
    }>`
      select properties::text, revision, company_id, updated_at, deleted_at is not null as deleted,
        exists (select from dirty d where d.record_id = r.id) as dirty
      from record r where id = ${id}::uuid`.execute(db);
    return rows[0];
  });
}

async function seen(
  view: View,
  id: string,
): Promise<Record<string, unknown> | undefined> {
  const { rows } = await product.query<Record<string, unknown>>(
    `select * from workspace.${view} where id = $1`,
    [id],
  );
  return rows[0];
}

test.each(views)(
  "workspace.%s has a column for each standard field of its type, of its kind, and one for the parent",
  async (view) => {
    const { rows } = await product.query<{ name: string; type: string }>(
      `select column_name as name, data_type as type from information_schema.columns
       where table_schema = 'workspace' and table_name = $1`,
      [view],
    );
    const of = typeOf[view];
    const fields = Object.entries(descriptorOf(of).fields).map(
      ([name, { kind }]) => [name, kind === "number" ? "numeric" : "text"],
    );
    const kind = primaryKindOf(of);
    expect(
      new Map(
        rows
          .filter(({ name }) => !columnsOfAllViews.has(name))
          .map(({ name, type }) => [name, type]),
      ),
    ).toEqual(
      new Map([
        ...fields,
        ...(kind === null ? [] : [[kind.primary.column, "uuid"]]),
      ] as [string, string][]),
    );
  },
);

/** The columns that every view has, whatever its type. */
const columnsOfAllViews = new Set([
  "id",
  "custom",
  "hubspot_id",
  "sync_status",
  "sync_reason",
  "created_at",
  "updated_at",
  "visible",
]);

/** The columns of a view that hold fields. */
const columnsOf = (view: View): string[] =>
  Object.keys(descriptorOf(typeOf[view]).fields);

// What jsonb can have: not NUL, not half a surrogate pair.
const words = fc
  .string({ unit: "grapheme" })
  .filter((text) => !text.includes("\0") && text.isWellFormed());
const oddText = fc.constantFrom(
  "51-200",
  "12",
  " 12",
  "1e400",
  "1e9999999",
  "-.5e-3",
  ".",
  "e5",
  "NaN",
  "Infinity",
  "0x1F",
  "1_000",
  "٣",
  "9".repeat(400),
  "2026-02-30",
  "true",
  "",
);
const oddNumber = fc.constantFrom(
  "1e300",
  "1e10000",
  "-1e-10000",
  "4300000000000000001",
  "9007199254740993",
  "0.1000000000000000055511151231257827",
  "-0",
);
/** A JSON value as text: numbers may be beyond a double. */
const json = fc
  .oneof(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    oddText.map((text) => JSON.stringify(text)),
    words.map((text) => JSON.stringify(text)),
    oddNumber,
    fc.constantFrom('["DE", "FR"]', '{"a": {"b": null}}', "null", "true", "[]"),
  )
  .filter((text) => !text.includes("\\u"));
const properties = (view: View) =>
  fc
    .dictionary(
      fc.oneof(
        fc.constantFrom(...columnsOf(view)),
        fc.constantFrom(
          "id",
          "custom",
          "created_at",
          "hubspot_id",
          "company_id",
        ),
        words,
      ),
      json,
      { maxKeys: 12 },
    )
    .map(
      (fields) =>
        `{${Object.entries(fields)
          .map(([name, value]) => `${JSON.stringify(name)}: ${value}`)
          .join(", ")}}`,
    )
    .filter((text) => !text.includes("\\u"));

describe.each(views)("workspace.%s, whatever jsonb has", (view) => {
  const columns = columnsOf(view);

  test("7-A10 every record is read whole: a field is in its column or in custom, never in both and never lost", async () => {
    await fc.assert(
      fc.asyncProperty(properties(view), async (text) => {
        const id = await settledRecord(view, text);
        const row = await seen(view, id);
        const { rows } = await product.query<{
          lost: string[];
          twice: string[];
        }>(
          `select
             coalesce(array_agg(p.key) filter (where not v.custom ? p.key
               and coalesce(to_jsonb(v) -> p.key, 'null') = 'null' and p.value <> 'null'), '{}') as lost,
             coalesce(array_agg(p.key) filter (where v.custom ? p.key and p.key = any ($2)
               and coalesce(to_jsonb(v) -> p.key, 'null') <> 'null'), '{}') as twice
           from workspace.${view} v join record r on r.id = v.id, jsonb_each(r.properties) p where v.id = $1`,
          [id, columns],
        );
        expect(row).toBeDefined();
        expect(rows).toEqual([{ lost: [], twice: [] }]);
      }),
      { numRuns: 100 },
    );
  });

  test("7-A10 a row that is written back as it was read changes nothing, and marks nothing", async () => {
    await fc.assert(
      fc.asyncProperty(properties(view), async (text) => {
        const id = await settledRecord(view, text);
        const before = await stored(id);
        for (const set of [
          "city = city",
          "custom = custom",
          columns.map((name) => `${name} = ${name}`).join(", "),
          `custom = custom, ${columns.map((name) => `${name} = ${name}`).join(", ")}`,
        ]) {
          const { rowCount } = await product.query(
            `update workspace.${view} set ${set} where id = $1`,
            [id],
          );
          expect(rowCount).toBe(1);
        }
        const names = [...columns, "custom"].join(", ");
        await product.query(
          `update workspace.${view} v set (${names}) = (select ${names} from workspace.${view} w where w.id = v.id)
           where id = $1`,
          [id],
        );
        expect(await stored(id)).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  test("7-A10 an update of one column leaves every other field as it is stored, and a delete succeeds", async () => {
    await fc.assert(
      fc.asyncProperty(properties(view), words, async (text, city) => {
        const id = await settledRecord(view, text);
        await product.query(
          `update workspace.${view} set city = $2 where id = $1`,
          [id, city],
        );
        const { rows } = await product.query<{ same: boolean }>(
          `select properties = $2::jsonb || jsonb_build_object('city', $3::text) as same from record where id = $1`,
          [id, text, city],
        );
        expect(rows).toEqual([{ same: true }]);
        const gone = await product.query(
          `delete from workspace.${view} where id = $1`,
          [id],
        );
        expect(gone.rowCount).toBe(1);
        expect(await stored(id)).toMatchObject({ deleted: true });
      }),
      { numRuns: 100 },
    );
  });

  test("7-A10 insert and update return the row as a select shows it", async () => {
    const shown = [...columns, "custom"].join(", ");
    const custom = fc.dictionary(
      fc.oneof(words, fc.constantFrom("city", "state", "team")),
      fc.oneof(words, fc.constant(null)),
    );
    await fc.assert(
      fc.asyncProperty(
        custom,
        custom,
        fc.option(words),
        async (one, two, city) => {
          fc.pre(
            ![one, two].some((each) => JSON.stringify(each).includes("\\u")),
          );
          const inserted = await product.query<Record<string, unknown>>(
            `insert into workspace.${view} (city, custom) values ($1, $2) returning *`,
            [city, one],
          );
          const id = String(inserted.rows[0]?.["id"]);
          const first = await seen(view, id);
          for (const name of [...columns, "custom", "created_at", "updated_at"])
            expect([name, inserted.rows[0]?.[name]]).toEqual([
              name,
              first?.[name],
            ]);
          const updated = await product.query<Record<string, unknown>>(
            `update workspace.${view} set custom = $2, state = 'x' where id = $1 returning ${shown}, updated_at`,
            [id, two],
          );
          expect(await seen(view, id)).toMatchObject(updated.rows[0] ?? {});
          const copied = await product.query<Record<string, unknown>>(
            `insert into workspace.${view} (${shown}) select ${shown} from workspace.${view} where id = $1 returning ${shown}`,
            [id],
          );
          expect(await seen(view, id)).toMatchObject(copied.rows[0] ?? {});
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("a field that custom names and that has a column", () => {
  const insert = async (values: string): Promise<string> => {
    const { rows } = await product.query<{ id: string }>(
      `insert into workspace.companies (name, city, employees, custom) values (${values}) returning id`,
    );
    return rows[0]?.id ?? "";
  };
  const set = (id: string, change: string) =>
    product.query(`update workspace.companies set ${change} where id = $1`, [
      id,
    ]);

  test.each([
    [
      "is taken if its column is null",
      `'A', null, null, '{"city": "Bonn"}'`,
      "Bonn",
    ],
    ["yields to its column", `'A', 'Kiel', null, '{"city": "Bonn"}'`, "Kiel"],
  ])("on insert %s", async (_what, values, city) => {
    expect(await seen("companies", await insert(values))).toMatchObject({
      city,
      custom: {},
    });
  });

  test.each([
    [`custom = '{"city": "Bonn"}'`, "Bonn"],
    [`custom = '{"city": "Bonn"}', city = 'Ulm'`, "Ulm"],
    [`custom = '{"city": "Bonn"}', city = null`, null],
    [`custom = '{"city": "Kiel"}'`, "Kiel"],
    [`custom = '{"city": null}'`, null],
    [`custom = '{}'`, "Kiel"],
    [`custom = null`, "Kiel"],
  ])("on update with %s the city is %j", async (change, city) => {
    const id = await insert(`'A', 'Kiel', 5, '{"team": "blue"}'`);
    await set(id, change);
    expect(await seen("companies", id)).toMatchObject({
      city,
      employees: "5",
      custom: {},
    });
  });

  test.each([
    [`custom = custom || '{"city": ["Bonn"]}'`, /city must be text/],
    [`custom = '{"employees": "51-200"}'`, /employees must be a finite number/],
    [`employees = 'NaN'`, /employees must be a finite number/],
    [`annual_revenue = 'Infinity'`, /annual_revenue must be a finite number/],
    [`custom = '[1]'`, /custom must be a JSON object/],
  ])("what a column cannot show is refused: %s", async (change, message) => {
    const id = await insert(`'A', 'Kiel', 5, '{}'`);
    const before = await stored(id);
    await expect(set(id, change)).rejects.toThrow(message);
    expect(await stored(id)).toEqual(before);
  });

  test("a value that its column cannot show is replaced by the column, or removed from custom", async () => {
    const misfit = `{"employees": "51-200", "city": ["a"], "team": "blue"}`;
    const [one, two] = [
      await settledRecord("companies", misfit),
      await settledRecord("companies", misfit),
    ];
    expect(await seen("companies", one)).toMatchObject({
      employees: null,
      city: null,
      custom: { employees: "51-200", city: ["a"], team: "blue" },
    });
    const { rows } = await product.query(
      "update workspace.companies set employees = 60 where id = $1 returning employees, custom",
      [one],
    );
    expect(rows).toEqual([
      { employees: "60", custom: { city: ["a"], team: "blue" } },
    ]);
    await set(two, "custom = custom - 'employees'");
    expect(await stored(two)).toMatchObject({
      properties: `{"city": ["a"], "team": "blue"}`,
    });
  });
});

test("7-A10 a contact whose company was deleted can still be updated, but not given to a deleted one", async () => {
  const { rows } = await product.query<{ id: string }>(
    "insert into workspace.companies (name) values ('Gone') returning id",
  );
  const companyId = rows[0]?.id;
  const contact = await product.query<{ id: string }>(
    "insert into workspace.contacts (city, company_id) values ('Kiel', $1) returning id",
    [companyId],
  );
  const id = contact.rows[0]?.id ?? "";
  await product.query("delete from workspace.companies where id = $1", [
    companyId,
  ]);
  await product.query(
    "update workspace.contacts set city = 'Ulm', company_id = company_id where id = $1",
    [id],
  );
  expect(await seen("contacts", id)).toMatchObject({
    city: "Ulm",
    company_id: companyId,
  });
  await expect(
    product.query("insert into workspace.contacts (company_id) values ($1)", [
      companyId,
    ]),
  ).rejects.toThrow(/There is no company/);
});

test("7-A10 associations that are written back as they were read touch no record", async () => {
  const contact = await settledRecord("contacts", "{}");
  const [one, two] = [
    await settledRecord("companies", "{}"),
    await settledRecord("companies", "{}"),
  ];
  await product.query(
    `insert into workspace.associations (from_type, from_id, to_type, to_id, labels)
     values ('contact', $1, 'company', $2, '{primary}'), ('contact', $1, 'company', $3, '{Partner}')`,
    [contact, one, two],
  );
  const before = await stored(contact);
  expect(before).toMatchObject({ dirty: true, company_id: one });
  await product.query("update workspace.associations set labels = labels");
  await product.query(
    `insert into workspace.associations (from_type, from_id, to_type, to_id, labels)
     select from_type, from_id, to_type, to_id, labels from workspace.associations where not 'primary' = any (labels)`,
  );
  expect(await stored(contact)).toEqual(before);
});

test("an update keeps what another transaction changes in other fields meanwhile", async () => {
  const id = await settledRecord(
    "contacts",
    `{"city": "Kiel", "team": "blue"}`,
  );
  // One statement: the row is read before the function changes it, and written after.
  await at.database.owner.executeQuery(
    sql`
      create function change_state(id uuid) returns text language plpgsql security definer as $$
      begin
        update record r set properties = r.properties || '{"state": "SH"}' where r.id = change_state.id;
        return 'Ulm';
      end $$`.compile(at.database.owner),
  );
  await product.query(
    "update workspace.contacts set city = change_state(id) where id = $1",
    [id],
  );
  expect(await seen("contacts", id)).toMatchObject({
    city: "Ulm",
    state: "SH",
    custom: { team: "blue" },
  });
});
