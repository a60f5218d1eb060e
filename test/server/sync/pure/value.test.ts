import { fc } from "./properties.ts";
import { describe, expect, test } from "vitest";
import type { Conversion } from "../../../../server/settings/mapping.ts";
import type { PropertyDefinition } from "../../../../server/sync/model.ts";
import {
  canonical,
  isBlank,
  sameValue,
  toHubSpot,
  toWorkspace,
} from "../../../../server/sync/values/value.ts";
import { anyConversion, anyText, anyWorkspaceValue } from "./properties.ts";
import { mapped } from "./situation.ts";

const owners = {
  idByEmail: { "ann@example.com": "7" },
  emailById: { "7": "ann@example.com" },
};
const stages: Conversion = {
  kind: "options",
  pairs: [
    { workspace: "new", hubspot: "lead" },
    { workspace: "fresh", hubspot: "lead" },
    { workspace: "won", hubspot: "customer" },
    { workspace: "won", hubspot: "evangelist" },
  ],
};

describe("equal means equal", () => {
  test.each<[Conversion["kind"], unknown, unknown]>([
    ["text", " Ann ", "Ann"],
    ["text", null, "  "],
    ["text", 5, "5"],
    ["email", "Ann@Example.com ", "ann@example.com"],
    ["email", "\ufeffAnn@Exam\u00adple.com\r\n\u0085", "ann@example.com"],
    ["text", "ws.example\u200b\u0085", "ws.example"],
    ["text", "\u200b\u2060", null],
    ["number", "5.0", 5],
    ["number", " 1e3", "1000"],
    ["number", "-0", 0],
    ["number", "1e3", 1000.0],
    ["number", "4300000000000000001", "4300000000000000001.0"],
    ["number", 1e21, "1000000000000000000000"],
    ["datetime", "2024-03-10 09:30:00+00", "2024-03-10T09:30:00Z"],
    ["datetime", "2024-03-10 09:30:00+05:30", "2024-03-10T04:00:00.000Z"],
    ["datetime", "1883-11-18 12:03:58-04:56:02", "1883-11-18T17:00:00Z"],
    ["date", "2026-01-31", "2026-01-31T00:00:00Z"],
    ["date", "1769817600000", "2026-01-31"],
    ["datetime", "2026-01-31T10:00:00Z", "2026-01-31T11:00:00+01:00"],
    ["datetime", "2026-01-31T11:00:00+0100", "1769853600000"],
    ["datetime", "2026-01-31 10:00", "2026-01-31T10:00:00.000Z"],
    ["boolean", true, "true"],
    ["boolean", "Yes", "1"],
    ["boolean", false, "no"],
    ["set", ["b", "a"], "a;b"],
    ["set", "a;;b;a", ["a", "b"]],
    ["set", ["a", null, " "], "a"],
    ["set", ["b;a"], "a;b"],
    ["set", [], ";"],
    ["owner", "ANN@example.com", "ann@example.com"],
  ])("as %s, %j is %j", (kind, left, right) => {
    expect(sameValue({ kind } as Conversion, left, right)).toBe(true);
  });

  test.each<[Conversion["kind"], unknown, unknown]>([
    ["text", "Ann", "ann"],
    ["number", "5", "50"],
    ["number", "1,000", "1000"],
    ["number", "0x1F", "31"],
    ["number", "4300000000000000001", "4300000000000000000"],
    ["number", "9007199254740993", 9007199254740992],
    ["number", "1e400", "2e400"],
    ["datetime", "2024-02-30T10:00:00Z", "2024-03-01T10:00:00Z"],
    ["date", "2026-02-30", "2026-03-02"],
    ["date", "Phase 2", "2001-02-01"],
    ["date", "5", "2001-05-01"],
    ["boolean", "maybe", "false"],
    ["boolean", "constructor", "toString"],
    ["set", "a;b", "a"],
  ])("as %s, %j is not %j", (kind, left, right) => {
    expect(sameValue({ kind } as Conversion, left, right)).toBe(false);
  });

  test("a canonical form is its own canonical form, and no value breaks it", () => {
    fc.assert(
      fc.property(anyConversion, anyWorkspaceValue, (conversion, value) => {
        const once = canonical(conversion, value);
        expect(typeof once).toBe("string");
        expect(canonical(conversion, once)).toBe(once);
        if (isBlank(value)) expect(once).toBe("");
      }),
    );
  });

  test("any text of HubSpot's is compared and converted without failing", () => {
    fc.assert(
      fc.property(anyConversion, anyText, (conversion, text) => {
        const mapping = mapped("field", "property", { conversion });
        expect(canonical(conversion, text)).toBe(canonical(conversion, text));
        expect(typeof toWorkspace(mapping, text, owners, undefined).ok).toBe(
          "boolean",
        );
        expect(typeof toHubSpot(mapping, text, owners, undefined).ok).toBe(
          "boolean",
        );
      }),
    );
  });

  test("dates far beyond the calendar are compared as text", () => {
    expect(canonical({ kind: "date" }, "99999999999999999999")).toBe(
      "99999999999999999999",
    );
  });
});

