import { describe, expect, test } from "vitest";
import { assign, byObjectId } from "../../../../server/sync/assign/assign.ts";
import type {
  Assignment,
  ObjectCandidate,
  RecordCandidate,
} from "../../../../server/sync/assign/assign.ts";
import { fc } from "./properties.ts";

const record = (
  id: string,
  more: Partial<RecordCandidate> = {},
): RecordCandidate => ({
  id,
  identity: null,
  creationKeys: [],
  linkedTo: null,
  formerObjects: [],
  revivable: [],
  givenUp: [],
  preferredObjects: [],
  createdAt: 0,
  ...more,
});
const object = (
  id: string,
  more: Partial<ObjectCandidate> = {},
): ObjectCandidate => ({
  id,
  identities: [],
  creationKey: null,
  linkedTo: null,
  ...more,
});

/** "record-object by", with the code of a conflict. */
const told = (assignments: readonly Assignment[]): string[] =>
  assignments
    .map(
      (one) =>
        `${one.record ?? "none"}-${one.object ?? "none"} ${one.conflict?.code ?? one.by}`,
    )
    .sort();

const x = { identity: "x" };
const hasX = { identities: ["x"] };

describe("matching, in its order", () => {
  test.each<
    [
      string,
      "contact" | "company",
      RecordCandidate[],
      ObjectCandidate[],
      string[],
    ]
  >([
    [
      "a link goes before everything else",
      "contact",
      [record("r", { ...x, linkedTo: "2", creationKeys: ["k"] })],
      [object("1", { ...hasX, creationKey: "k" }), object("2")],
      ["none-1 none", "r-2 link"],
    ],
    [
      "an object that is back revives its link, whatever it holds by now",
      "contact",
      [record("r", { ...x, revivable: ["2"], formerObjects: ["2"] })],
      [object("1", hasX), object("2")],
      ["none-1 none", "r-2 revived"],
    ],
    [
      "another record's object has the email, although HubSpot doesn't show it",
      "contact",
      [record("r", { ...x, heldElsewhere: [{ object: "9", holder: "q" }] })],
      [],
      ["r-none duplicate_email"],
    ],
    [
      "an object that shows the email goes before one that doesn't",
      "contact",
      [record("r", { ...x, heldElsewhere: [{ object: "9", holder: "q" }] })],
      [object("1", hasX)],
      ["r-1 identity"],
    ],
    [
      "a creation's key goes before an email",
      "contact",
      [record("r", { ...x, creationKeys: ["r", "k"] })],
      [object("1", hasX), object("2", { creationKey: "k" })],
      ["none-1 none", "r-2 creation-key"],
    ],
    [
      "one object with the same email is linked",
      "contact",
      [record("r", x)],
      [object("1", hasX)],
      ["r-1 identity"],
    ],
    [
      "an additional email matches too",
      "contact",
      [record("r", x)],
      [object("1", { identities: ["y", "x"] })],
      ["r-1 identity"],
    ],
    [
      "a primary email goes before an additional one, also of an older record",
      "contact",
      [
        record("old", { identity: "y", createdAt: 1 }),
        record("new", { ...x, createdAt: 2 }),
      ],
      [object("1", { identities: ["x", "y"] })],
      ["new-1 identity", "old-none duplicate_email"],
    ],
    [
      "an object with the primary email is taken, though another has it as an additional one",
      "contact",
      [record("r", x)],
      [object("1", { identities: ["y", "x"] }), object("2", hasX)],
      ["none-1 none", "r-2 identity"],
    ],
    [
      "several contacts with one email are a problem",
      "contact",
      [record("r", x)],
      [object("1", hasX), object("2", hasX)],
      ["none-1 none", "none-2 none", "r-none ambiguous_email"],
    ],
    [
      "of two records with one email the older is linked, the second is a problem",
      "contact",
      [
        record("a", { ...x, createdAt: 2 }),
        record("b", { ...x, createdAt: 1 }),
      ],
      [object("1", hasX)],
      ["a-none duplicate_email", "b-1 identity"],
    ],
    [
      "a contact linked to another record is a problem, never a second object",
      "contact",
      [record("r", x)],
      [object("1", { ...hasX, linkedTo: "elsewhere" })],
      ["r-none duplicate_email"],
    ],
    [
      "several companies: the one already associated",
      "company",
      [record("r", { ...x, preferredObjects: ["10"] })],
      [object("9", hasX), object("10", hasX)],
      ["none-9 none", "r-10 identity"],
    ],
    [
      "several companies: else the lowest id, by number",
      "company",
      [record("r", x)],
      [object("10", hasX), object("9", hasX)],
      ["none-10 none", "r-9 identity"],
    ],
    [
      "a company of another record is passed over for a free one",
      "company",
      [record("r", x)],
      [object("1", { ...hasX, linkedTo: "elsewhere" }), object("2", hasX)],
      ["r-2 identity"],
    ],
    [
      "a company whose domain belongs to another record is a problem",
      "company",
      [record("r", x)],
      [object("1", { ...hasX, linkedTo: "elsewhere" })],
      ["r-none domain_conflict"],
    ],
    [
      "the dead do not match again by email",
      "contact",
      [record("r", { ...x, formerObjects: ["1"] })],
      [object("1", hasX)],
      ["none-1 none", "r-none none"],
    ],
    [
      "what a person gave to another record is matched neither by domain nor by creation's key",
      "company",
      [
        record("r", {
          ...x,
          creationKeys: ["k"],
          formerObjects: ["1"],
          givenUp: ["1"],
        }),
      ],
      [object("1", { ...hasX, creationKey: "k" })],
      ["none-1 none", "r-none domain_conflict"],
    ],
    [
      "what a person gave to another record goes to a record that never had it",
      "company",
      [
        record("r", { ...x, formerObjects: ["1"], givenUp: ["1"] }),
        record("s", { ...x, createdAt: 1 }),
      ],
      [object("1", hasX)],
      ["r-none domain_conflict", "s-1 identity"],
    ],
    [
      "two records with one creation's key: the older has it",
      "contact",
      [
        record("a", { creationKeys: ["k"], createdAt: 2 }),
        record("b", { creationKeys: ["k"], createdAt: 1 }),
      ],
      [object("1", { creationKey: "k" })],
      ["a-none none", "b-1 creation-key"],
    ],
  ])("%s", (_, type, records, objects, expected) => {
    expect(told(assign(type, records, objects))).toEqual(expected);
  });

  test("an ambiguous choice among companies is told, a clear one is not", () => {
    const several = [object("2", hasX), object("1", hasX)];
    const [chosen] = assign("company", [record("r", x)], several);
    expect(chosen).toMatchObject({ object: "1", ambiguous: ["1", "2"] });
    const [preferred] = assign(
      "company",
      [record("r", { ...x, preferredObjects: ["2"] })],
      several,
    );
    expect(preferred).toMatchObject({ object: "2", ambiguous: [] });
    const [oneOfTwo] = assign(
      "company",
      [record("r", { ...x, preferredObjects: ["3", "2"] })],
      [...several, object("3", hasX)],
    );
    expect(oneOfTwo).toMatchObject({ object: "2", ambiguous: ["2", "3"] });
  });

  test("a conflict names the objects that it is about", () => {
    const [one] = assign(
      "contact",
      [record("r", x)],
      [object("10", hasX), object("9", hasX)],
    );
    expect(one?.conflict?.objectIds).toEqual(["9", "10"]);
    expect(one?.conflict?.holders).toEqual({});
    const [held] = assign(
      "company",
      [record("r", x)],
      [object("1", { ...hasX, linkedTo: "elsewhere" })],
    );
    expect(held?.conflict?.holders).toEqual({ "1": "elsewhere" });
  });
});

