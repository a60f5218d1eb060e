import { describe, expect, test } from "vitest";
import { conversionKey } from "../../../../server/settings/mapping.ts";
import type {
  Conversion,
  FieldMapping,
} from "../../../../server/settings/mapping.ts";
import {
  mergeField,
  parkingSignature,
} from "../../../../server/sync/merge-field.ts";
import type { FieldCase } from "../../../../server/sync/merge-field.ts";
import type { FieldOutcome } from "../../../../server/sync/model.ts";
import { manyToOne } from "./properties.ts";
import {
  automaticPull,
  automaticPush,
  manualPull,
  manualPush,
  mapped,
  retry,
} from "./situation.ts";

type Given = Partial<Omit<FieldCase, "mapping" | "base">> & {
  readonly mapping?: Partial<FieldMapping>;
  /** The base as [workspace, HubSpot]; absent: none. */
  readonly base?: readonly [unknown, string | null];
  /** The base was taken under another property or conversion. */
  readonly baseUnder?: { p?: string; c?: string };
};

const both = { toWorkspace: true, toHubSpot: true };
const pullOff = { toWorkspace: false, toHubSpot: true };
const pushOff = { toWorkspace: true, toHubSpot: false };
const text: Conversion = { kind: "text" };

function merge({ mapping, base, baseUnder, ...given }: Given): FieldOutcome {
  const whole = mapped("f", "p", mapping);
  return mergeField({
    mapping: whole,
    policy: "initiator",
    w: null,
    h: null,
    base:
      base === undefined
        ? undefined
        : {
            w: base[0],
            h: base[1],
            p: "p",
            c: conversionKey(whole.conversion),
            ...baseUnder,
          },
    linkIsNew: false,
    trigger: automaticPull,
    sent: [],
    parked: undefined,
    held: undefined,
    owners: {
      idByEmail: { "ann@example.com": "7" },
      emailById: { "7": "ann@example.com" },
    },
    definition: undefined,
    may: both,
    ...given,
  });
}

/** "to-hubspot x [w|h] overwrote y": what is written, the base that follows, and what gave way. */
function told(outcome: FieldOutcome): string {
  const { kind, value, base, overwrote, code } = outcome;
  return [
    kind === "to-workspace" || kind === "to-hubspot" ? kind : `${kind} ${code}`,
    ...(value === undefined ? [] : [JSON.stringify(value)]),
    ...(base === undefined
      ? []
      : [`[${JSON.stringify(base.w)}|${JSON.stringify(base.h)}]`]),
    ...(overwrote === undefined
      ? []
      : [`overwrote ${JSON.stringify(overwrote)}`]),
  ].join(" ");
}

const rows = (cases: readonly (readonly [string, Given, string])[]): void => {
  test.each(cases)("%s", (_, given, expected) => {
    expect(told(merge(given))).toBe(expected);
  });
};

