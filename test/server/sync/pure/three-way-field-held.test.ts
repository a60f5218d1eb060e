import { describe } from "vitest";
import { fieldRows } from "./field-rows.ts";
import { automaticPull } from "./situation.ts";

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
  fieldRows([
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
