import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { writeJournal } from "../../../server/sync/journal/journal.ts";
import type { JournalLine } from "../../../server/sync/journal/journal.ts";
import { mergeRecords } from "../../../server/sync/merges/merge-records.ts";
import type { FieldChange } from "../../../server/sync/model.ts";
import { useDatabase } from "../../database.ts";

const at = useDatabase();
let portalId = 200;

type Row = {
  readonly action: string;
  readonly code: string;
  readonly changes: readonly FieldChange[];
};

const actions: readonly JournalLine["action"][] = [
  "created",
  "updated",
  "linked",
  "deleted",
  "restored",
  "unlinked",
  "associated",
  "overwritten",
  "skipped",
  "failed",
  "flagged",
  "erased",
];

const account = { source: "webhook", by: "", runId: null } as const;

/** The rows that a portal's journal holds, in their order. */
async function rowsOf(portal: number): Promise<readonly Row[]> {
  const { rows } = await at.database.inPortal(portal, (db) =>
    sql<Row>`select action, code, changes from journal where portal_id = ${portal} order by id`.execute(
      db,
    ),
  );
  return rows;
}

async function written(lines: readonly JournalLine[]): Promise<readonly Row[]> {
  const portal = ++portalId;
  await at.database.inPortal(portal, (db) =>
    writeJournal(db, portal, "contact", {
      account,
      initiator: "hubspot",
      lines,
    }),
  );
  return rowsOf(portal);
}

/** As a person reads it in the stored journal, where a blank is nothing. */
function read(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value) && value.length === 0) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll("\u0000", "").toWellFormed().trim();
}

const value = fc.constantFrom<unknown>(
  null,
  undefined,
  "",
  " ",
  "5",
  5,
  "a",
  "a\u0000",
  "\ud83d",
  "\ufffd",
  true,
  ["a"],
  ["a", "b"],
  [],
);
const change = fc.record({
  field: fc.constant("job_title"),
  property: fc.constant("jobtitle"),
  side: fc.constantFrom("workspace" as const, "hubspot" as const),
  before: value,
  after: value,
});

describe("7-A9 the journal", () => {
  test("no line of any kind has a change whose values are equal, and no real change is left out", async () => {
    const lines = fc.sample(
      fc.record({
        recordId: fc.constant(null),
        objectId: fc.constant("7"),
        action: fc.constantFrom(...actions),
        code: fc.integer({ min: 0, max: 1e9 }).map(String),
        reason: fc.constant(""),
        changes: fc.array(change, { maxLength: 3 }),
      }),
      1_000,
    );
    const rows = await written(lines);
    for (const { changes } of rows)
      for (const { before, after } of changes)
        expect(read(after)).not.toBe(read(before));
    for (const { action, changes } of rows)
      if (action === "updated" || action === "overwritten")
        expect(changes).not.toEqual([]);
    const kept = rows.reduce((sum, row) => sum + row.changes.length, 0);
    const real = lines
      .flatMap((line) => line.changes)
      .filter(({ before, after }) => read(before) !== read(after));
    expect(kept).toBe(real.length);
  });

  test.each(actions)(
    "an equal change leaves a line of the action %s empty, or unwritten where it is about nothing else",
    async (action) => {
      const rows = await written([
        {
          recordId: null,
          objectId: "7",
          action,
          code: "c",
          reason: "",
          changes: [
            {
              field: "a",
              property: "a",
              side: "workspace",
              before: "Co\u0000ok",
              after: "Cook",
            },
          ],
        },
      ]);
      expect(rows).toEqual(
        action === "updated" || action === "overwritten"
          ? []
          : [{ action, code: "c", changes: [] }],
      );
    },
  );

  test("a merge names the values that went, and not those that both records had", async () => {
    const portal = ++portalId;
    const [survivor, loser] = [randomUUID(), randomUUID()];
    await at.database.inPortal(portal, async (db) => {
      await sql`
        insert into record (portal_id, id, object_type, properties)
        values (${portal}, ${survivor}, 'contact', '{"city": "Ulm", "state": "A"}'),
          (${portal}, ${loser}, 'contact', '{"city": "Ulm", "state": "B", "phone": "1"}')`.execute(
        db,
      );
      await mergeRecords(db, portal, "contact", {
        survivor,
        loser,
        objectId: "7",
      });
    });
    expect(
      (await rowsOf(portal)).map(({ code, changes }) => [
        code,
        changes.map(({ field, before, after }) => [field, before, after]),
      ]),
    ).toEqual([
      ["merge_survivor", [["phone", null, "1"]]],
      ["merge_loser", [["state", "B", "A"]]],
    ]);
  });
});