describe("a field with a base", () => {
  rows([
    [
      "neither side changed: nothing, whatever the two look like",
      { w: "Ann", h: "ANNA", base: ["Ann", "ANNA"] },
      "same same",
    ],
    [
      "another spelling of the same is no change",
      {
        w: " Ann@Example.com",
        h: "ann@example.com",
        base: ["ann@example.com", "ann@example.com"],
        mapping: { conversion: { kind: "email" } },
      },
      "same same",
    ],
    [
      "only HubSpot changed: to the workspace",
      { w: "a", h: "b", base: ["a", "a"], trigger: automaticPush },
      'to-workspace "b" ["b"|"b"]',
    ],
    [
      "only the workspace changed: to HubSpot",
      { w: "b", h: "a", base: ["a", "a"], trigger: automaticPull },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "both changed, to the same: they agree",
      { w: "b", h: "b ", base: ["a", "a"] },
      'settled agree ["b"|"b "]',
    ],
    [
      "both changed, and the mapping carries ours into theirs: they agree",
      { w: "A", h: "x", base: ["b", "y"], mapping: { conversion: manyToOne } },
      'settled agree ["A"|"x"]',
    ],
    [
      "both changed, and the mapping carries theirs into ours: they agree",
      {
        w: "b",
        h: "x y",
        base: ["a", "x"],
        mapping: { conversion: manyToOne },
      },
      'settled agree ["b"|"x y"]',
    ],
    [
      "both changed: the initiator wins, HubSpot",
      { w: "b", h: "c", base: ["a", "a"], trigger: automaticPull },
      'to-workspace "c" ["c"|"c"] overwrote "b"',
    ],
    [
      "both changed: the initiator wins, the workspace",
      { w: "b", h: "c", base: ["a", "a"], trigger: automaticPush },
      'to-hubspot "b" ["b"|"b"] overwrote "c"',
    ],
    [
      "both changed: the policy says HubSpot",
      {
        w: "b",
        h: "c",
        base: ["a", "a"],
        trigger: automaticPush,
        policy: "hubspot",
      },
      'to-workspace "c" ["c"|"c"] overwrote "b"',
    ],
    [
      "both changed: the policy says the workspace",
      { w: "b", h: "c", base: ["a", "a"], policy: "workspace" },
      'to-hubspot "b" ["b"|"b"] overwrote "c"',
    ],
    [
      "both changed: the policy says hold, and the old base stays",
      { w: "b", h: "c", base: ["a", "a"], policy: "hold" },
      "held conflict_held",
    ],
  ]);
});

describe("directions", () => {
  const pull = { direction: "pull" } as const;
  const push = { direction: "push" } as const;
  rows([
    [
      "pull: our change is refused and settled, so that a later setting does not act on it",
      {
        w: "b",
        h: "a",
        base: ["a", "a"],
        mapping: pull,
        trigger: automaticPush,
      },
      'settled direction ["b"|"a"]',
    ],
    [
      "push: their change is refused and settled",
      { w: "a", h: "b", base: ["a", "a"], mapping: push },
      'settled direction ["a"|"b"]',
    ],
    [
      "pull: their change flows, also over one of ours",
      {
        w: "b",
        h: "c",
        base: ["a", "a"],
        mapping: pull,
        trigger: automaticPush,
      },
      'to-workspace "c" ["c"|"c"]',
    ],
    [
      "push: our change flows, also over one of theirs",
      { w: "b", h: "c", base: ["a", "a"], mapping: push },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "pull: a push by hand writes nothing to HubSpot",
      { w: "b", h: "a", base: ["a", "a"], mapping: pull, trigger: manualPush },
      'settled direction ["b"|"a"]',
    ],
    [
      "push: a pull by hand writes nothing here",
      { w: "a", h: "b", base: ["a", "a"], mapping: push, trigger: manualPull },
      'settled direction ["a"|"b"]',
    ],
    [
      "push, on a new link: HubSpot's data does not fill our blank",
      { h: "b", linkIsNew: true, mapping: push },
      'settled direction [null|"b"]',
    ],
    [
      "pull, on a new link: our data does not fill HubSpot's blank",
      { w: "b", linkIsNew: true, mapping: pull },
      'settled direction ["b"|null]',
    ],
    [
      "pull, on a new link where both hold data: HubSpot's, whoever began",
      {
        w: "a",
        h: "b",
        linkIsNew: true,
        mapping: pull,
        trigger: automaticPush,
      },
      'to-workspace "b" ["b"|"b"] overwrote "a"',
    ],
    [
      "push, on a new link where both hold data: ours, whoever began",
      { w: "a", h: "b", linkIsNew: true, mapping: push },
      'to-hubspot "a" ["a"|"a"] overwrote "b"',
    ],
  ]);
});

