import { describe } from "vitest";
import { fieldRows } from "./field-rows.ts";
import { manyToOne } from "./properties.ts";
import { manualPull, manualPush } from "./situation.ts";

describe("by hand", () => {
  fieldRows([
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
