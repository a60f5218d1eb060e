import { describe, expect, test } from "vitest";
import { mergeEdges } from "../../../../server/sync/decide/three-way-edges.ts";
import type {
  Edge,
  EdgeCase,
  EdgeOutcome,
} from "../../../../server/sync/decide/three-way-edges.ts";
import { fc } from "./properties.ts";

/** Where an edge is: W in the workspace, H in HubSpot, B in the base; "*" after a letter where it is primary there. */
const edge = (name: string, where: string): Edge => ({
  parentId: name,
  parentObjectId: name,
  inWorkspace: where.includes("W"),
  inHubSpot: where.includes("H"),
  inBase: where.includes("B"),
  primaryInWorkspace: where.includes("W*"),
  primaryInHubSpot: where.includes("H*"),
  primaryInBase: where.includes("B*"),
});

const caseOf = (
  edges: Readonly<Record<string, string>>,
  more: Partial<EdgeCase> = {},
): EdgeCase => ({
  edges: Object.entries(edges).map(([name, where]) => edge(name, where)),
  hubspotComplete: true,
  settledBefore: true,
  policy: "initiator",
  trigger: { initiator: "hubspot", manual: false },
  may: { toWorkspace: true, toHubSpot: true },
  ...more,
});

/** "+W a" adds a to the workspace, "-H a" removes it from HubSpot, "*W a" makes it primary there, "B a*" is the base. */
function told(outcome: EdgeOutcome): string[] {
  const all = (sign: string, edges: readonly Edge[]): string[] =>
    edges.map((one) => `${sign} ${one.parentId}`);
  return [
    ...all("+W", outcome.addToWorkspace),
    ...all("-W", outcome.removeFromWorkspace),
    ...all("+H", outcome.addToHubSpot),
    ...all("-H", outcome.removeFromHubSpot),
    ...(outcome.primaryInWorkspace === undefined
      ? []
      : [`*W ${outcome.primaryInWorkspace?.parentId ?? "none"}`]),
    ...(outcome.primaryInHubSpot === undefined
      ? []
      : [`*H ${outcome.primaryInHubSpot.parentId}`]),
    ...outcome.base.map(
      ({ edge: one, primary }) => `B ${one.parentId}${primary ? "*" : ""}`,
    ),
    ...(outcome.waiting ? ["waits"] : []),
  ];
}

const first = { settledBefore: false };
const truncated = { hubspotComplete: false };
const pullOff = { may: { toWorkspace: false, toHubSpot: true } };
const pushOff = { may: { toWorkspace: true, toHubSpot: false } };
const from = (initiator: "workspace" | "hubspot", manual = false) => ({
  trigger: { initiator, manual },
});

describe("a contact's companies", () => {
  test.each<[string, Record<string, string>, Partial<EdgeCase>, string[]]>([
    ["settled on both sides: nothing", { a: "WHB" }, {}, ["B a"]],
    [
      "the first time, both sides' companies are united",
      { a: "W", b: "H", c: "WH" },
      first,
      ["+W b", "+H a", "B a", "B b", "B c"],
    ],
    [
      "the first time nothing is removed, whatever an old base says",
      { a: "WB", b: "HB" },
      first,
      ["+W b", "+H a", "B a", "B b"],
    ],
    ["new in the workspace: to HubSpot", { a: "W" }, {}, ["+H a", "B a"]],
    ["new in HubSpot: to the workspace", { a: "H" }, {}, ["+W a", "B a"]],
    ["removed in HubSpot: removed here", { a: "WB" }, {}, ["-W a"]],
    ["removed in the workspace: removed there", { a: "HB" }, {}, ["-H a"]],
    ["removed on both sides: forgotten", { a: "B" }, {}, []],
    [
      "absent from a list that was cut off: nothing is known",
      { a: "WB" },
      truncated,
      ["B a"],
    ],
    [
      "removed here, while HubSpot's list was cut off: waits for the whole list",
      { a: "B", b: "HB" },
      truncated,
      ["B a", "B b", "waits"],
    ],
    [
      "new here, absent from a list that was cut off: added, which does no harm",
      { a: "W" },
      truncated,
      ["+H a", "B a"],
    ],
    ["new there with pull off: waits", { a: "H" }, pullOff, ["waits"]],
    ["new here with push off: waits", { a: "W" }, pushOff, ["waits"]],
    [
      "removed there with pull off: waits, and stays in the base",
      { a: "WB" },
      pullOff,
      ["B a", "waits"],
    ],
    [
      "removed here with push off: waits, and stays in the base",
      { a: "HB" },
      pushOff,
      ["B a", "waits"],
    ],
    [
      "what waits does not keep another edge's old base alive",
      { a: "W", b: "B" },
      pushOff,
      ["waits"],
    ],
  ])("%s", (_, edges, more, expected) => {
    expect(told(mergeEdges(caseOf(edges, more)))).toEqual(expected);
  });
});

