import { describe } from "vitest";
import { fieldRows } from "./field-rows.ts";
import { manualPull, manualPush } from "./situation.ts";

describe("blanks", () => {
  const clear = { clear: true };
  fieldRows([
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
