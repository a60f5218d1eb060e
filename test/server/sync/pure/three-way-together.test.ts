import { describe, expect, test } from "vitest";
import { mergeTogether } from "../../../../server/sync/decide/three-way-together.ts";
import { fieldCase, pushOff, told } from "./field-rows.ts";
import type { Given } from "./field-rows.ts";
import {
  automaticPull,
  automaticPush,
  manualPull,
  manualPush,
} from "./situation.ts";

/** What becomes of two fields that are decided together: a pipeline and a stage. */
const both = (pipeline: Given, stage: Given): string[] =>
  mergeTogether([
    fieldCase(pipeline, ["pipeline", "hs_pipeline"]),
    fieldCase(stage, ["stage", "hs_stage"]),
  ]).map(told);

const settled = (value: string): Given => ({
  w: value,
  h: value,
  base: [value, value],
});
const here = (value: string, before: string): Given => ({
  w: value,
  h: before,
  base: [before, before],
});
const there = (value: string, before: string): Given => ({
  w: before,
  h: value,
  base: [before, before],
});
const apart = (ours: string, theirs: string, before: string): Given => ({
  w: ours,
  h: theirs,
  base: [before, before],
});

/** The same of both fields. */
const under = (
  more: Given,
  pipeline: Given,
  stage: Given,
): readonly [Given, Given] => [
  { ...pipeline, ...more },
  { ...stage, ...more },
];

const parked = {
  side: "hubspot",
  sent: "2",
  code: "invalid_option",
  message: "m",
  signature: '["hs_stage","text",null,null,null]',
} as const;

describe("fields that are decided together", () => {
  test.each<readonly [string, readonly [Given, Given], readonly string[]]>([
    [
      "neither side changed: nothing",
      [settled("A"), settled("1")],
      ["same same", "same same"],
    ],
    [
      "one side changed one of them: that one goes",
      [settled("A"), here("2", "1")],
      ["same same", 'to-hubspot "2" ["2"|"2"]'],
    ],
    [
      "one side changed both: both go",
      [there("B", "A"), there("2", "1")],
      ['to-workspace "B" ["B"|"B"]', 'to-workspace "2" ["2"|"2"]'],
    ],
    [
      "each side changed another one: one side wins both",
      under({ policy: "hubspot" }, there("B", "A"), here("2", "1")),
      [
        'to-workspace "B" ["B"|"B"]',
        'to-workspace "1" ["1"|"1"] overwrote "2"',
      ],
    ],
    [
      "or the other side does",
      under({ policy: "workspace" }, there("B", "A"), here("2", "1")),
      ['to-hubspot "A" ["A"|"A"] overwrote "B"', 'to-hubspot "2" ["2"|"2"]'],
    ],
    [
      "the side that acts wins both",
      under({ trigger: automaticPush }, there("B", "A"), apart("2", "3", "1")),
      [
        'to-hubspot "A" ["A"|"A"] overwrote "B"',
        'to-hubspot "2" ["2"|"2"] overwrote "3"',
      ],
    ],
    [
      "the policy of the first one counts for both",
      [
        { ...there("B", "A"), policy: "hubspot" },
        { ...here("2", "1"), policy: "workspace" },
      ],
      [
        'to-workspace "B" ["B"|"B"]',
        'to-workspace "1" ["1"|"1"] overwrote "2"',
      ],
    ],
    [
      "a person decides on both",
      under({ policy: "hold" }, there("B", "A"), here("2", "1")),
      ["held conflict_held", "held conflict_held"],
    ],
    [
      "one of them is a conflict for a person: so is the other, whoever changed it",
      under({ policy: "hold" }, there("B", "A"), apart("2", "3", "1")),
      ["held conflict_held", "held conflict_held"],
    ],
    [
      "one of them agrees: it isn't held with the other",
      under({ policy: "hold" }, settled("A"), apart("2", "3", "1")),
      ["same same", "held conflict_held"],
    ],
    [
      "a person's choice for both moves both",
      under(
        {
          policy: "hold",
          trigger: {
            ...automaticPull,
            resolve: { pipeline: "workspace", stage: "workspace" },
          },
        },
        there("B", "A"),
        apart("2", "3", "1"),
      ),
      [
        'to-hubspot "A" ["A"|"A"] overwrote "B"',
        'to-hubspot "2" ["2"|"2"] overwrote "3"',
      ],
    ],
    [
      "a push by hand sends both",
      under({ trigger: manualPush }, there("B", "A"), here("2", "1")),
      ['to-hubspot "A" ["A"|"A"] overwrote "B"', 'to-hubspot "2" ["2"|"2"]'],
    ],
    [
      "a pull by hand takes both",
      under({ trigger: manualPull }, there("B", "A"), here("2", "1")),
      [
        'to-workspace "B" ["B"|"B"]',
        'to-workspace "1" ["1"|"1"] overwrote "2"',
      ],
    ],
    [
      "a blank wins nothing, for the other's sake neither",
      under(
        { policy: "workspace" },
        { w: null, h: "B", base: [null, "A"] },
        here("2", "1"),
      ),
      ['to-workspace "B" ["B"|"B"]', 'to-hubspot "2" ["2"|"2"]'],
    ],
    [
      "with push switched off, both wait",
      under(
        { may: pushOff, policy: "workspace" },
        there("B", "A"),
        here("2", "1"),
      ),
      ["waiting automatic_push_off", "waiting automatic_push_off"],
    ],
    [
      "one was rejected and still is: the other isn't sent without it",
      [here("B", "A"), { ...here("2", "1"), parked }],
      ["parked decided_together", "parked invalid_option"],
    ],
    [
      "the other's parking ends with the rejected one's",
      [
        {
          ...here("B", "A"),
          parked: { ...parked, sent: "B", code: "decided_together" },
        },
        { ...here("4", "1"), parked },
      ],
      ['to-hubspot "B" ["B"|"B"]', 'to-hubspot "4" ["4"|"4"]'],
    ],
    [
      "a value that can't be converted keeps the other one",
      [
        here("B", "A"),
        {
          ...here("nobody@example.com", "7"),
          mapping: { conversion: { kind: "owner" } },
        },
      ],
      ["parked decided_together", "parked unknown_owner"],
    ],
  ])("%s", (_what, [pipeline, stage], expected) => {
    expect(both(pipeline, stage)).toEqual(expected);
  });

  test("what is parked for another's sake is handed on as it was loaded", () => {
    const together = {
      ...parked,
      sent: "B",
      code: "decided_together",
    };
    const [pipeline] = mergeTogether([
      fieldCase({ ...here("B", "A"), parked: together }, ["pipeline", "p"]),
      fieldCase({ ...here("2", "1"), parked }, ["stage", "hs_stage"]),
    ]);
    expect(pipeline?.parked).toBe(together);
  });
});
