import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Brakes } from "../../../../server/settings/schema.ts";
import { defaultBrakes } from "../../../../server/settings/schema.ts";
import {
  isExempt,
  isTooMany,
  judge,
  movementKey,
  movementsOf,
  withoutWrites,
} from "../../../../server/sync/brake/pure/judge.ts";
import type { Gauge } from "../../../../server/sync/brake/pure/judge.ts";
import { doNothing } from "../../../../server/sync/decide/decision.ts";
import type {
  Decision,
  Movement,
  Trigger,
} from "../../../../server/sync/model.ts";
import type { Planned } from "../../../../server/sync/decide/plan.ts";
import { object, pair, record } from "./situation.ts";

const gauge = (change: Partial<Gauge> = {}): Gauge => ({
  flow: "to_workspace",
  action: "delete",
  passed: 0,
  pending: 0,
  linked: 100,
  closed: false,
  ...change,
});

const creations = (toHubSpot: number | null, toWorkspace: number | null) => ({
  ...defaultBrakes,
  creations: { toHubSpot, toWorkspace },
});
const updates = (toHubSpot: number | null, toWorkspace: number | null) => ({
  ...defaultBrakes,
  updates: { toHubSpot, toWorkspace },
});

describe("the limits", () => {
  test.each<[string, Brakes, Partial<Gauge>, number, boolean]>([
    ["19 of 100", defaultBrakes, {}, 19, false],
    ["20 of 100", defaultBrakes, {}, 20, true],
    ["20 of 400, exactly 5 %", defaultBrakes, { linked: 400 }, 20, false],
    ["21 of 400", defaultBrakes, { linked: 400 }, 21, true],
    [
      "1 after 19 that passed",
      defaultBrakes,
      { passed: 19, linked: 81 },
      1,
      true,
    ],
    [
      "1 after 19 that passed, of 400",
      defaultBrakes,
      { passed: 19, linked: 381 },
      1,
      false,
    ],
    ["1 with 39 to come", defaultBrakes, { pending: 39 }, 1, true],
    [
      "all, with the brake off",
      { ...defaultBrakes, deletions: null },
      {},
      100,
      false,
    ],
    [
      "2 of 100, with a limit of 2 and 1 %",
      { ...defaultBrakes, deletions: { count: 2, share: 0.01 } },
      {},
      2,
      true,
    ],
  ])("deletions: %s", (_name, brakes, change, inBatch, held) => {
    for (const flow of ["to_workspace", "to_hubspot"] as const)
      expect(isTooMany(brakes, gauge({ ...change, flow }), inBatch)).toBe(held);
  });

  const create = { flow: "to_hubspot", action: "create" } as const;
  test.each<[string, Brakes, Partial<Gauge>, number, boolean]>([
    ["1,000 into an empty portal", defaultBrakes, { linked: 0 }, 1_000, false],
    ["1,001 into an empty portal", defaultBrakes, { linked: 0 }, 1_001, true],
    [
      "100 of 60,000 that are dirty",
      defaultBrakes,
      { linked: 200, pending: 59_900 },
      100,
      true,
    ],
    [
      "5,000 where as many are linked",
      defaultBrakes,
      { linked: 5_000 },
      5_000,
      false,
    ],
    [
      "one more, 1,000 after 500 were linked",
      defaultBrakes,
      { passed: 1_000, linked: 1_500 },
      1,
      true,
    ],
    [
      "HubSpot's own to the workspace",
      defaultBrakes,
      { flow: "to_workspace", linked: 0 },
      60_000,
      false,
    ],
    ["5, with a limit of 5", creations(5, null), { linked: 0 }, 5, false],
    ["6, with a limit of 5", creations(5, null), { linked: 9_000 }, 6, true],
    [
      "6 here, with a limit of 5 here",
      creations(null, 5),
      { flow: "to_workspace" },
      6,
      true,
    ],
    [
      "2,000 into an empty portal, with a limit of 5,000",
      creations(5_000, null),
      { linked: 0 },
      2_000,
      false,
    ],
    ["1, with a limit of none at all", creations(0, null), {}, 1, true],
  ])("creations: %s", (_name, brakes, change, inBatch, held) => {
    expect(isTooMany(brakes, gauge({ ...create, ...change }), inBatch)).toBe(
      held,
    );
  });

  const update = { flow: "to_hubspot", action: "update" } as const;
  test.each<[string, Brakes, Partial<Gauge>, number, boolean]>([
    ["any number without a limit", defaultBrakes, {}, 100_000, false],
    ["100, with a limit of 100", updates(100, null), {}, 100, false],
    ["101, with a limit of 100", updates(100, null), {}, 101, true],
    ["1 after 100", updates(100, null), { passed: 100 }, 1, true],
    [
      "the other direction",
      updates(100, null),
      { flow: "to_workspace" },
      101,
      false,
    ],
  ])("updates: %s", (_name, brakes, change, inBatch, held) => {
    expect(isTooMany(brakes, gauge({ ...update, ...change }), inBatch)).toBe(
      held,
    );
  });
});

