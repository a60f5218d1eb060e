import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { doNothing } from "../../../../server/sync/decide/decision.ts";
import { orderWrites } from "../../../../server/sync/apply/pure/order-writes.ts";
import { object, pair, record } from "./situation.ts";

type Write = Parameters<typeof orderWrites>[1][number] & {
  readonly has: string;
  readonly gets: string;
};

/** A contact, or company, that has one email in HubSpot and gets another; "" has none yet, and is created. */
function write(has: string, gets: string): Write {
  const sent = { email: { h: gets, w: gets }, domain: { h: gets, w: gets } };
  const isNew = has === "";
  return {
    has,
    gets,
    operation: isNew ? "create" : "update",
    plan: {
      pair: pair({
        record: record(),
        object: isNew ? null : object({ email: has, domain: has }),
      }),
      decision: {
        ...doNothing("", ""),
        hubspot: { kind: isNew ? "create" : "update", sent },
      },
      edges: [],
      object: null,
      recordId: "",
    },
  };
}

const told = (writes: readonly Write[], type: "contact" | "company") => {
  const { waves, cleared } = orderWrites(type, writes);
  return {
    waves: waves.map((wave) => wave.map(({ gets }) => gets)),
    cleared: [...cleared.keys()].map(({ gets }) => gets),
  };
};

describe("the order of writes", () => {
  test.each([
    [
      "writes that concern no other go at once",
      [
        ["a", "b"],
        ["c", "d"],
      ],
      [["b", "d"]],
      [],
    ],
    [
      "who gives up goes before who takes",
      [
        ["b", "a"],
        ["a", "z"],
      ],
      [["z"], ["a"]],
      [],
    ],
    [
      "a creation waits for it too",
      [
        ["", "a"],
        ["a", "z"],
      ],
      [["z"], ["a"]],
      [],
    ],
    [
      "a chain goes from its free end",
      [
        ["c", "b"],
        ["b", "a"],
        ["a", "z"],
      ],
      [["z"], ["a"], ["b"]],
      [],
    ],
    [
      "contacts that swap are cleared, and then written at once",
      [
        ["a", "b"],
        ["b", "c"],
        ["c", "a"],
      ],
      [["b", "c", "a"]],
      ["b", "c", "a"],
    ],
    [
      "what waits for a free one is not cleared, beside a swap either",
      [
        ["a", "b"],
        ["b", "a"],
        ["c", "d"],
        ["d", "e"],
      ],
      [["b", "a", "e"], ["d"]],
      ["b", "a"],
    ],
    [
      "an email in other letters is the same",
      [
        ["B@x.example", "A@x.example"],
        ["a@X.example", "z@x.example"],
      ],
      [["z@x.example"], ["A@x.example"]],
      [],
    ],
    [
      "a contact that keeps its email gives nothing up",
      [
        ["A", "a"],
        ["b", "a"],
      ],
      [["a", "a"]],
      [],
    ],
  ] as const)("%s", (_name, given, waves, cleared) => {
    const writes = given.map(([has, gets]) => write(has, gets));
    expect(told(writes, "contact")).toEqual({ waves, cleared });
  });

  test("companies may share a domain: none is cleared", () => {
    expect(told([write("a", "b"), write("b", "a")], "company").cleared).toEqual(
      [],
    );
  });

  test("whatever moves where, each email is free when it is taken, and every write is made once", () => {
    const emails = fc.shuffledSubarray(
      ["a", "b", "c", "d", "e", "f", "g", "h"],
      { minLength: 1 },
    );
    fc.assert(
      fc.property(
        emails,
        emails,
        fc.infiniteStream(fc.boolean()),
        (from, to, isNew) => {
          const writes = to.flatMap((gets, index) => {
            const has = isNew.next().value ? "" : (from[index] ?? "");
            return has === gets ? [] : [write(has, gets)];
          });
          const { waves, cleared } = orderWrites("contact", writes);
          const held = new Set(writes.map(({ has }) => has));
          for (const each of cleared.keys()) held.delete(each.has);
          for (const wave of waves) {
            for (const each of wave) expect(held).not.toContain(each.gets);
            for (const each of wave) {
              held.delete(each.has);
              held.add(each.gets);
            }
          }
          expect(new Set(waves.flat())).toEqual(new Set(writes));
          expect(waves.flat()).toHaveLength(writes.length);
        },
      ),
    );
  });
});