describe("without a base", () => {
  rows([
    [
      "new link: our blank fills from HubSpot",
      { h: "b", linkIsNew: true, trigger: automaticPush },
      'to-workspace "b" ["b"|"b"]',
    ],
    [
      "new link: HubSpot's blank fills from ours",
      { w: "a", linkIsNew: true },
      'to-hubspot "a" ["a"|"a"]',
    ],
    [
      "new link, both hold data: the policy decides, the initiator",
      { w: "a", h: "b", linkIsNew: true, trigger: automaticPush },
      'to-hubspot "a" ["a"|"a"] overwrote "b"',
    ],
    [
      "new link, both hold data: the policy decides, HubSpot",
      {
        w: "a",
        h: "b",
        linkIsNew: true,
        trigger: automaticPush,
        policy: "hubspot",
      },
      'to-workspace "b" ["b"|"b"] overwrote "a"',
    ],
    [
      "new link, both hold data: what is held stays a conflict later",
      { w: "a", h: "b", linkIsNew: true, policy: "hold" },
      "held conflict_held [null|null]",
    ],
    [
      "new link, both hold the same: they agree",
      { w: "a", h: "a", linkIsNew: true },
      'settled agree ["a"|"a"]',
    ],
    [
      "both blank: settled as blank",
      { linkIsNew: true },
      "settled agree [null|null]",
    ],
    ["mapped later: our blank fills", { h: "b" }, 'to-workspace "b" ["b"|"b"]'],
    [
      "mapped later: HubSpot's blank fills",
      { w: "a" },
      'to-hubspot "a" ["a"|"a"]',
    ],
    [
      "mapped later, both hold data: nothing is written",
      { w: "a", h: "b", policy: "hubspot" },
      "unasked mapped_later",
    ],
    [
      "mapped later, in one direction only: nothing is written either",
      { w: "a", h: "b", mapping: { direction: "pull" } },
      "unasked mapped_later",
    ],
    [
      "mapped later, and a person asks by a push",
      { w: "a", h: "b", trigger: manualPush },
      'to-hubspot "a" ["a"|"a"] overwrote "b"',
    ],
    [
      "mapped later, and a person asks by a pull",
      { w: "a", h: "b", trigger: manualPull },
      'to-workspace "b" ["b"|"b"] overwrote "a"',
    ],
    [
      "a base of another property counts for nothing",
      { w: "a", h: "b", base: ["a", "a"], baseUnder: { p: "other" } },
      "unasked mapped_later",
    ],
    [
      "a base of another conversion counts for nothing",
      { w: "a", h: "b", base: ["a", "a"], baseUnder: { c: "number" } },
      "unasked mapped_later",
    ],
  ]);
});

describe("blanks", () => {
  const clear = { clear: true };
  rows([
    [
      "HubSpot's blank does not overwrite, and is settled",
      { w: "a", h: null, base: ["a", "a"] },
      'settled blank ["a"|null]',
    ],
    [
      "ours does not overwrite, and is settled",
      { w: " ", h: "a", base: ["a", "a"] },
      'settled blank [null|"a"]',
    ],
    [
      "a list of nothing but blanks is blank too",
      {
        w: [" "],
        h: "a",
        base: [["a"], "a"],
        mapping: { conversion: { kind: "set" } },
      },
      'settled blank [null|"a"]',
    ],
    [
      "HubSpot's clears where the mapping says so",
      { w: "a", h: "", base: ["a", "a"], mapping: clear },
      "to-workspace null [null|null]",
    ],
    [
      "ours clears where the mapping says so",
      { w: null, h: "a", base: ["a", "a"], mapping: clear },
      'to-hubspot "" [null|null]',
    ],
    [
      "both changed, ours to blank: HubSpot's fills it, whatever the policy",
      { w: null, h: "b", base: ["a", "a"], policy: "workspace" },
      'to-workspace "b" ["b"|"b"]',
    ],
    [
      "both changed, theirs to blank: ours fills it, whatever the policy",
      { w: "b", h: null, base: ["a", "a"], policy: "hubspot" },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "both changed, ours to blank, and it may clear: the policy decides",
      {
        w: null,
        h: "b",
        base: ["a", "a"],
        policy: "workspace",
        mapping: clear,
      },
      'to-hubspot "" [null|null] overwrote "b"',
    ],
    [
      "a push by hand of a blank writes nothing over data",
      { w: null, h: "a", base: ["a", "a"], trigger: manualPush },
      'settled blank [null|"a"]',
    ],
    [
      "a pull by hand of a blank writes nothing over data",
      { w: "a", h: null, base: ["a", "a"], trigger: manualPull },
      'settled blank ["a"|null]',
    ],
  ]);
});