describe("a contact's primary company", () => {
  test.each<[string, Record<string, string>, Partial<EdgeCase>, string[]]>([
    ["the same on both sides", { a: "W*H*B*" }, {}, ["B a*"]],
    ["only there: a blank here is filled", { a: "WH*B" }, {}, ["*W a", "B a*"]],
    ["only here: a blank there is filled", { a: "W*HB" }, {}, ["*H a", "B a*"]],
    [
      "moved in HubSpot only: HubSpot's",
      { a: "W*HB*", b: "WH*B" },
      from("workspace"),
      ["*W b", "B a", "B b*"],
    ],
    [
      "moved in the workspace only: the workspace's",
      { a: "WH*B*", b: "W*HB" },
      from("hubspot"),
      ["*H b", "B a", "B b*"],
    ],
    [
      "moved on both sides: the initiator's",
      { a: "W*HB", b: "WH*B", c: "WHB*" },
      from("workspace"),
      ["*H a", "B a*", "B b", "B c"],
    ],
    [
      "moved on both sides: the policy's",
      { a: "W*HB", b: "WH*B", c: "WHB*" },
      { ...from("workspace"), policy: "hubspot" },
      ["*W b", "B a", "B b*", "B c"],
    ],
    [
      "moved there, pushed by hand: the workspace's",
      { a: "W*HB*", b: "WH*B" },
      from("workspace", true),
      ["*H a", "B a*", "B b"],
    ],
    [
      "moved here, pulled by hand: HubSpot's",
      { a: "WH*B*", b: "W*HB" },
      from("hubspot", true),
      ["*W a", "B a*", "B b"],
    ],
    [
      "a new company here as primary",
      { a: "HB*", b: "W*" },
      from("workspace"),
      ["+H b", "-H a", "*H b", "B b*"],
    ],
    [
      "a primary that waits for push is not overwritten by HubSpot's old one",
      { a: "WH*B*", b: "W*" },
      { ...pushOff, ...from("workspace") },
      ["B a*", "waits"],
    ],
    [
      "a primary that waits for pull is not overwritten by our old one",
      { a: "W*HB*", b: "H*" },
      { ...pullOff, ...from("workspace") },
      ["B a*", "waits"],
    ],
    [
      "a primary edge whose removal waits is not made primary again",
      { a: "W*B*" },
      pullOff,
      ["B a*", "waits"],
    ],
    [
      "the settled one, not seen in a list that was cut off, is not written again",
      { a: "W*B*", b: "WHB" },
      truncated,
      ["B a*", "B b"],
    ],
    [
      "of a contact that is only being created",
      { a: "W*", b: "W" },
      { ...truncated, ...first, ...from("workspace") },
      ["+H a", "+H b", "*H a", "B a*", "B b"],
    ],
  ])("%s", (_, edges, more, expected) => {
    expect(told(mergeEdges(caseOf(edges, more)))).toEqual(expected);
  });
});

const anyPlace = fc.record({
  inWorkspace: fc.boolean(),
  inHubSpot: fc.boolean(),
  inBase: fc.boolean(),
});
const anyCase: fc.Arbitrary<EdgeCase> = fc
  .record({
    places: fc.array(anyPlace, { minLength: 1, maxLength: 4 }),
    primaries: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)),
    hubspotComplete: fc.boolean(),
    settledBefore: fc.boolean(),
    policy: fc.constantFrom("initiator", "hubspot", "workspace", "hold"),
    initiator: fc.constantFrom("workspace", "hubspot"),
    manual: fc.boolean(),
    may: fc.record({ toWorkspace: fc.boolean(), toHubSpot: fc.boolean() }),
  })
  .map(({ places, primaries: [w, h, b], initiator, manual, ...rest }) => ({
    ...rest,
    trigger: { initiator, manual },
    edges: places.map((place, index): Edge => ({
      ...place,
      parentId: `c${index}`,
      parentObjectId: `${index}`,
      primaryInWorkspace: place.inWorkspace && index === w,
      primaryInHubSpot: place.inHubSpot && index === h,
      primaryInBase: place.inBase && index === b,
    })),
  }));

