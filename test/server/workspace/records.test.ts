import fc from "fast-check";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { defaultMappingsOf } from "../../../server/settings/default-mappings.ts";
import type { Conversion } from "../../../server/settings/mapping.ts";
import { objectTypes } from "../../../server/settings/object-type.ts";
import { fieldFault, mappingFault } from "../../../server/workspace/fields.ts";
import {
  listRecords,
  readRecords,
} from "../../../server/workspace/read-records.ts";
import { writeRecords } from "../../../server/workspace/write-records.ts";
import { useDatabase } from "../../database.ts";

const at = useDatabase();
const portalId = 3;

const value = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.array(fc.string({ unit: "grapheme" })),
);
const text = fc.string({ unit: "grapheme" });
const patch = fc.record(
  {
    email: fc.option(text),
    city: fc.option(text),
    favourite: fc.option(value),
    other: fc.option(value),
  },
  { requiredKeys: [] },
);

test("whatever a field may hold is read back as it was written, through any number of changes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(patch, { minLength: 1, maxLength: 5 }),
      (patches) =>
        at.database.inPortal(portalId, async (db) => {
          const expected: Record<string, unknown> = {};
          let id: string | null = null;
          for (const properties of patches) {
            const faults = Object.entries(properties).filter(
              ([name, held]) => fieldFault("contact", name, held) !== null,
            );
            fc.pre(faults.length === 0);
            const [written] = await writeRecords(db, portalId, "contact", [
              { id, properties, companyId: undefined },
            ]);
            expect(written).toMatchObject({ ok: true, created: id === null });
            id = written?.ok ? written.id : null;
            for (const [name, held] of Object.entries(properties)) {
              if (held === null) delete expected[name];
              else if (held !== undefined)
                expected[name] = Object.is(held, -0) ? 0 : held;
            }
          }
          const view = (
            await readRecords(db, portalId, "contact", [id ?? ""])
          ).get(id ?? "");
          expect(view?.properties).toEqual(expected);
        }),
    ),
    { numRuns: 60 },
  );
});

test("7-A10 a record that is written as it is stays as it is: a change of it that waits is not put back in front", async () => {
  await at.database.inPortal(portalId, async (db) => {
    const same = { city: "Bern", score: 1.5, tags: ["a", "b"] };
    const [made] = await writeRecords(db, portalId, "contact", [
      { id: null, properties: same, companyId: undefined },
    ]);
    const id = made?.ok ? made.id : "";
    await sql`update dirty set looks = 5 where record_id = ${id}::uuid`.execute(
      db,
    );
    const looks = async () =>
      (
        await sql<{ looks: number; revision: number }>`
          select d.looks, r.revision from dirty d join record r on r.id = d.record_id where r.id = ${id}::uuid`.execute(
          db,
        )
      ).rows;
    await writeRecords(db, portalId, "contact", [
      { id, properties: { ...same, state: null }, companyId: null },
    ]);
    expect(await looks()).toEqual([{ looks: 5, revision: 1 }]);
    await writeRecords(db, portalId, "contact", [
      { id, properties: { ...same, city: "Ulm" }, companyId: null },
    ]);
    expect(await looks()).toEqual([{ looks: 0, revision: 2 }]);
  });
});

test("a page of a list reads a page, however many records there are", async () => {
  await at.database.inPortal(4, async (db) => {
    await sql`
      insert into record (portal_id, object_type, properties)
      select 4, 'company', jsonb_build_object('name', 'n' || g) from generate_series(1, 5000) g`.execute(
      db,
    );
    const filter = {
      limit: 3,
      after: null,
      synced: null,
      visible: true,
      updatedSince: null,
    };
    const first = await listRecords(db, 4, "company", filter);
    expect(first.records).toHaveLength(3);
    const plan = await sql<{ "QUERY PLAN": string }>`
      explain (analyze, costs off, timing off, summary off)
      with page as materialized (
        select r.portal_id, r.id from record r
        where r.portal_id = 4 and r.object_type = 'company' and r.deleted_at is null
        order by r.id limit 4)
      select s.status from page r join workspace.sync_status s on s.portal_id = r.portal_id and s.record_id = r.id`.execute(
      db,
    );
    const rows = plan.rows
      .map((row) => /rows=([\d.]+)/.exec(row["QUERY PLAN"])?.[1] ?? "0")
      .map(Number);
    expect(Math.max(...rows)).toBeLessThanOrEqual(8);
  });
});

test.each([
  ["employees", 12, null],
  ["employees", null, null],
  ["employees", "12", null],
  ["employees", "9007199254740993", null],
  ["employees", "0x1F", "must be a number, a number as a string, or null"],
  ["employees", "", "must be a number, a number as a string, or null"],
  ["name", 12, "must be a string or null"],
  ["anything_else", 12, null],
  ["anything_else", Number.NaN, "must be a finite number"],
  [
    "anything_else",
    {},
    "must be a string, number, boolean, list of strings, or null",
  ],
  ["created_at", "x", "created_at is set by Counterpart."],
])("a company's %s with %j: %s", (name, held, fault) => {
  expect(fieldFault("company", name, held)).toBe(fault);
});

test("the fields of the default mapping can have what it pulls", () => {
  for (const type of objectTypes)
    expect(
      defaultMappingsOf(type).map((mapping) => mappingFault(type, mapping)),
    ).toEqual(defaultMappingsOf(type).map(() => null));
});

const options: Conversion = {
  kind: "options",
  pairs: [{ workspace: "60", hubspot: "51-200" }],
};
test.each<[string, Conversion, "both" | "pull" | "push", RegExp | null]>([
  ["employees", { kind: "number" }, "both", null],
  ["employees", { kind: "text" }, "both", /can only have numbers.*: number\./],
  ["employees", { kind: "text" }, "pull", /map size to a custom field/],
  ["employees", options, "both", /can only have numbers/],
  ["employees", { kind: "text" }, "push", null],
  ["state", options, "both", null],
  ["state", { kind: "date" }, "pull", null],
  ["state", { kind: "set" }, "both", /can only have text.*: text, email, date/],
  ["state", { kind: "set" }, "push", null],
  ["state", { kind: "number" }, "both", /can only have text/],
  ["state", { kind: "boolean" }, "pull", /can only have text/],
  ["markets", { kind: "set" }, "both", null],
  ["Employees", { kind: "text" }, "both", null],
  ["sync_status", { kind: "text" }, "push", /can't be mapped/],
])(
  "7-A10 a company's %s mapped as %j in the direction %s: %s",
  (field, conversion, direction, fault) => {
    const message = mappingFault("company", {
      field,
      property: "size",
      direction,
      clear: false,
      conversion,
    });
    if (fault === null) expect(message).toBeNull();
    else expect(message).toMatch(fault);
  },
);
