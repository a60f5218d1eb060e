import { describe, expect, test } from "vitest";
import { conversionKey } from "../../../../server/settings/mapping.ts";
import { fieldRows } from "./field-rows.ts";
import { manyToOne } from "./properties.ts";
import { automaticPull, automaticPush } from "./situation.ts";

describe("a field with a base", () => {
  fieldRows([
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

describe("many to one, both ways", () => {
  const mapping = { conversion: manyToOne };
  fieldRows([
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
  expect(conversionKey({ kind: "text" })).toBe("text");
});