/** Both sides and the base, once the outcome has been carried out. */
function carriedOut(it: EdgeCase, outcome: EdgeOutcome): EdgeCase {
  const has = (edges: readonly Edge[], one: Edge): boolean =>
    edges.includes(one);
  return {
    ...it,
    settledBefore: true,
    edges: it.edges.map((one): Edge => {
      const inWorkspace =
        has(outcome.addToWorkspace, one) ||
        (one.inWorkspace && !has(outcome.removeFromWorkspace, one));
      const inHubSpot =
        has(outcome.addToHubSpot, one) ||
        (one.inHubSpot && !has(outcome.removeFromHubSpot, one));
      const based = outcome.base.find(({ edge: known }) => known === one);
      return {
        ...one,
        inWorkspace,
        inHubSpot,
        inBase: based !== undefined,
        primaryInBase: based?.primary === true,
        primaryInWorkspace:
          inWorkspace &&
          (outcome.primaryInWorkspace === undefined
            ? one.primaryInWorkspace
            : outcome.primaryInWorkspace === one),
        primaryInHubSpot:
          inHubSpot &&
          (outcome.primaryInHubSpot === undefined
            ? one.primaryInHubSpot
            : outcome.primaryInHubSpot === one),
      };
    }),
  };
}

const writes = (outcome: EdgeOutcome): string[] =>
  told(outcome).filter((line) => !line.startsWith("B ") && line !== "waits");

describe("edges, for any input", () => {
  test("settled twice writes nothing", () => {
    fc.assert(
      fc.property(anyCase, (it) => {
        const next = carriedOut(it, mergeEdges(it));
        const again = mergeEdges(next);
        expect(writes(again)).toEqual([]);
        expect(told(mergeEdges(carriedOut(next, again)))).toEqual(told(again));
      }),
      { numRuns: 1_000 },
    );
  });

  test("a removal is in the base, of a settled contact, and the list was read to its end", () => {
    fc.assert(
      fc.property(anyCase, (it) => {
        const { removeFromHubSpot, removeFromWorkspace } = mergeEdges(it);
        for (const one of [...removeFromHubSpot, ...removeFromWorkspace]) {
          expect(one.inBase).toBe(true);
          expect(it.settledBefore).toBe(true);
          expect(it.hubspotComplete).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("a side that is switched off is not written", () => {
    fc.assert(
      fc.property(anyCase, (it) => {
        const lines = writes(mergeEdges(it));
        if (!it.may.toWorkspace)
          expect(lines.filter((line) => line.includes("W "))).toEqual([]);
        if (!it.may.toHubSpot)
          expect(lines.filter((line) => line.includes("H "))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test("what waits for a switch happens, the same, once it is on", () => {
    fc.assert(
      fc.property(anyCase, (it) => {
        const on = { ...it, may: { toWorkspace: true, toHubSpot: true } };
        const off = { ...it, may: { toWorkspace: false, toHubSpot: false } };
        const waited = carriedOut(off, mergeEdges(off));
        const held = {
          ...waited,
          settledBefore: it.settledBefore,
          may: on.may,
        };
        expect(writes(mergeEdges(held))).toEqual(writes(mergeEdges(on)));
      }),
      { numRuns: 1_000 },
    );
  });

  test("both sides and the base have at most one primary, and where nothing waits they hold the same companies", () => {
    fc.assert(
      fc.property(anyCase, (it) => {
        const outcome = mergeEdges(it);
        const after = carriedOut(it, outcome);
        const count = (which: (one: Edge) => boolean): number =>
          after.edges.filter(which).length;
        expect(count((one) => one.primaryInBase)).toBeLessThan(2);
        expect(count((one) => one.primaryInWorkspace)).toBeLessThan(2);
        expect(count((one) => one.primaryInHubSpot)).toBeLessThan(2);
        if (outcome.waiting || !it.hubspotComplete) return;
        for (const one of after.edges) {
          expect(one.inHubSpot).toBe(one.inWorkspace);
          expect(one.inBase).toBe(one.inWorkspace);
          expect(one.primaryInHubSpot).toBe(one.primaryInWorkspace);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