describe("by hand", () => {
  rows([
    [
      "a push overwrites what moved in HubSpot alone",
      { w: "a", h: "b", base: ["a", "a"], trigger: manualPush },
      'to-hubspot "a" ["a"|"a"] overwrote "b"',
    ],
    [
      "a pull overwrites what moved here alone",
      { w: "b", h: "a", base: ["a", "a"], trigger: manualPull },
      'to-workspace "a" ["a"|"a"] overwrote "b"',
    ],
    [
      "a push wins over a policy",
      {
        w: "b",
        h: "c",
        base: ["a", "a"],
        trigger: manualPush,
        policy: "hubspot",
      },
      'to-hubspot "b" ["b"|"b"] overwrote "c"',
    ],
    [
      "a pull settles what was to be held",
      { w: "b", h: "c", base: ["a", "a"], trigger: manualPull, policy: "hold" },
      'to-workspace "c" ["c"|"c"] overwrote "b"',
    ],
    [
      "what has not moved since the base is left alone",
      { w: "Ann", h: "ANNA", base: ["Ann", "ANNA"], trigger: manualPush },
      "same same",
    ],
    [
      "a push does not write over an option that means the same",
      {
        w: "b",
        h: "x y",
        base: ["b", "y"],
        trigger: manualPush,
        mapping: { conversion: manyToOne },
      },
      'settled agree ["b"|"x y"]',
    ],
    [
      "a pull does not write over a value that means the same",
      {
        w: "A",
        h: "x",
        base: ["a", "x"],
        trigger: manualPull,
        mapping: { conversion: manyToOne },
      },
      'settled agree ["A"|"x"]',
    ],
  ]);
});

describe("automatic sync switched off", () => {
  rows([
    [
      "pull off: HubSpot's change waits, and the old base stays",
      { w: "a", h: "b", base: ["a", "a"], may: pullOff },
      "waiting automatic_pull_off",
    ],
    [
      "push off: our change waits, and the old base stays",
      { w: "b", h: "a", base: ["a", "a"], may: pushOff },
      "waiting automatic_push_off",
    ],
    [
      "pull off: ours still flows",
      { w: "b", h: "a", base: ["a", "a"], may: pullOff },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "a conflict waits for the winner's direction",
      { w: "b", h: "c", base: ["a", "a"], may: pullOff },
      "waiting automatic_pull_off",
    ],
    [
      "on a new link it waits as a conflict, not as a late mapping",
      { w: "a", h: "b", linkIsNew: true, may: pullOff },
      "waiting automatic_pull_off [null|null]",
    ],
    [
      "agreement needs no direction",
      {
        w: "b",
        h: "b",
        base: ["a", "a"],
        may: { toWorkspace: false, toHubSpot: false },
      },
      'settled agree ["b"|"b"]',
    ],
  ]);
});