const automatic: Trigger = {
  initiator: "hubspot",
  manual: false,
  bypassConditions: false,
  retryParked: false,
};

test.each<[string, Trigger, Movement["action"], boolean, boolean]>([
  ["automatic sync", automatic, "delete", false, false],
  [
    "a run by hand over a type, a creation",
    { ...automatic, manual: true },
    "create",
    false,
    true,
  ],
  [
    "a run by hand over a type, a deletion it comes upon",
    { ...automatic, manual: true },
    "delete",
    false,
    false,
  ],
  [
    "a press on the card",
    { ...automatic, manual: true, bypassConditions: true },
    "delete",
    false,
    true,
  ],
  ["a retry", { ...automatic, retryParked: true }, "delete", false, true],
  [
    "a choice",
    { ...automatic, resolve: { city: "hubspot" } },
    "update",
    false,
    true,
  ],
  ["an approval", { ...automatic, approved: true }, "delete", false, true],
  ["the first pull, a creation", automatic, "create", true, true],
  ["the first pull, a deletion", automatic, "delete", true, false],
])("who is exempt: %s", (_name, trigger, action, firstPull, exempt) => {
  expect(isExempt({ flow: "to_workspace", action }, trigger, firstPull)).toBe(
    exempt,
  );
});

const decisions: Readonly<Record<string, Decision>> = {
  nothing: doNothing("unchanged", ""),
  deleteHere: { ...doNothing("x", ""), workspace: { kind: "delete" } },
  archive: { ...doNothing("x", ""), hubspot: { kind: "archive" } },
  createThere: { ...doNothing("x", ""), hubspot: { kind: "create", sent: {} } },
  createHere: {
    ...doNothing("x", ""),
    workspace: { kind: "create", properties: {} },
  },
  updateBoth: {
    ...doNothing("x", ""),
    workspace: { kind: "update", set: {}, clear: [] },
    hubspot: { kind: "update", sent: {} },
  },
  missing: {
    ...doNothing("x", ""),
    outcome: "failed",
    problem: { code: "object_missing", cause: "", fix: "" },
  },
};

const planned = (decision: Decision): Planned => ({
  pair: pair(),
  decision,
  edges: [],
  object: null,
});

const all = (["delete", "create", "update"] as const).flatMap((action) =>
  (["to_workspace", "to_hubspot"] as const).map((flow) => ({ flow, action })),
);

test("whatever the batch and the gauges: all of a movement are held or none, the held write nothing, and the others are as they were", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...Object.values(decisions)), { maxLength: 60 }),
      fc.record({
        passed: fc.nat(60),
        pending: fc.nat(60),
        linked: fc.nat(500),
        closed: fc.boolean(),
      }),
      fc.option(fc.nat(40), { nil: null }),
      fc.boolean(),
      (batch, numbers, limit, settled) => {
        const brakes: Brakes = {
          ...defaultBrakes,
          creations: { toHubSpot: limit, toWorkspace: limit },
          updates: { toHubSpot: limit, toWorkspace: limit },
        };
        const before = batch.map(planned);
        const after = judge(
          {
            brakes,
            gauges: new Map(
              all.map((movement) => [
                movementKey(movement),
                { ...movement, ...numbers },
              ]),
            ),
            refused: new Set(),
            approved: new Set(),
            isSettled: () => settled,
          },
          before,
        );
        expect(after).toHaveLength(before.length);
        for (const movement of all) {
          const key = movementKey(movement);
          const of = before.flatMap((plan, index) =>
            movementsOf(plan.decision).some((one) => movementKey(one) === key)
              ? [after[index]]
              : [],
          );
          const tooMany =
            numbers.closed ||
            isTooMany(brakes, { ...movement, ...numbers }, of.length);
          if (tooMany)
            expect(of.every((plan) => plan?.braked !== undefined)).toBe(true);
        }
        after.forEach((plan, index) => {
          if (plan.braked !== undefined) {
            expect(plan.decision.outcome).toBe("held");
            expect(movementsOf(plan.decision)).toEqual([]);
            expect(plan.decision.link).toEqual({ kind: "keep" });
          } else if (plan.decision.code !== "deletion_waits")
            expect(plan).toBe(before[index]);
          else expect(settled).toBe(false);
        });
      },
    ),
  );
});

test("a refused update writes nothing, and takes both values as they are for the base", () => {
  const refused = withoutWrites({
    ...planned({
      ...doNothing("updated", ""),
      outcome: "updated",
      hubspot: { kind: "update", sent: {} },
      fields: [
        {
          field: "city",
          property: "city",
          kind: "to-hubspot",
          code: "x",
          value: "Rome",
          base: { w: "Rome", h: "Rome", p: "city", c: "text" },
        },
      ],
    }),
    pair: pair({
      record: record({ city: "Rome" }),
      object: object({ city: "Oslo" }),
    }),
  });
  expect(movementsOf(refused)).toEqual([]);
  expect(refused.fields).toMatchObject([
    { kind: "settled", base: { w: "Rome", h: "Oslo" } },
  ]);
});
