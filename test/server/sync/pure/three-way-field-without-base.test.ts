import { describe } from "vitest";
import { fieldRows } from "./field-rows.ts";
import { automaticPush, manualPull, manualPush } from "./situation.ts";

describe("without a base", () => {
  fieldRows([
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