describe("echoes of our own writes", () => {
  const sent = [{ h: "b", w: "b" }];
  rows([
    [
      "a value that an open attempt sent is no change of HubSpot's",
      { w: "b", h: "b", base: ["a", "a"], sent },
      'settled echo ["b"|"b"]',
    ],
    [
      "it settles as what was sent, also where the record has moved on",
      { w: "c", h: "b", base: ["a", "a"], sent, policy: "hubspot" },
      'to-hubspot "c" ["c"|"c"]',
    ],
    [
      "it is settled also while our next change waits",
      { w: "c", h: "b", base: ["a", "a"], sent, may: pushOff },
      'waiting automatic_push_off ["b"|"b"]',
    ],
    [
      "a rewritten value that HubSpot's history names as ours is one too",
      { w: "b", h: "B!", base: ["a", "a"], sent, rewritten: sent[0] },
      'settled echo ["b"|"B!"]',
    ],
    [
      "a change by somebody else is a change",
      { w: "b", h: "c", base: ["a", "a"], sent },
      'to-workspace "c" ["c"|"c"] overwrote "b"',
    ],
    [
      "where history shows that ours arrived before it, only HubSpot has changed",
      {
        w: "b",
        h: "c",
        base: ["a", "a"],
        sent,
        landed: sent[0],
        policy: "workspace",
      },
      'to-workspace "c" ["c"|"c"]',
    ],
    [
      "where history shows that ours arrived before it, the old value typed again is heard",
      { w: "b", h: "a", base: ["a", "a"], sent, landed: sent[0] },
      'to-workspace "a" ["a"|"a"]',
    ],
    [
      "once the attempt is answered, the old value typed again in HubSpot is heard",
      { w: "b", h: "a", base: ["b", "b"] },
      'to-workspace "a" ["a"|"a"]',
    ],
    [
      "of several attempts with one value, the last one says what we held",
      {
        w: "A",
        h: "x",
        base: ["b", "y"],
        sent: [
          { h: "x", w: "a" },
          { h: "x", w: "A" },
        ],
        mapping: { conversion: manyToOne },
      },
      'settled echo ["A"|"x"]',
    ],
    [
      "an open clearing that has landed is an echo",
      { w: null, h: null, base: ["a", "a"], sent: [{ h: "", w: null }] },
      "settled echo [null|null]",
    ],
    [
      "a creation whose answer was lost is the base: HubSpot's later change flows here",
      {
        w: "a",
        h: "b",
        linkIsNew: true,
        trigger: automaticPush,
        createdWith: { h: "a", w: "a" },
      },
      'to-workspace "b" ["b"|"b"]',
    ],
    [
      "a creation whose answer was lost is the base: our later change flows there",
      { w: "b", h: "a", linkIsNew: true, createdWith: { h: "a", w: "a" } },
      'to-hubspot "b" ["b"|"b"]',
    ],
  ]);
});

describe("parked fields", () => {
  const mapping = mapped("f", "p");
  const parked = {
    side: "hubspot",
    sent: "b",
    code: "invalid_email",
    message: "no",
    signature: parkingSignature(mapping, undefined),
  } as const;
  const waiting = { w: "b", h: "a", base: ["a", "a"] as const, parked };
  const definition = {
    type: "string",
    readOnly: false,
    options: null,
    label: "P",
  };
  rows([
    ["stay parked with the same value", waiting, "parked invalid_email"],
    [
      "stay parked under a push by hand",
      { ...waiting, trigger: manualPush },
      "parked invalid_email",
    ],
    [
      "stay parked while push is off, so that switching it is no retry",
      { ...waiting, may: pushOff },
      "parked invalid_email",
    ],
    [
      "are tried again with another value",
      { ...waiting, w: "c" },
      'to-hubspot "c" ["c"|"c"]',
    ],
    [
      "are tried again under another definition",
      { ...waiting, definition },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "are tried again under another mapping",
      {
        ...waiting,
        parked: {
          ...parked,
          signature: parkingSignature({ ...mapping, property: "q" }, undefined),
        },
      },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "are tried again by Retry",
      { ...waiting, trigger: retry },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "are over once the value is back to what was settled",
      { ...waiting, w: "a" },
      "same same",
    ],
    [
      "are over once HubSpot holds the value",
      { ...waiting, h: "b" },
      'settled agree ["b"|"b"]',
    ],
    [
      "a value that the mapping cannot carry is parked, and the old base stays",
      {
        w: "lost",
        h: "x",
        base: ["a", "x"],
        mapping: { conversion: manyToOne },
      },
      "parked unmapped_option",
    ],
    [
      "a value of HubSpot's that the mapping cannot carry is parked too",
      {
        w: "a",
        h: "lost",
        base: ["a", "x"],
        mapping: { conversion: manyToOne },
      },
      "parked unmapped_option",
    ],
    [
      "one that could not be carried before waits for its switch without being forgotten",
      {
        w: "a",
        h: "lost",
        base: ["a", "x"],
        may: pullOff,
        parked: {
          side: "workspace",
          sent: "lost",
          code: "unmapped_option",
          message: "",
          signature: parkingSignature(
            mapped("f", "p", { conversion: manyToOne }),
            undefined,
          ),
        },
        mapping: { conversion: manyToOne },
      },
      "parked unmapped_option",
    ],
    [
      "a property that nobody may set is parked",
      {
        w: "b",
        h: "a",
        base: ["a", "a"],
        definition: { ...definition, readOnly: true },
      },
      "parked read_only_property",
    ],
    [
      "an owner whom HubSpot does not know is parked",
      {
        w: "bob@example.com",
        h: "7",
        base: ["ann@example.com", "7"],
        mapping: { conversion: { kind: "owner" } },
      },
      "parked unknown_owner",
    ],
    [
      "an owner who has come by now is sent",
      {
        w: "ann@example.com",
        h: null,
        base: [null, null],
        mapping: { conversion: { kind: "owner" } },
        parked: {
          side: "hubspot",
          sent: "ann@example.com",
          code: "unknown_owner",
          message: "",
          signature: parkingSignature(
            mapped("f", "p", { conversion: { kind: "owner" } }),
            undefined,
          ),
        },
      },
      'to-hubspot "7" ["ann@example.com"|"7"]',
    ],
  ]);
});

