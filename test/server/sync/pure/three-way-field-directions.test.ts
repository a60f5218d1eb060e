import { describe } from "vitest";
import { fieldRows, pullOff, pushOff } from "./field-rows.ts";
import { automaticPush, manualPull, manualPush } from "./situation.ts";

describe("directions", () => {
  const pull = { direction: "pull" } as const;
  const push = { direction: "push" } as const;
  fieldRows([
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

describe("automatic sync switched off", () => {
  fieldRows([
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
