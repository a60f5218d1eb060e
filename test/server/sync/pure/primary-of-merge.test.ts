import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Base } from "../../../../server/sync/model.ts";
import {
  endedPrimaryOf,
  primaryOf,
} from "../../../../server/sync/merges/pure/primary-of-merge.ts";
import type {
  MergedLink,
  MergeEvent,
} from "../../../../server/sync/merges/pure/primary-of-merge.ts";

type Values = Readonly<Record<string, string | null>>;

const baseOf = (values: Values): Base =>
  Object.fromEntries(
    Object.entries(values).map(([property, h]) => [
      `our_${property}`,
      { w: h, h, p: property, c: "text" },
    ]),
  );

const linked = (
  objectId: string,
  values: Values = {},
  createdAt = 0,
): MergedLink => ({ objectId, createdAt, base: baseOf(values) });

const merge = (
  primaryId: string,
  merged: string | readonly string[],
  resultId = primaryId,
): MergeEvent => ({ primaryId, mergedIds: [merged].flat(), resultId });

const contact = (email: string | null, more: Values = {}): Values => ({
  email,
  ...more,
});

interface Case {
  readonly title: string;
  readonly survivor: { readonly id: string; readonly properties: Values };
  readonly links: readonly MergedLink[];
  readonly events?: readonly MergeEvent[];
  readonly expected: string;
}

const same = contact("a@x.example", { city: "Ulm" });

const cases: readonly Case[] = [
  {
    title:
      "the event's primary goes before values, which others may have typed",
    survivor: { id: "9", properties: contact("a@x.example") },
    links: [
      linked("1", contact("a@x.example")),
      linked("2", contact("b@x.example"), 5),
    ],
    events: [merge("2", "1", "9")],
    expected: "2",
  },
  {
    title: "the primary's own id was kept: it is the primary",
    survivor: { id: "2", properties: same },
    links: [linked("1", same), linked("2", same, 5)],
    expected: "2",
  },
  {
    title: "an event without the new id names the primary all the same",
    survivor: { id: "9", properties: same },
    links: [linked("1", same), linked("2", same, 5)],
    events: [merge("2", "1")],
    expected: "2",
  },
  {
    title: "no event: the email that HubSpot kept, in any spelling",
    survivor: { id: "9", properties: contact("B@x.example") },
    links: [
      linked("1", contact("a@x.example")),
      linked("2", contact("b@x.example"), 5),
    ],
    expected: "2",
  },
  {
    title: "no event and no emails: the values that HubSpot kept",
    survivor: {
      id: "9",
      properties: contact(null, { firstname: "Bo", city: "Ulm" }),
    },
    links: [
      linked("1", contact(null, { firstname: "Al", city: "Ulm" })),
      linked("2", contact(null, { firstname: "Bo" }), 5),
    ],
    expected: "2",
  },
  {
    title: "blanks that were filled from the other one say nothing",
    survivor: {
      id: "9",
      properties: contact("a@x.example", {
        firstname: "Bo",
        city: "Ulm",
        state: "BW",
        phone: "1",
      }),
    },
    links: [
      linked(
        "1",
        contact("a@x.example", {
          firstname: "Al",
          city: "Ulm",
          state: "BW",
          phone: "1",
        }),
      ),
      linked("2", contact(null, { firstname: "Bo" }), 5),
    ],
    expected: "2",
  },
  {
    title: "the stage says nothing: HubSpot keeps the furthest one",
    survivor: {
      id: "9",
      properties: contact(null, { lifecyclestage: "customer" }),
    },
    links: [
      linked("2", contact(null, { lifecyclestage: "lead" })),
      linked("1", contact(null, { lifecyclestage: "customer" }), 5),
    ],
    expected: "2",
  },
  {
    title: "a property that is no longer read says nothing",
    survivor: { id: "9", properties: contact(null, { city: "Ulm" }) },
    links: [
      linked("1", contact(null, { old: "a", city: "Bonn" })),
      linked("2", contact(null, { old: "b", city: "Ulm" }), 5),
    ],
    expected: "2",
  },
  {
    title: "the email was changed afterwards: the other values decide",
    survivor: { id: "9", properties: contact("c@x.example", { city: "Ulm" }) },
    links: [
      linked("1", contact("a@x.example", { city: "Bonn" })),
      linked("2", contact("b@x.example", { city: "Ulm" }), 5),
    ],
    expected: "2",
  },
  {
    title: "nothing tells them apart: the oldest link",
    survivor: { id: "9", properties: same },
    links: [linked("1", same, 7), linked("2", same, 5)],
    expected: "2",
  },
  {
    title: "nothing tells them apart, and one page made both: the lowest id",
    survivor: { id: "900", properties: same },
    links: [linked("100", same), linked("20", same)],
    expected: "20",
  },
  {
    title: "the primary has no record: the other one's link goes on",
    survivor: { id: "9", properties: contact("b@x.example") },
    links: [linked("1", contact("a@x.example"))],
    events: [merge("2", "1", "9")],
    expected: "1",
  },
  {
    title: "a chain of new ids, by its events in any order",
    survivor: { id: "9", properties: same },
    links: [linked("1", same), linked("2", same), linked("3", same)],
    events: [merge("3", "8", "9"), merge("2", "1", "8")],
    expected: "3",
  },
  {
    title: "a chain whose primary is itself a result",
    survivor: { id: "9", properties: same },
    links: [linked("1", same), linked("2", same), linked("3", same)],
    events: [merge("2", "1", "8"), merge("8", "3", "9")],
    expected: "2",
  },
  {
    title:
      "a chain whose first event is lost: values choose among what it can be",
    survivor: { id: "9", properties: contact("2@x.example") },
    links: [
      linked("3", contact("3@x.example")),
      linked("1", contact("1@x.example")),
      linked("2", contact("2@x.example")),
    ],
    events: [merge("8", "3", "9")],
    expected: "2",
  },
  {
    title:
      "a chain whose last event is lost: what an event calls merged away is none",
    survivor: { id: "9", properties: same },
    links: [linked("1", same), linked("2", same, 5)],
    events: [merge("2", "1", "8")],
    expected: "2",
  },
  {
    title: "a chain in which ids are kept",
    survivor: { id: "3", properties: same },
    links: [linked("1", same), linked("2", same), linked("3", same, 9)],
    events: [merge("2", "1"), merge("3", "2")],
    expected: "3",
  },
  {
    title: "two are merged into one without a record: the first one goes on",
    survivor: { id: "3", properties: same },
    links: [linked("1", same, 9), linked("2", same)],
    events: [merge("3", "1"), merge("3", "2")],
    expected: "1",
  },
];