describe("held fields", () => {
  const held = { attentionId: "1", field: "f", workspace: "b", hubspot: "c" };
  const conflict = {
    w: "b",
    h: "c",
    base: ["a", "a"] as const,
    policy: "hold" as const,
    held,
  };
  const choose = (side: "workspace" | "hubspot") => ({
    trigger: { ...automaticPull, resolve: { f: side } },
  });
  rows([
    ["stay held", conflict, "held conflict_held"],
    [
      "close themselves when the two agree",
      { ...conflict, w: "c" },
      'settled agree ["c"|"c"]',
    ],
    [
      "close themselves when ours is back to what was settled",
      { ...conflict, w: "a" },
      'to-workspace "c" ["c"|"c"]',
    ],
    [
      "close themselves when theirs is back to what was settled",
      { ...conflict, h: "a" },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "a person chooses the workspace's",
      { ...conflict, ...choose("workspace") },
      'to-hubspot "b" ["b"|"b"] overwrote "c"',
    ],
    [
      "a person chooses HubSpot's",
      { ...conflict, ...choose("hubspot") },
      'to-workspace "c" ["c"|"c"] overwrote "b"',
    ],
    [
      "a choice counts for the values that were shown, not for one that came after",
      { ...conflict, ...choose("workspace"), h: "d" },
      "held conflict_held",
    ],
    [
      "a choice does not go against the mapping's direction",
      { ...conflict, ...choose("workspace"), mapping: { direction: "pull" } },
      'to-workspace "c" ["c"|"c"]',
    ],
    [
      "a choice may be a blank",
      {
        ...conflict,
        ...choose("workspace"),
        w: null,
        held: { ...held, workspace: null },
        mapping: { clear: true },
      },
      'to-hubspot "" [null|null] overwrote "c"',
    ],
  ]);
});

describe("many to one, both ways", () => {
  const mapping = { conversion: manyToOne };
  rows([
    [
      "another word of ours for the same option is settled, not sent",
      { w: "A", h: "x", base: ["a", "x"], mapping },
      'settled agree ["A"|"x"]',
    ],
    [
      "another option of theirs for the same word is settled, not written",
      { w: "b", h: "x y", base: ["b", "y"], mapping },
      'settled agree ["b"|"x y"]',
    ],
    [
      "a real change takes the first option that the word names",
      { w: "b", h: "x", base: ["a", "x"], mapping },
      'to-hubspot "y" ["b"|"y"]',
    ],
    [
      "a real change takes the first word that the option names",
      { w: "b", h: "x", base: ["b", "y"], mapping },
      'to-workspace "a" ["a"|"x"]',
    ],
  ]);
});

test("the conversions' names tell apart what the values could blur", () => {
  const named = (workspace: string, hubspot: string) =>
    conversionKey({ kind: "options", pairs: [{ workspace, hubspot }] });
  expect(named("a=b", "c")).not.toBe(named("a", "b=c"));
  expect(conversionKey(text)).toBe("text");
});
