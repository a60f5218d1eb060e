import { readFile, writeFile } from "node:fs/promises";
import { sql } from "kysely";
import ts from "typescript";
import { expect, test } from "vitest";
import { numberColumns } from "../../../server/database/number-columns.ts";
import { useDatabase } from "../../database.ts";
import { readSchema } from "./read-schema.ts";

const at = useDatabase();
const DUMP = new URL("../../schema.sql", import.meta.url);

test("test/schema.sql is what the migrations make (UPDATE_SCHEMA=1 writes it anew)", async () => {
  const schema = await readSchema(at.database.owner);
  if (process.env["UPDATE_SCHEMA"] === "1") await writeFile(DUMP, schema);
  expect(schema).toBe(await readFile(DUMP, "utf8"));
});

type Column = { read: string; nullable: boolean; optional: boolean };

test("the table types say of every column what the catalog says: name, type, null, default", async () => {
  const { rows } = await sql<{
    table: string;
    column: string;
    type: string;
    nullable: boolean;
    optional: boolean;
  }>`
    select c.relname as table, a.attname as column, format_type(a.atttypid, -1) as type, not a.attnotnull as nullable,
      not a.attnotnull or a.atthasdef or a.attidentity <> '' as optional
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname not like 'kysely%'`.execute(
    at.database.owner,
  );
  const inCatalog = new Map<string, Column>();
  for (const { table, column, type, nullable, optional } of rows) {
    inCatalog.set(`${table}.${column}`, {
      read: readAs(type, column),
      nullable,
      optional,
    });
  }
  const inTypes = readTableTypes();
  expect([...inTypes.keys()].toSorted()).toEqual(
    [...inCatalog.keys()].toSorted(),
  );
  for (const [name, column] of inTypes)
    expect({ name, ...column }).toEqual({ name, ...inCatalog.get(name) });
});

function readAs(type: string, column: string): string {
  switch (type) {
    case "bigint":
      return numberColumns.has(column) ? "number" : "string";
    case "integer":
      return "number";
    case "boolean":
      return "boolean";
    case "timestamp with time zone":
      return "Date";
    case "jsonb":
      return "json";
    case "bytea":
      return "Buffer";
    case "text[]":
    case "bigint[]":
      return "string[]";
    default:
      return "string";
  }
}

// What a select of each column gives, asked of the compiler itself.
function readTableTypes(): Map<string, Column> {
  const probe = new URL("probe.ts", import.meta.url).pathname;
  const source = `
    import type { Selectable, Insertable } from "kysely";
    import type { Tables } from "../../../server/database/tables.ts";
    export type Read = { [T in keyof Tables as T extends \`workspace.\${string}\` ? never : T]: Selectable<Tables[T]> };
    export type Write = { [T in keyof Tables as T extends \`workspace.\${string}\` ? never : T]: Insertable<Tables[T]> };
  `;
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
  };
  const real = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...real,
    getSourceFile: (name, ...rest) =>
      name === probe
        ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2024)
        : real.getSourceFile(name, ...rest),
    fileExists: (name) => name === probe || real.fileExists(name),
    readFile: (name) => (name === probe ? source : real.readFile(name)),
  };
  const program = ts.createProgram([probe], options, host);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(probe);
  if (!file) throw new Error("The probe is not in the program.");
  const columns = new Map<string, Column>();
  const shapes = file.statements.filter((statement) =>
    ts.isTypeAliasDeclaration(statement),
  );
  const [readShape, writeShape] = shapes.map((shape) =>
    checker.getTypeAtLocation(shape.name),
  );
  if (!readShape || !writeShape)
    throw new Error("The probe declares two types.");
  for (const table of readShape.getProperties()) {
    const written = writeShape.getProperty(table.name);
    const writeType =
      written && checker.getTypeOfSymbolAtLocation(written, file);
    for (const column of checker
      .getTypeOfSymbolAtLocation(table, file)
      .getProperties()) {
      const type = checker.getTypeOfSymbolAtLocation(column, file);
      const given = writeType?.getProperty(column.name);
      columns.set(`${table.name}.${column.name}`, {
        read: kindOf(checker, checker.getNonNullableType(type)),
        nullable: checker.getNonNullableType(type) !== type,
        // a generated column cannot be given at all
        optional: !given || (given.flags & ts.SymbolFlags.Optional) !== 0,
      });
    }
  }
  return columns;
}

function kindOf(checker: ts.TypeChecker, type: ts.Type): string {
  const parts = type.isUnion() ? type.types : [type];
  const kinds = new Set(
    parts.map((part) => {
      if (part.flags & ts.TypeFlags.StringLike) return "string";
      if (part.flags & ts.TypeFlags.NumberLike) return "number";
      if (part.flags & ts.TypeFlags.BooleanLike) return "boolean";
      const text = checker.typeToString(part);
      if (text === "Date" || text === "string[]") return text;
      return text.startsWith("Buffer") ? "Buffer" : "json";
    }),
  );
  return kinds.size === 1 ? ([...kinds][0] ?? "") : "json";
}