describe("a value carried to HubSpot", () => {
  const choice: PropertyDefinition = {
    type: "enumeration",
    readOnly: false,
    options: ["a", "b"],
    label: "Choice",
  };
  test.each<
    [string, Conversion, unknown, PropertyDefinition | undefined, string]
  >([
    ["text as typed", { kind: "text" }, " Ann ", undefined, " Ann "],
    ["an email lower-cased", { kind: "email" }, "A@B.c", undefined, "a@b.c"],
    ["a set joined", { kind: "set" }, ["b", "a"], choice, "a;b"],
    ["a blank as a clearing", { kind: "text" }, "  ", undefined, ""],
    ["a set of blanks as a clearing", { kind: "set" }, [" "], choice, ""],
    [
      "an owner as its id",
      { kind: "owner" },
      "Ann@Example.com",
      undefined,
      "7",
    ],
    ["the option of many values", stages, "fresh", undefined, "lead"],
    ["the first option of a value", stages, "won", undefined, "customer"],
    ["a boolean", { kind: "boolean" }, true, undefined, "true"],
    ["a number", { kind: "number" }, "05.50", undefined, "5.5"],
    [
      "a long number, digit by digit",
      { kind: "number" },
      "9007199254740993",
      undefined,
      "9007199254740993",
    ],
    [
      "a time of Postgres as HubSpot writes it",
      { kind: "datetime" },
      "2024-03-10 09:30:00+02",
      undefined,
      "2024-03-10T07:30:00.000Z",
    ],
  ])("%s", (_, conversion, value, definition, expected) => {
    expect(
      toHubSpot(mapped("f", "p", { conversion }), value, owners, definition),
    ).toEqual({ ok: true, value: expected });
  });

  test.each([
    ["domain", "\tws.exam\u200bple\r\n", "ws.example"],
    ["email", "ann@example.com\n", "ann@example.com"],
  ])(
    "7-A5 text for %s, which identifies, without what nobody sees",
    (property, value, expected) => {
      const mapping = mapped("f", property, { conversion: { kind: "text" } });
      expect(toHubSpot(mapping, value, owners, undefined)).toEqual({
        ok: true,
        value: expected,
      });
    },
  );

  test.each<[string, Conversion, unknown, PropertyDefinition | undefined]>([
    ["unknown_owner", { kind: "owner" }, "bob@example.com", undefined],
    ["unknown_owner", { kind: "owner" }, "constructor", undefined],
    ["unmapped_option", stages, "lost", undefined],
    ["invalid_number", { kind: "number" }, "many", undefined],
    ["invalid_number", { kind: "number" }, "0x1F", undefined],
    ["invalid_number", { kind: "number" }, "NaN", undefined],
    ["invalid_number", { kind: "number" }, "Infinity", undefined],
    ["invalid_number", { kind: "number" }, "1e999999999", undefined],
    ["invalid_date", { kind: "datetime" }, "infinity", undefined],
    ["invalid_date", { kind: "datetime" }, "2024-02-30T10:00:00Z", undefined],
    ["invalid_date", { kind: "date" }, "-infinity", undefined],
    ["invalid_date", { kind: "date" }, "0044-03-15 BC", undefined],
    ["invalid_option", { kind: "text" }, "c", choice],
    ["invalid_option", { kind: "set" }, ["a", "c"], choice],
    [
      "read_only_property",
      { kind: "text" },
      "a",
      { ...choice, readOnly: true },
    ],
  ])("is refused as %s: %j %j", (code, conversion, value, definition) => {
    expect(
      toHubSpot(mapped("f", "p", { conversion }), value, owners, definition),
    ).toMatchObject({ ok: false, code });
  });
});

describe("a value carried to the workspace", () => {
  test.each<[string, Conversion, string | null, unknown]>([
    ["text as it stands", { kind: "text" }, "Ann", "Ann"],
    ["a blank as null", { kind: "text" }, " ", null],
    ["an empty set as null", { kind: "set" }, ";", null],
    ["a number as a number", { kind: "number" }, "5.50", 5.5],
    ["a boolean as a boolean", { kind: "boolean" }, "false", false],
    ["a set as a list", { kind: "set" }, "b;a", ["a", "b"]],
    ["an owner as an email", { kind: "owner" }, "7", "ann@example.com"],
    ["an option as the first value that names it", stages, "lead", "new"],
    ["one of many options as its value", stages, "evangelist", "won"],
  ])("%s", (_, conversion, value, expected) => {
    expect(
      toWorkspace(mapped("f", "p", { conversion }), value, owners, undefined),
    ).toEqual({ ok: true, value: expected });
  });

  test.each<[string, Conversion, string]>([
    ["unknown_owner", { kind: "owner" }, "8"],
    ["unknown_owner", { kind: "owner" }, "constructor"],
    ["unmapped_option", stages, "subscriber"],
    ["invalid_number", { kind: "number" }, "many"],
    ["invalid_date", { kind: "date" }, "soon"],
    ["invalid_boolean", { kind: "boolean" }, "maybe"],
  ])("is refused as %s: %j %s", (code, conversion, value) => {
    expect(
      toWorkspace(mapped("f", "p", { conversion }), value, owners, undefined),
    ).toMatchObject({ ok: false, code });
  });

  test("what HubSpot holds, carried over and back, is the same to us; among options with several pairs it comes to rest", () => {
    fc.assert(
      fc.property(anyConversion, anyText, (conversion, text) => {
        const mapping = mapped("f", "p", { conversion });
        const first = toWorkspace(mapping, text, owners, undefined);
        if (!first.ok || first.value === null) return;
        let here = first.value;
        // Each side takes the first pair that fits, so that each round leads to an earlier pair, or to the same one.
        const rounds =
          conversion.kind === "options" ? conversion.pairs.length : 1;
        for (let round = 0; round < rounds; round += 1) {
          const there = toHubSpot(mapping, here, owners, undefined);
          if (!there.ok) throw new Error(`not carried back: ${there.code}`);
          const again = toWorkspace(mapping, there.value, owners, undefined);
          expect(again).toMatchObject({ ok: true });
          if (!again.ok || again.value === null) return;
          if (sameValue(conversion, again.value, here)) return;
          here = again.value;
        }
        throw new Error("it doesn't come to rest");
      }),
      { numRuns: 1_000 },
    );
  });
});