describe("7-A4 who is primary", () => {
  test.each(cases)("$title", ({ survivor, links, events = [], expected }) => {
    for (const order of [links, links.toReversed()]) {
      expect(primaryOf("contact", survivor, order, events).objectId).toBe(
        expected,
      );
    }
  });

  test("a company is known by its domain", () => {
    const links = [
      linked("1", { domain: "a.example" }),
      linked("2", { domain: "b.example" }, 5),
    ];
    const survivor = { id: "9", properties: { domain: "b.example" } };
    expect(primaryOf("company", survivor, links, []).objectId).toBe("2");
  });

  test("whatever is merged with what, the primary's link stays: with all events, with none, and with some of them", () => {
    fc.assert(
      fc.property(histories, ({ objects, merges, heard }) => {
        const { survivor, primary, events } = playMerges(objects, merges);
        const links = objects.map(({ id, values, at }) =>
          linked(id, values, at),
        );
        for (const told of [
          events,
          [],
          events.filter((_event, at) => heard[at]),
          events.toReversed().flatMap((event) => [event, event]),
        ]) {
          expect(primaryOf("contact", survivor, links, told).objectId).toBe(
            primary,
          );
        }
      }),
    );
  });
});

interface Made {
  readonly id: string;
  readonly values: Values;
  readonly at: number;
}

