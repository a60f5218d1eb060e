import { describe, expect, test } from "vitest";
import { mergeField } from "../../../../server/sync/decide/three-way-field.ts";
import { fieldCase, fieldRows, pullOff, pushOff } from "./field-rows.ts";
import type { Given } from "./field-rows.ts";
import {
  automaticPull,
  automaticPush,
  manualPull,
  manualPush,
} from "./situation.ts";
import { bothWays } from "../../../../server/sync/decide/triggers.ts";

const fill = { write: "fill" } as const;

describe("BN-014 a mapping that only fills in blanks", () => {
  fieldRows([
    [
      "HubSpot changed it, and the workspace has nothing: filled in",
      { w: null, h: "b", base: [null, "a"], mapping: fill },
      'to-workspace "b" ["b"|"b"]',
    ],
    [
      "the workspace changed it, and HubSpot has nothing: filled in",
      { w: "b", h: "", base: ["a", null], mapping: fill },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "HubSpot changed it, and the workspace has a value: left alone",
      { w: "a", h: "b", base: ["a", "a"], mapping: fill },
      'settled fill_only ["a"|"b"] left hubspot',
    ],
    [
      "the workspace changed it, and HubSpot has a value: left alone",
      { w: "b", h: "a", base: ["a", "a"], mapping: fill },
      'settled fill_only ["b"|"a"] left workspace',
    ],
    [
      "both changed it: left alone, whatever the policy",
      { w: "b", h: "c", base: ["a", "a"], policy: "hold", mapping: fill },
      'settled fill_only ["b"|"c"] left workspace+hubspot',
    ],
    [
      "both changed it to the same: reconciled",
      { w: "b", h: "b", base: ["a", "a"], mapping: fill },
      'settled agree ["b"|"b"]',
    ],
    [
      "a blank that may clear doesn't",
      {
        w: null,
        h: "a",
        base: ["a", "a"],
        mapping: { ...fill, clear: true },
      },
      'settled fill_only [null|"a"] left workspace',
    ],
    [
      "a blank that may clear doesn't in a conflict either",
      {
        w: null,
        h: "b",
        base: ["a", "a"],
        policy: "workspace",
        mapping: { ...fill, clear: true },
      },
      'to-workspace "b" ["b"|"b"]',
    ],
    [
      "left alone also while the switch is off: switching it on does nothing in retrospect",
      { w: "a", h: "b", base: ["a", "a"], mapping: fill, may: pullOff },
      'settled fill_only ["a"|"b"] left hubspot',
    ],
    [
      "a blank to fill waits for the switch",
      { w: "b", h: null, base: ["a", null], mapping: fill, may: pushOff },
      "waiting automatic_push_off",
    ],
    [
      "a new link with two values",
      { w: "a", h: "b", linkIsNew: true, mapping: fill },
      'settled fill_only ["a"|"b"] left -',
    ],
    [
      "a new link, from HubSpot only",
      {
        w: "a",
        h: "b",
        linkIsNew: true,
        mapping: { ...fill, direction: "pull" },
      },
      'settled fill_only ["a"|"b"] left -',
    ],
    [
      "mapped after linking",
      { w: "a", h: "b", mapping: fill },
      'settled fill_only ["a"|"b"] left -',
    ],
    [
      "Sync now does what automatic sync would",
      { w: "a", h: "b", base: ["a", "a"], mapping: fill, trigger: bothWays },
      'settled fill_only ["a"|"b"] left hubspot',
    ],
    [
      "what was left stays so, with its reason",
      { w: "a", h: "b", base: ["a", "b"], left: ["hubspot"], mapping: fill },
      "same fill_only",
    ],
    [
      "another change of the other side is left, too",
      { w: "c", h: "b", base: ["a", "b"], left: ["hubspot"], mapping: fill },
      'settled fill_only ["c"|"b"] left workspace+hubspot',
    ],
  ]);
});

describe("BN-015 what a person clicks replaces it all the same", () => {
  fieldRows([
    [
      "a pull before automatic sync",
      { w: "a", h: "b", base: ["a", "a"], mapping: fill, trigger: manualPull },
      'to-workspace "b" ["b"|"b"]',
    ],
    [
      "a push before automatic sync",
      { w: "b", h: "a", base: ["a", "a"], mapping: fill, trigger: manualPush },
      'to-hubspot "b" ["b"|"b"]',
    ],
    [
      "a pull of what was left",
      {
        w: "a",
        h: "b",
        base: ["a", "b"],
        left: ["hubspot"],
        mapping: fill,
        trigger: manualPull,
      },
      'to-workspace "b" ["b"|"b"]',
    ],
    [
      "a pull of what was left, once the mapping replaces values again",
      {
        w: "a",
        h: "b",
        base: ["a", "b"],
        left: ["hubspot"],
        trigger: manualPull,
      },
      'to-workspace "b" ["b"|"b"]',
    ],
    [
      "a choice for a held field",
      {
        w: "a",
        h: "b",
        base: ["c", "c"],
        mapping: fill,
        held: {
          attentionId: "1",
          field: "f",
          workspace: "a",
          hubspot: "b",
        },
        trigger: { ...automaticPull, resolve: { f: "workspace" } },
      },
      'to-hubspot "a" ["a"|"a"] overwrote "b"',
    ],
    [
      "a push of fields that were mapped later",
      { w: "a", h: "b", mapping: fill, trigger: manualPush },
      'to-hubspot "a" ["a"|"a"] overwrote "b"',
    ],
  ]);

  test.each<[string, Given, boolean]>([
    ["a push over HubSpot's change", { left: ["hubspot"] }, true],
    ["a push of the workspace's change", { left: ["workspace"] }, false],
    ["a push of what was different from the start", { left: [] }, false],
  ])("7-B2 %s asks first: %#", (_, given, asks) => {
    const { undoes = false } = mergeField(
      fieldCase({
        w: "a",
        h: "b",
        base: ["a", "b"],
        mapping: fill,
        trigger: manualPush,
        ...given,
      }),
    );
    expect(undoes).toBe(asks);
  });
});

describe("a mapping that replaces values again", () => {
  fieldRows([
    [
      "changes nothing of what was left",
      { w: "a", h: "b", base: ["a", "b"], left: ["hubspot"] },
      "same same",
    ],
    [
      "syncs the next change",
      {
        w: "a",
        h: "c",
        base: ["a", "b"],
        left: ["hubspot"],
        trigger: automaticPush,
      },
      'to-workspace "c" ["c"|"c"]',
    ],
  ]);
});
