import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { toJson } from "../../../server/database/json.ts";
import type {
  FieldShape,
  FieldType,
} from "../../../server/workspace/declared-field.ts";
import {
  fieldTypes,
  keptValue,
  misfit,
} from "../../../server/workspace/declared-field.ts";
import { useDatabase } from "../../database.ts";

const at = useDatabase();

const option = (value: string) => ({ value, label: value.toUpperCase() });
const options = ["gold", "silver; or tin", "", "__proto__"].map(option);
const shape = (type: FieldType): FieldShape => ({
  type,
  options: type === "option" || type === "options" ? options : [],
});

const fits: readonly [FieldType, unknown][] = [
  ["text", ""],
  ["text", "any"],
  ["number", 0],
  ["number", -1.5e300],
  ["date", "2026-11-30"],
  ["date", "2024-02-29"],
  ["date", "0001-01-01"],
  ["date", "9999-12-31"],
  ["datetime", "2026-11-30T09:00Z"],
  ["datetime", "2026-11-30T23:59:59.123456789+05:30"],
  ["datetime", "2026-11-30T09:00:00.000Z"],
  ["boolean", true],
  ["boolean", false],
  ["option", "gold"],
  ["option", "silver; or tin"],
  ["option", "__proto__"],
  ["options", []],
  ["options", ["gold", "gold", "__proto__"]],
  ["owner", "Ann@Example.com"],
  ["owner", "ünal@bücher.example"],
];

const misfits: readonly [FieldType, unknown][] = [
  ["text", 1],
  ["text", true],
  ["text", ["a"]],
  ["number", "1"],
  ["number", true],
  ["number", []],
  ["date", "2026-02-30"],
  ["date", "2023-02-29"],
  ["date", "0000-01-01"],
  ["date", "2026-13-01"],
  ["date", "2026-11-31"],
  ["date", "2026-1-1"],
  ["date", "2026-11-30T09:00:00Z"],
  ["date", "2026-11-30\n"],
  ["date", ""],
  ["date", 20261130],
  ["datetime", "2026-11-30"],
  ["datetime", "2026-11-30T09:00:00"],
  ["datetime", "2026-11-30 09:00:00Z"],
  ["datetime", "2026-11-31T09:00:00Z"],
  ["datetime", "2026-11-30T24:00:00Z"],
  ["datetime", "2026-11-30T09:00:00+16:00"],
  ["boolean", "true"],
  ["boolean", 1],
  ["option", "Gold"],
  ["option", "constructor"],
  ["option", ["gold"]],
  ["option", 1],
  ["options", "gold"],
  ["options", ["gold", "tin"]],
  ["options", [1]],
  ["owner", "ann"],
  ["owner", "ann@example.com,bob@example.com@x"],
  ["owner", " ann@example.com"],
  ["owner", 7],
];

async function inSql(type: FieldType, value: unknown): Promise<string | null> {
  const { rows } = await sql<{ needed: string | null }>`
    select field_misfit(${type}, ${toJson(shape(type).options)}::jsonb, ${toJson(value)}::jsonb) as needed`.execute(
    at.database.owner,
  );
  return rows[0]?.needed ?? null;
}

describe("BN-010 what a declared field can have, by the server and by the database alike", () => {
  test.each(fits)("%s: %j", async (type, value) => {
    expect(misfit(shape(type), value)).toBeNull();
    expect(await inSql(type, value)).toBeNull();
  });

  test.each(misfits)("%s: not %j", async (type, value) => {
    const needed = misfit(shape(type), value);
    expect(needed).toMatch(/^(?:a|one|text|true|the) ?/);
    expect(await inSql(type, value)).toBe(needed);
  });

  test("every type has values that fit and values that don't", () => {
    for (const list of [fits, misfits])
      expect([...new Set(list.map(([type]) => type))].toSorted()).toEqual(
        [...fieldTypes].toSorted(),
      );
  });

  test("of many options, ten are named", async () => {
    const many = Array.from({ length: 12 }, (_, index) => option(`o${index}`));
    const needed = misfit({ type: "option", options: many }, "none");
    expect(needed).toBe(
      "one of its options (o0, o1, o2, o3, o4, o5, o6, o7, o8, o9, …)",
    );
    const { rows } = await sql<{ needed: string }>`
      select field_misfit('option', ${toJson(many)}::jsonb, '"none"') as needed`.execute(
      at.database.owner,
    );
    expect(rows).toEqual([{ needed }]);
    expect(misfit({ type: "options", options: [] }, ["a"])).toBe(
      "a list of its options (none yet)",
    );
  });

  test("a number that came as a string keeps all its digits; other strings stay", () => {
    const number = shape("number");
    expect(keptValue(number, "12.50")).toBe(12.5);
    expect(JSON.stringify(keptValue(number, "43000000000000000000.1"))).toBe(
      "43000000000000000000.1",
    );
    expect(
      misfit(number, keptValue(number, "43000000000000000000.1")),
    ).toBeNull();
    expect(keptValue(number, "1,000")).toBe("1,000");
    expect(keptValue(shape("text"), "12.50")).toBe("12.50");
  });
});