/** Two to five contacts of different emails, all merged into one in some order, with new ids or kept ones. */
const histories = fc
  .array(
    fc.record({
      city: fc.constantFrom(null, "Ulm", "Bonn"),
      at: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 2, maxLength: 5 },
  )
  .chain((drawn) =>
    fc.record({
      objects: fc.constant(
        drawn.map(({ city, at }, index): Made => ({
          id: String(index + 1),
          values: contact(`${index}@x.example`, { city }),
          at,
        })),
      ),
      merges: fc.array(
        fc.record({ one: fc.nat(), other: fc.nat(), keepsId: fc.boolean() }),
        { minLength: drawn.length - 1, maxLength: drawn.length - 1 },
      ),
      heard: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    }),
  );

function playMerges(
  objects: readonly Made[],
  merges: readonly { one: number; other: number; keepsId: boolean }[],
): {
  survivor: { id: string; properties: Values };
  primary: string;
  events: MergeEvent[];
} {
  let live = objects.map(({ id, values }) => ({ id, values, primary: id }));
  const events: MergeEvent[] = [];
  for (const [at, { one, other, keepsId }] of merges.entries()) {
    const first = live[one % live.length];
    const rest = live.filter((each) => each !== first);
    const second = rest[other % rest.length];
    if (first === undefined || second === undefined) break;
    const id = keepsId ? first.id : String(100 + at);
    events.push(merge(first.id, second.id, id));
    const values = Object.fromEntries(
      Object.entries(first.values).map(([name, value]) => [
        name,
        value ?? second.values[name] ?? null,
      ]),
    );
    live = [
      { id, values, primary: first.primary },
      ...rest.filter((each) => each !== second),
    ];
  }
  const [last] = live;
  if (last === undefined) throw new Error("Nothing is left.");
  return {
    survivor: { id: last.id, properties: last.values },
    primary: last.primary,
    events,
  };
}

/** Of links that have ended: an object that was never linked may have been the primary. */
const endedCases: readonly (Omit<Case, "expected"> & {
  readonly expected: string | null;
  /** The objects that became the survivor; undefined: those of the links, and one that was never linked. */
  readonly oldIds?: readonly string[];
})[] = [
  {
    title: "the event names its object as the primary",
    survivor: { id: "9", properties: contact("b@x.example") },
    links: [linked("1", contact("a@x.example")), linked("2", same, 5)],
    events: [merge("1", "2", "9")],
    expected: "1",
  },
  {
    title: "the event names an object that was never linked",
    survivor: { id: "9", properties: same },
    links: [linked("2", same)],
    events: [merge("7", "2", "9")],
    expected: null,
  },
  {
    title: "an object that was never linked kept its id",
    survivor: { id: "7", properties: same },
    links: [linked("2", same)],
    events: [merge("7", "2")],
    expected: null,
  },
  {
    title: "no event is known, and the survivor shows what one of them had",
    survivor: { id: "9", properties: contact("a@x.example", { city: "Ulm" }) },
    links: [
      linked("1", contact("b@x.example", { city: "Ulm" })),
      linked("2", same),
    ],
    expected: "2",
  },
  {
    title: "no event is known, and the survivor shows what none of them had",
    survivor: { id: "9", properties: contact("a@x.example", { city: "Bern" }) },
    links: [linked("2", same)],
    expected: null,
  },
  {
    title:
      "no event is known, each of two was linked, and both were edited since",
    survivor: { id: "9", properties: contact("a@x.example", { city: "Bern" }) },
    links: [
      linked("1", contact("b@x.example", { city: "Ulm" })),
      linked("2", same, 5),
    ],
    oldIds: ["1", "2"],
    expected: "2",
  },
  {
    title:
      "no event is known, and one that was edited since may have been merged into an object that kept its id",
    survivor: { id: "9", properties: contact("a@x.example", { city: "Bern" }) },
    links: [linked("2", same)],
    oldIds: ["2"],
    expected: null,
  },
  {
    title: "no event is known, and of an erased person nothing is left to tell",
    survivor: { id: "9", properties: same },
    links: [linked("2")],
    expected: null,
  },
];

describe("the ended link of a merge's primary object", () => {
  test.each(endedCases)("$title", ({ survivor, expected, ...given }) => {
    const { links, events = [] } = given;
    const oldIds = given.oldIds ?? [
      ...links.map(({ objectId }) => objectId),
      "8",
    ];
    expect(
      endedPrimaryOf("contact", { ...survivor, oldIds }, links, events)
        ?.objectId ?? null,
    ).toBe(expected);
  });
});