const ids = ["1", "2", "9", "10", "11"];
const keys = ["x", "y", "z"];
const subset = (of: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...of), { maxLength: 2 });
const anyRecords = fc.uniqueArray(
  fc.record<RecordCandidate>({
    id: fc.constantFrom("a", "b", "c", "d", "e"),
    identity: fc.constantFrom(null, ...keys),
    creationKeys: subset(keys),
    linkedTo: fc.constantFrom(null, null, null, ...ids),
    formerObjects: subset(ids),
    revivable: subset(ids),
    givenUp: subset(ids),
    preferredObjects: subset(ids),
    createdAt: fc.integer({ min: 0, max: 2 }),
  }),
  { selector: (one) => one.id },
);
const anyObjects = fc.uniqueArray(
  fc.record<ObjectCandidate>({
    id: fc.constantFrom(...ids),
    identities: subset(keys),
    creationKey: fc.constantFrom(null, null, ...keys),
    linkedTo: fc.constantFrom(null, null, null, "a", "b", "elsewhere"),
  }),
  { selector: (one) => one.id },
);
const anyType = fc.constantFrom("contact" as const, "company" as const);

describe("matching, for any input", () => {
  test("each record has at most one object, each object at most one record, and none is forgotten", () => {
    fc.assert(
      fc.property(anyType, anyRecords, anyObjects, (type, records, objects) => {
        const assignments = assign(type, records, objects);
        const matched = assignments.flatMap((one) => one.object ?? []);
        expect(new Set(matched).size).toBe(matched.length);
        expect(assignments.flatMap((one) => one.record ?? []).sort()).toEqual(
          records.map((one) => one.id).sort(),
        );
        for (const { id, linkedTo } of objects)
          if (linkedTo === null) expect(matched).toContain(id);
      }),
      { numRuns: 500 },
    );
  });

  test("the order in which records and objects were loaded decides nothing", () => {
    const shuffled = fc
      .tuple(anyRecords, anyObjects)
      .chain(([records, objects]) =>
        fc.record({
          records: fc.constant(records),
          objects: fc.constant(objects),
          otherRecords: fc.shuffledSubarray(records, {
            minLength: records.length,
          }),
          otherObjects: fc.shuffledSubarray(objects, {
            minLength: objects.length,
          }),
        }),
      );
    fc.assert(
      fc.property(anyType, shuffled, (type, it) => {
        expect(told(assign(type, it.otherRecords, it.otherObjects))).toEqual(
          told(assign(type, it.records, it.objects)),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("an object of another record's live link is given to nobody else", () => {
    fc.assert(
      fc.property(anyType, anyRecords, anyObjects, (type, records, objects) => {
        const unlinked = records.map((one) => ({ ...one, linkedTo: null }));
        for (const one of assign(type, unlinked, objects)) {
          const owner = objects.find(({ id }) => id === one.object)?.linkedTo;
          expect(owner ?? null).toBeNull();
        }
      }),
    );
  });

  test("what a record was made to give up comes back to it by a link or a restored one alone", () => {
    fc.assert(
      fc.property(anyType, anyRecords, anyObjects, (type, records, objects) => {
        for (const { record: id, object: found, by } of assign(
          type,
          records,
          objects,
        )) {
          const givenUp = records.find((one) => one.id === id)?.givenUp ?? [];
          if (found !== null && givenUp.includes(found))
            expect(["link", "revived"]).toContain(by);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("object ids are ordered as numbers", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n }), fc.bigInt({ min: 1n }), (a, b) => {
        expect(Math.sign(byObjectId(String(a), String(b)))).toBe(
          a < b ? -1 : a > b ? 1 : 0,
        );
      }),
    );
  });
});
