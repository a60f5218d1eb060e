import { describe, expect, test } from "vitest";
import type { Meaning } from "../../../../server/sync/values/meaning.ts";
import { meaningOf } from "../../../../server/sync/values/meaning.ts";
import type { PropertyDefinition } from "../../../../server/sync/model.ts";
import { timeOf } from "../../../../server/sync/values/time-of.ts";
import {
  canonical,
  isTaken,
  sameValue,
} from "../../../../server/sync/values/value.ts";
import { anyConversion, anyWorkspaceValue, fc } from "./properties.ts";
import { mapped } from "./situation.ts";

const phone: Meaning = { kind: "phone" };
const domain: Meaning = { kind: "domain" };
const page: Meaning = { kind: "web-address" };

describe("7-A7 two spellings of the same", () => {
  test.each<[Meaning, string, string]>([
    [phone, "+1 (415) 555-0100", "+14155550100"],
    [phone, "+1 (415) 555-0100", "+1 415 555 0100"],
    [phone, "+1.415.555.0100", "+1\u00a0415\u2011555\u20130100"],
    [phone, "\u202a+1 415 555 0100\u202c", "+14155550100"],
    [phone, "415/555-0100 ext. 12", "(415) 555 0100 x12"],
    [phone, "415 555 0100 #12", "4155550100;ext=12"],
    [phone, "4155550100 Extension 12", "415-555-0100 extn 12"],
    [domain, "x.example", "https://www.X.example/"],
    [domain, "x.example", "x.example/about?a=b#c"],
    [page, "https://Acme.example", "https://acme.example/"],
    [page, "HTTPS://acme.example/Team/", "https://acme.example/Team"],
    [page, "https://acme.example:443/a", "https://acme.example/a"],
    [page, "https://acme.example/?a=b", "https://acme.example?a=b"],
    [page, "Acme.example/Team", "acme.example/Team"],
    [page, "acme.example", " acme.example. "],
  ])("as %j, %j is %j", (meaning, left, right) => {
    expect(sameValue(meaning, left, right)).toBe(true);
  });

  test.each<[Meaning, string, string]>([
    [phone, "+1 415 555 0100", "415 555 0100"],
    [phone, "+1 415 555 0100", "1 415 555 0100"],
    [phone, "0049 30 123456", "+49 30 123456"],
    [phone, "+44 (0)20 7946 0000", "+44 20 7946 0000"],
    [phone, "415 555 0100", "415 555 0100 x1"],
    [phone, "415 555 0100 x1", "415 555 0100 x2"],
    [phone, "415 555 0100 x1", "415 555 01001"],
    [phone, "1-800-FLOWERS", "1800"],
    [phone, "ask Ann", "ask Bob"],
    [phone, "1-2", "12"],
    [phone, "4155550100, 4155550101", "41555501004155550101"],
    [domain, "x.example", "y.example"],
    [domain, "x.example", "a.x.example"],
    [page, "http://acme.example", "https://acme.example"],
    [page, "acme.example", "https://acme.example"],
    [page, "https://acme.example", "https://www.acme.example"],
    [page, "https://acme.example/Team", "https://acme.example/team"],
    [page, "https://acme.example/a?b=/", "https://acme.example/a?b="],
    [page, "https://acme.example:8443", "https://acme.example"],
    [page, "not an Address", "not an address"],
  ])("as %j, %j is not %j", (meaning, left, right) => {
    expect(sameValue(meaning, left, right)).toBe(false);
  });

  const spellings = fc.oneof(
    anyWorkspaceValue,
    fc.string({
      unit: fc.constantFrom(
        ...Array.from("+0123456789 ()-.x#/;ext:=wW,\u00a0\u2013"),
      ),
      maxLength: 24,
    }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc
      .tuple(
        fc.constantFrom("", "http://", "HTTPS://", "https://www."),
        fc.constantFrom("x.example", "X.Example", "x.example:443", "x"),
        fc.constantFrom("", "/", "/A", "/a//", "?b", "/#c", "."),
      )
      .map((parts) => parts.join("")),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  );
  const anyMeaning = fc.oneof(
    anyConversion,
    fc.constantFrom<Meaning>(phone, domain, page),
  );

  test("being the same is an equivalence: of itself, both ways round, and from one to the next", () => {
    fc.assert(
      fc.property(
        anyMeaning,
        spellings,
        spellings,
        spellings,
        (meaning, a, b, c) => {
          expect(sameValue(meaning, a, a)).toBe(true);
          expect(sameValue(meaning, a, b)).toBe(sameValue(meaning, b, a));
          if (sameValue(meaning, a, b) && sameValue(meaning, b, c))
            expect(sameValue(meaning, a, c)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("a canonical form is its own canonical form, and means what it was made of", () => {
    fc.assert(
      fc.property(anyMeaning, spellings, (meaning, value) => {
        const once = canonical(meaning, value);
        expect(canonical(meaning, once)).toBe(once);
        expect(sameValue(meaning, value, once)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("separators say nothing in a phone number, and each digit and the plus do", () => {
    const separator = fc.constantFrom("", " ", "-", "(", ")", ".", "\u00a0");
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), separator), {
          minLength: 6,
          maxLength: 15,
        }),
        (plus, drawn) => {
          const digits = drawn.map(([digit]) => digit).join("");
          const number = `${plus ? "+" : ""}${digits}`;
          const typed = `${plus ? "+" : ""}${drawn.flat().join("")}`;
          expect(sameValue(phone, typed, number)).toBe(true);
          expect(sameValue(phone, typed, `${number}0`)).toBe(false);
          expect(sameValue(phone, typed, plus ? digits : `+${digits}`)).toBe(
            false,
          );
        },
      ),
    );
  });
});

describe("what HubSpot's answer shows as taken", () => {
  test.each<[Meaning, string | null, string, boolean]>([
    [phone, "+14155550100", "+1 415 555 0100", true],
    [{ kind: "number" }, "10.13", "10.129", true],
    [{ kind: "number" }, "10.13", "10.2", false],
    [{ kind: "number" }, "10.13", "many", false],
    [{ kind: "number" }, null, "0.4", false],
    [{ kind: "text" }, "10.13", "10.129", false],
    [{ kind: "text" }, "customer", "lead", false],
  ])("%j %j for %j: %j", (meaning, answered, sent, taken) => {
    expect(isTaken(meaning, answered, sent)).toBe(taken);
  });
});

describe("what a mapped field means", () => {
  const definition = (
    type: string,
    fieldType?: string,
  ): PropertyDefinition => ({
    type,
    ...(fieldType === undefined ? {} : { fieldType }),
    readOnly: false,
    options: null,
    label: "",
  });

  test.each<[string, PropertyDefinition | undefined, Meaning["kind"]]>([
    ["anything", undefined, "text"],
    ["anything", definition("string", "text"), "text"],
    ["anything", definition("string", "phonenumber"), "phone"],
    ["anything", definition("phone_number", "phonenumber"), "phone"],
    ["anything", definition("number", "number"), "number"],
    ["anything", definition("date", "date"), "date"],
    ["anything", definition("datetime", "date"), "datetime"],
    ["anything", definition("bool", "booleancheckbox"), "boolean"],
    ["anything", definition("enumeration", "checkbox"), "set"],
    ["anything", definition("enumeration", "select"), "text"],
    ["phone", undefined, "phone"],
    ["domain", definition("string", "text"), "domain"],
    ["website", definition("string", "text"), "web-address"],
    ["email", definition("string", "text"), "email"],
    ["constructor", undefined, "text"],
  ])("text on %s, which HubSpot calls %j, is %s", (property, said, kind) => {
    expect(meaningOf(mapped("f", property), said).kind).toBe(kind);
  });

  test("another conversion than text says itself what its values mean", () => {
    fc.assert(
      fc.property(anyConversion, (conversion) => {
        fc.pre(conversion.kind !== "text");
        expect(
          meaningOf(
            mapped("f", "phone", { conversion }),
            definition("string", "phonenumber"),
          ),
        ).toBe(conversion);
      }),
    );
  });
});

describe("7-A11 a time", () => {
  const utc = (text: string) => Date.parse(text);
  test.each([
    ["2024-03-10 09:30:00+00", utc("2024-03-10T09:30:00Z")],
    ["2024-03-10 09:30:00+02", utc("2024-03-10T07:30:00Z")],
    ["2024-03-10 09:30:00-0330", utc("2024-03-10T13:00:00Z")],
    ["2024-03-10 09:30:00.5+05:30", utc("2024-03-10T04:00:00.500Z")],
    ["2024-03-10 09:30:00.123456+00", utc("2024-03-10T09:30:00.123Z")],
    ["2024-03-10 09:30:00.000999+00", utc("2024-03-10T09:30:00Z")],
    ["1883-11-18 12:03:58-04:56:02", utc("1883-11-18T17:00:00Z")],
    ["2024-03-10 09:30:00", utc("2024-03-10T09:30:00Z")],
    ["2024-03-10T09:30:00z", utc("2024-03-10T09:30:00Z")],
    ["2024-03-10", utc("2024-03-10T00:00:00Z")],
    ["2024-02-29", utc("2024-02-29T00:00:00Z")],
    ["2024-03-10T24:00:00Z", utc("2024-03-11T00:00:00Z")],
    ["0001-01-01", utc("0001-01-01T00:00:00Z")],
    ["1767225600000", 1_767_225_600_000],
  ])("%s is %d", (text, ms) => {
    expect(timeOf(text)).toBe(ms);
  });

  test.each([
    "infinity",
    "-infinity",
    "Infinity",
    "NaN",
    "0044-03-15 00:00:00 BC",
    "0044-03-15 BC",
    "12024-03-10 00:00:00+00",
    "0000-01-01",
    "2024-02-30",
    "2024-02-30T10:00:00Z",
    "2023-02-29 10:00:00+00",
    "2024-04-31 10:00:00+02",
    "2024-13-01",
    "2024-03-10 25:00:00+00",
    "2024-03-10 24:30:00+00",
    "2024-03-10 09:60:00+00",
    "2024-03-10 09:30:60+00",
    "2024-03-10 09:30:00+16",
    "2024-03-10 09:30:00 Europe/Berlin",
    "10/03/2024 09:30:00",
    "2024",
    "5",
    "Phase 2",
    "99999999999999999999",
  ])("%s is none", (text) => {
    expect(timeOf(text)).toBeNull();
  });

  test("a moment is the same in every zone, spelled as ISO 8601 or as Postgres spells it", () => {
    fc.assert(
      fc.property(
        fc.integer({
          min: Date.parse("0002-01-01T00:00:00Z"),
          max: Date.parse("9998-12-31T00:00:00Z"),
        }),
        fc.integer({ min: -15 * 60, max: 15 * 60 }),
        fc.constantFrom("T", " "),
        (ms, minutes, between) => {
          const wall = new Date(ms + minutes * 60_000)
            .toISOString()
            .slice(0, -1)
            .replace("T", between);
          const distance = Math.abs(minutes);
          const two = (value: number) => String(value).padStart(2, "0");
          const hours = `${minutes < 0 ? "-" : "+"}${two(Math.floor(distance / 60))}`;
          expect(timeOf(`${wall}${hours}:${two(distance % 60)}`)).toBe(ms);
          if (distance % 60 === 0) expect(timeOf(wall + hours)).toBe(ms);
        },
      ),
    );
  });
});
