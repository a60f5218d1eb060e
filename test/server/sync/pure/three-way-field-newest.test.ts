import { describe, expect, test } from "vitest";
import { mergeField } from "../../../../server/sync/decide/three-way-field.ts";
import { mergeTogether } from "../../../../server/sync/decide/three-way-together.ts";
import { bothWays } from "../../../../server/sync/decide/triggers.ts";
import { fieldCase, fieldRows, told } from "./field-rows.ts";
import { manualPull, manualPush } from "./situation.ts";

const conflict = {
  policy: "newest",
  w: "w",
  h: "h",
  base: ["a", "a"],
} as const;
const times = (workspace?: number, hubspot?: number) => ({
  changedAt: { workspace, hubspot },
});

describe("the newer of two changes", () => {
  fieldRows([
    [
      "the workspace's is newer",
      { ...conflict, ...times(2, 1) },
      'to-hubspot "w" ["w"|"w"] overwrote "h"',
    ],
    [
      "HubSpot's is newer",
      { ...conflict, ...times(1, 2) },
      'to-workspace "h" ["h"|"h"] overwrote "w"',
    ],
    [
      "both at once: HubSpot's",
      { ...conflict, ...times(2, 2) },
      'to-workspace "h" ["h"|"h"] overwrote "w"',
    ],
    [
      "the workspace's has no time",
      { ...conflict, ...times(undefined, 2) },
      "held newest_unknown",
    ],
    [
      "HubSpot's has no time",
      { ...conflict, ...times(2) },
      "held newest_unknown",
    ],
    ["nobody asked for times", conflict, "held newest_unknown"],
    [
      "only one side changed: times don't matter",
      { ...conflict, w: "a", ...times(2, 1) },
      'to-workspace "h" ["h"|"h"]',
    ],
    [
      "a newer blank gives way to data",
      { ...conflict, w: null, ...times(2, 1) },
      'to-workspace "h" ["h"|"h"]',
    ],
    [
      "a newer blank wins if it may clear",
      { ...conflict, w: null, mapping: { clear: true }, ...times(2, 1) },
      'to-hubspot "" [null|null] overwrote "h"',
    ],
    [
      "a new link",
      { policy: "newest", w: "w", h: "h", linkIsNew: true, ...times(2, 1) },
      'to-hubspot "w" ["w"|"w"] overwrote "h"',
    ],
    [
      "Sync now goes by it, too",
      { ...conflict, trigger: bothWays, ...times(1, 2) },
      'to-workspace "h" ["h"|"h"] overwrote "w"',
    ],
    [
      "a push by hand doesn't",
      { ...conflict, trigger: manualPush, ...times(1, 2) },
      'to-hubspot "w" ["w"|"w"] overwrote "h"',
    ],
    [
      "a pull by hand doesn't",
      { ...conflict, trigger: manualPull, ...times(2, 1) },
      'to-workspace "h" ["h"|"h"] overwrote "w"',
    ],
  ]);

  test("the policy that decided is named", () => {
    expect(
      mergeField(fieldCase({ ...conflict, ...times(2, 1) })),
    ).toMatchObject({ code: "conflict", policy: "newest" });
  });
});

describe("fields that are decided together", () => {
  const group = (changedAt: { workspace?: number; hubspot?: number }) =>
    mergeTogether([
      fieldCase(
        {
          policy: "newest",
          w: "w",
          h: "h",
          base: ["a", "a"],
          changedAt: {
            workspace: changedAt.workspace,
            hubspot: changedAt.hubspot,
          },
        },
        ["first", "p_first"],
      ),
      fieldCase({ policy: "newest", w: "w", h: "a", base: ["a", "a"] }, [
        "second",
        "p_second",
      ]),
    ]).map(told);

  test("follow the newer change of the first", () => {
    expect(group({ workspace: 1, hubspot: 2 })).toEqual([
      'to-workspace "h" ["h"|"h"] overwrote "w"',
      'to-workspace "a" ["a"|"a"] overwrote "w"',
    ]);
    expect(group({ workspace: 2, hubspot: 1 })).toEqual([
      'to-hubspot "w" ["w"|"w"] overwrote "h"',
      'to-hubspot "w" ["w"|"w"]',
    ]);
  });

  test("wait for a person together if that isn't known", () => {
    expect(group({ workspace: 1 })).toEqual([
      "held newest_unknown",
      "held newest_unknown",
    ]);
  });
});
