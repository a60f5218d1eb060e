import { describe } from "vitest";
import { fieldRows, pushOff } from "./field-rows.ts";
import { manyToOne } from "./properties.ts";
import { automaticPush, manualPull } from "./situation.ts";

describe("echoes of our own writes", () => {
  const sent = [{ h: "b", w: "b" }];
  fieldRows([
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
      "7-A8 what was cleared on the way to our value is no change of HubSpot's, even where a blank would count",
      {
        w: "b",
        h: null,
        base: ["a", "a"],
        sent: [{ h: "b", w: "b", before: "a", cleared: true }],
        rewritten: { h: "b", w: "b", before: "a", cleared: true },
        mapping: { clear: true },
      },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "7-A8 not even for a pull by hand",
      {
        w: "b",
        h: null,
        base: ["a", "a"],
        sent: [{ h: "b", w: "b", before: "a", cleared: true }],
        mapping: { clear: true },
        trigger: manualPull,
      },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "7-A8 and it stays ours while our value waits",
      {
        w: "b",
        h: "",
        base: ["a", "a"],
        sent: [{ h: "b", w: "b", before: "a", cleared: true }],
        mapping: { clear: true },
        may: pushOff,
      },
      'waiting automatic_push_off ["a"|null]',
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
    [
      "a creation that was sent without a value: what HubSpot put there doesn't replace what the product has",
      {
        w: "b",
        h: "a",
        linkIsNew: true,
        policy: "hubspot",
        createdWithout: true,
      },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "a creation that was sent without a value: what HubSpot put there fills in a blank",
      { w: null, h: "a", linkIsNew: true, createdWithout: true },
      'to-workspace "a" ["a"|"a"]',
    ],
    [
      "a field that was mapped after the link isn't asked of its creation",
      { w: "b", h: "a", createdWithout: true },
      "unasked mapped_later",
    ],
  ]);
});
