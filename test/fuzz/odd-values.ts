import { Raw } from "./raw-json.ts";
import type { Random } from "./random.ts";

/** Numbers at the edges of what doubles, bigint columns, and jsonb take. */
const numbers = [
  "0",
  "-0",
  "-1",
  "1",
  "0.5",
  "1e3",
  "9007199254740991",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775809",
  "12345678901234567890",
  "1e21",
  "1e308",
  "1e309",
  "1e-400",
  "1e999999",
  "-1e999999",
  "1e-999999",
  "8640000000000001",
  "253402300800000",
  `1${"0".repeat(1_200)}`,
  `0.${"3".repeat(400)}`,
].map((text) => new Raw(text));

/** Texts that names, ids, times, and Postgres may choke on; those that are escapes are Raw. */
const texts: readonly unknown[] = [
  "",
  " ",
  "x",
  "x".repeat(70_000),
  "null",
  "true",
  "NaN",
  "-1",
  "0",
  "00012",
  "9223372036854775808",
  "12345678901234567890",
  "1e5",
  "0x10",
  "'; drop table record; --",
  "{}",
  "[]",
  "\\",
  '"',
  "%",
  "%00",
  "../../etc/passwd",
  "🦄",
  "e\u0301",
  "\u202egnirts",
  "\u2028",
  "\ufeff",
  "\uffff",
  "infinity",
  "0000-01-01T00:00:00.000Z",
  "9999-12-31T23:59:59.999Z",
  "2026-02-30T00:00:00Z",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "00000000-0000-0000-0000-000000000000",
  "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
  "0-1",
  "0-2",
  "0-3",
  "0-999999999999",
  new Raw('"\\u0000"'),
  new Raw('"a\\u0000b"'),
  new Raw('"\\ud800"'),
  new Raw('"\\udc00\\ud800"'),
  new Raw('"\\ud83d\\u0000\\ude00"'),
  new Raw('"\\\\u0000"'),
];

const deep = (depth: number): Raw =>
  new Raw(`${"[".repeat(depth)}${"]".repeat(depth)}`);

const structures: readonly unknown[] = [
  null,
  true,
  false,
  {},
  [],
  [null],
  [[]],
  { a: { a: { a: 1 } } },
  [1, "1", null, {}],
  new Raw('{"a":1,"a":2}'),
  new Raw('{"\\ud800":1}'),
  new Raw('{"\\u0000":1}'),
  new Raw('{"__proto__":{"polluted":true}}'),
  deep(60),
  deep(70),
  deep(5_000),
  new Raw(`${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`),
  new Raw(`[${"0,".repeat(20_000)}0]`),
  Array.from({ length: 1_500 }, (_, index) => String(index)),
];

/** A value that hardly anything expects; `known` are ids that exist. */
export function oddValue(random: Random, known: readonly string[]): unknown {
  switch (random.below(5)) {
    case 0:
      return random.pick(numbers);
    case 1:
    case 2:
      return random.pick(texts);
    case 3:
      return known.length === 0 ? null : random.pick(known);
    default:
      return copyOf(random.pick(structures));
  }
}

/** A value of its own: what is put into a body may be changed there. */
export function copyOf(value: unknown): unknown {
  if (value instanceof Raw) return value;
  if (Array.isArray(value)) return (value as unknown[]).map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  // Not by assignment: a name may be __proto__.
  for (const [name, each] of Object.entries(value))
    Object.defineProperty(copy, name, {
      value: copyOf(each),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  return copy;
}

/** A name that hardly anything expects. */
export function oddName(random: Random): string {
  return random.pick([
    "",
    "a",
    "x".repeat(2_000),
    "\u0000",
    "\ud800",
    "__proto__",
    "id",
    "portalId",
    "$where",
    "a.b",
    "[0]",
  ]);
}
