import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide } from "../../../../server/sync/decide/decide.ts";
import type { FieldMapping } from "../../../../server/settings/mapping.ts";
import { defaultSettings } from "../../../../server/settings/schema.ts";
import type {
  Base,
  Decision,
  Properties,
  PropertyDefinition,
  Rules,
  Stage,
  Trigger,
} from "../../../../server/sync/model.ts";
import {
  automaticPull,
  automaticPush,
  link,
  manualPull,
  manualPush,
  mapped,
  object,
  pair,
  record,
  recordId,
} from "./situation.ts";

/**
 * Pipelines and stages of deals, by decide itself. HubSpot has the pipelines S (with the stages s1, s2, won, lost) and R
 * (r1, rwon).
 */

const stagesOf: Readonly<Record<string, readonly string[]>> = {
  S: ["s1", "s2", "won", "lost"],
  R: ["r1", "rwon"],
};

const stages: Record<string, Stage> = Object.fromEntries(
  Object.entries(stagesOf).flatMap(([pipeline, ids]) =>
    ids.map((id) => [
      id,
      {
        pipeline,
        closed: id.endsWith("won") || id === "lost",
        won: id.endsWith("won"),
      },
    ]),
  ),
);

const options = (
  label: string,
  values: readonly string[],
): PropertyDefinition => ({
  type: "enumeration",
  readOnly: false,
  options: values,
  label,
});

const definitions = {
  pipeline: options("Pipeline", Object.keys(stagesOf)),
  dealstage: { ...options("Deal Stage", Object.keys(stages)), stages },
};

type Pairs = readonly (readonly [string, string])[];

const mapping = (
  field: string,
  property: string,
  pairs?: Pairs,
): FieldMapping =>
  mapped(
    field,
    property,
    pairs === undefined
      ? {}
      : {
          conversion: {
            kind: "options",
            pairs: pairs.map(([workspace, hubspot]) => ({
              workspace,
              hubspot,
            })),
          },
        },
  );

/** Many to one both ways: the workspace's "open" is a stage of each pipeline, and so is "won"; HubSpot's s1 and s2 are "open". */
const manyToOne: Pairs = [
  ["open", "s1"],
  ["open", "s2"],
  ["open", "r1"],
  ["started", "r1"],
  ["won", "won"],
  ["won", "rwon"],
];

const rulesFor = (
  stagePairs?: Pairs,
  policy: Rules["settings"]["deal"]["policy"] = "hubspot",
): Rules => ({
  settings: {
    ...defaultSettings,
    deal: {
      ...defaultSettings.deal,
      enabled: true,
      policy,
      mappings: [
        mapping("name", "dealname"),
        mapping("pipeline", "pipeline"),
        mapping("stage", "dealstage", stagePairs),
      ],
    },
  },
  definitions,
  owners: { idByEmail: {}, emailById: {} },
  mayCreateObjects: true,
  uniqueProperty: true,
});

/** A pipeline and a stage, as "S s1". */
type Place = `${string} ${string}`;
const split = (place: Place): [string, string] => {
  const [pipeline = "", stage = ""] = place.split(" ");
  return [pipeline, stage];
};
const here = (place: Place): Properties => {
  const [pipeline, stage] = split(place);
  return { name: "Deal", pipeline, stage };
};
const there = (place: Place): Record<string, string | null> => {
  const [pipeline, dealstage] = split(place);
  return { dealname: "Deal", pipeline, dealstage };
};

/** The base of a pair that was last reconciled in these two places. */
function baseOf(rules: Rules, w: Place, h: Place): Base {
  return Object.fromEntries(
    rules.settings.deal.mappings.map(({ field, property, conversion }) => [
      field,
      {
        w: here(w)[field] ?? null,
        h: there(h)[property] ?? null,
        p: property,
        c:
          conversion.kind === "options"
            ? `options:${JSON.stringify(conversion.pairs.map((each) => [each.workspace, each.hubspot]))}`
            : conversion.kind,
      },
    ]),
  );
}

const decided = (
  rules: Rules,
  trigger: Trigger,
  w: Properties,
  h: Record<string, string | null>,
  base: Base,
): Decision =>
  decide(
    rules,
    pair({
      objectType: "deal",
      record: record(w, { objectType: "deal" }),
      object: object(h),
      link: link({ recordId, base }),
      parents: [],
    }),
    trigger,
  );

const shown = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

/** What a decision writes: "-> R r1" to HubSpot, "<- S s2" to the workspace, "S s2 ->! code" what isn't sent. */
function told({ workspace, hubspot, fields }: Decision): string {
  const sent =
    hubspot.kind === "update" || hubspot.kind === "create"
      ? ["pipeline", "dealstage"].flatMap(
          (property) => hubspot.sent[property]?.h ?? [],
        )
      : [];
  const set =
    workspace.kind === "update"
      ? ["pipeline", "stage"].flatMap((field) => workspace.set[field] ?? [])
      : [];
  const stopped = fields
    .filter(({ kind }) => kind === "parked" || kind === "held")
    .map(({ field, code }) => `${field} ${code}`);
  return [
    ...(sent.length > 0 ? [`-> ${sent.join(" ")}`] : []),
    ...(set.length > 0 ? [`<- ${set.map(shown).join(" ")}`] : []),
    ...stopped,
  ].join(", ");
}

describe("the pipeline and the stage of a linked deal move as one", () => {
  const plain = rulesFor();
  const many = rulesFor(manyToOne);
  test.each<
    readonly [
      what: string,
      rules: Rules,
      base: readonly [Place, Place],
      now: readonly [Place, Place],
      trigger: Trigger,
      expected: string,
    ]
  >([
    [
      "a stage of the same pipeline is pushed alone",
      plain,
      ["S s1", "S s1"],
      ["S s2", "S s1"],
      automaticPush,
      "-> s2",
    ],
    [
      "a pipeline and its stage are pushed together",
      plain,
      ["S s1", "S s1"],
      ["R r1", "S s1"],
      automaticPush,
      "-> R r1",
    ],
    [
      "a pipeline without its stage isn't pushed",
      plain,
      ["S s1", "S s1"],
      ["R s1", "S s1"],
      automaticPush,
      "pipeline decided_together, stage stage_not_in_pipeline",
    ],
    [
      "a stage of another pipeline isn't pushed",
      plain,
      ["S s1", "S s1"],
      ["S r1", "S s1"],
      automaticPush,
      "stage stage_not_in_pipeline",
    ],
    [
      "a stage that HubSpot no longer has isn't pushed, nor its pipeline",
      plain,
      ["S s1", "S s1"],
      ["R gone", "S s1"],
      automaticPush,
      "pipeline decided_together, stage invalid_option",
    ],
    [
      "a pipeline that HubSpot no longer has isn't pushed, nor its stage",
      plain,
      ["S s1", "S s1"],
      ["gone r1", "S s1"],
      automaticPush,
      "pipeline invalid_option, stage stage_not_in_pipeline",
    ],
    [
      "HubSpot's move comes whole",
      plain,
      ["S s1", "S s1"],
      ["S s1", "R rwon"],
      automaticPull,
      "<- R rwon",
    ],
    [
      "both sides moved the stage: HubSpot's stays",
      plain,
      ["S s1", "S s1"],
      ["S s2", "S won"],
      automaticPush,
      "<- won",
    ],
    [
      "both sides moved, into different pipelines: HubSpot's stays, whole",
      plain,
      ["S s1", "S s1"],
      ["S s2", "R r1"],
      automaticPush,
      "<- R r1",
    ],
    [
      "both sides moved, and the workspace wins: its place is sent whole",
      rulesFor(undefined, "workspace"),
      ["S s1", "S s1"],
      ["S s2", "R r1"],
      automaticPull,
      "-> S s2",
    ],
    [
      "both sides moved to one place: nothing",
      plain,
      ["S s1", "S s1"],
      ["R r1", "R r1"],
      automaticPush,
      "",
    ],
    [
      "a click on Push sends the workspace's place whole",
      plain,
      ["S s1", "S s1"],
      ["S s2", "R r1"],
      { ...manualPush, confirmed: true },
      "-> S s2",
    ],
    [
      "a click on Pull takes HubSpot's place whole",
      plain,
      ["S s1", "S s1"],
      ["R r1", "S s2"],
      { ...manualPull, confirmed: true },
      "<- S s2",
    ],
    [
      "many to one: a stage of HubSpot's that means the same leaves the workspace alone",
      many,
      ["S open", "S s1"],
      ["S open", "S s2"],
      automaticPull,
      "",
    ],
    [
      "many to one: a value is sent as the stage of its own pipeline",
      many,
      ["R open", "R r1"],
      ["R won", "R r1"],
      automaticPush,
      "-> rwon",
    ],
    [
      "many to one: another pipeline alone takes the stage along that the value means there",
      many,
      ["S open", "S s2"],
      ["R open", "S s2"],
      automaticPush,
      "-> R r1",
    ],
    [
      "many to one: back again, too",
      many,
      ["R won", "R rwon"],
      ["S won", "R rwon"],
      automaticPush,
      "-> S won",
    ],
    [
      "many to one: two values of one stage don't write each other over",
      many,
      ["R open", "R r1"],
      ["R started", "R r1"],
      automaticPush,
      "",
    ],
    [
      "a value that means nothing in its pipeline isn't sent, nor the pipeline",
      many,
      ["R started", "R r1"],
      ["S started", "R r1"],
      automaticPush,
      "pipeline decided_together, stage unmapped_option",
    ],
    [
      "a stage that is mapped to nothing isn't pulled, nor its pipeline",
      many,
      ["R open", "R r1"],
      ["R open", "S lost"],
      automaticPull,
      "pipeline decided_together, stage unmapped_option",
    ],
  ])("%s", (_what, rules, base, [w, h], trigger, expected) => {
    expect(
      told(decided(rules, trigger, here(w), there(h), baseOf(rules, ...base))),
    ).toBe(expected);
  });

  test("a stage that was refused for its pipeline is sent once the pipeline is the right one", () => {
    const rules = rulesFor();
    const base = baseOf(rules, "S s1", "S s1");
    const refused = decided(
      rules,
      automaticPush,
      here("S r1"),
      there("S s1"),
      base,
    );
    const parked = Object.fromEntries(
      refused.fields.flatMap(({ field, parked: each }) =>
        each === undefined ? [] : [[field, each]],
      ),
    );
    const again = decide(
      rules,
      pair({
        objectType: "deal",
        record: record(here("R r1"), { objectType: "deal" }),
        object: object(there("S s1")),
        link: link({ base, parked }),
        parents: [],
      }),
      automaticPush,
    );
    expect(told(again)).toBe("-> R r1");
  });
});

describe("a new deal", () => {
  const created = (rules: Rules, w: Properties, trigger = automaticPush) =>
    decide(
      rules,
      pair({
        objectType: "deal",
        record: record(w, { objectType: "deal" }),
        parents: [],
      }),
      trigger,
    );
  const pulled = (rules: Rules, h: Place, trigger = automaticPull) =>
    decide(
      rules,
      pair({ objectType: "deal", object: object(there(h)), parents: [] }),
      trigger,
    );
  const many = rulesFor(manyToOne);
  const wonOnly = (rules: Rules): Rules => ({
    ...rules,
    settings: {
      ...rules.settings,
      deal: {
        ...rules.settings.deal,
        push: {
          enabled: true,
          conditions: {
            ...rules.settings.deal.push.conditions,
            wonOnly: true,
          },
        },
        pull: {
          ...rules.settings.deal.pull,
          conditions: {
            ...rules.settings.deal.pull.conditions,
            wonOnly: true,
          },
        },
      },
    },
  });

  test.each<readonly [string, Rules, Place, string]>([
    ["is created in the stage of its pipeline", many, "R won", "-> R rwon"],
    [
      "is created in the first stage that its value means",
      many,
      "S open",
      "-> S s1",
    ],
    [
      "is left out in a stage of another pipeline",
      rulesFor(),
      "S r1",
      "stage_not_in_pipeline",
    ],
    [
      "is left out if its value means nothing in its pipeline",
      many,
      "S started",
      "stage_not_mapped",
    ],
    [
      "is left out if its value means nothing at all",
      many,
      "S lost",
      "stage_not_mapped",
    ],
    [
      "is created if it's won, and only won ones are",
      wonOnly(many),
      "R won",
      "-> R rwon",
    ],
    [
      "is left out if it isn't won, and only won ones are",
      wonOnly(many),
      "R open",
      "not_won",
    ],
    [
      "is left out if it's lost, and only won ones are",
      wonOnly(rulesFor()),
      "S lost",
      "not_won",
    ],
  ])("of the workspace %s", (_what, rules, place, expected) => {
    const decision = created(rules, here(place));
    expect(
      decision.outcome === "created" ? told(decision) : decision.code,
    ).toBe(expected);
  });

  test.each<readonly [string, Rules, Place, string]>([
    ["is pulled as what its stage means", many, "R rwon", "won"],
    [
      "is left out if its stage means nothing here",
      many,
      "S lost",
      "stage_not_mapped",
    ],
    [
      "is pulled if it's won, and only won ones are",
      wonOnly(many),
      "S won",
      "won",
    ],
    [
      "is left out if it isn't won, and only won ones are",
      wonOnly(many),
      "S s1",
      "not_in_scope",
    ],
  ])("of HubSpot's %s", (_what, rules, place, expected) => {
    const { outcome, code, workspace } = pulled(rules, place);
    expect(
      outcome === "created" && workspace.kind === "create"
        ? workspace.properties["stage"]
        : code,
    ).toBe(expected);
  });

  test("is pushed and pulled by hand although it isn't won", () => {
    expect(created(wonOnly(many), here("R open"), manualPush).outcome).toBe(
      "created",
    );
    expect(pulled(wonOnly(many), "S s1", manualPull).outcome).toBe("created");
  });
});

describe("whatever is mapped to what, and whoever moves a deal", () => {
  const anyStage = fc.constantFrom(...Object.keys(stages));
  const anyValue = fc.constantFrom("a", "b", "c");
  const anyPairs = fc.option(
    fc.uniqueArray(fc.tuple(anyValue, anyStage), {
      selector: (each) => each.join(),
      minLength: 1,
      maxLength: 8,
    }),
    { nil: undefined },
  );
  const anyMove = fc.oneof(
    anyStage.map((stage) => ({ side: "hubspot" as const, stage })),
    fc
      .tuple(
        fc.constantFrom("S", "R", undefined),
        fc.oneof(anyValue, anyStage, fc.constant(undefined)),
      )
      .map(([pipeline, stage]) => ({
        side: "workspace" as const,
        pipeline,
        stage,
      })),
  );

  test("BN-110 the sides come to rest, and HubSpot never gets a stage that its pipeline doesn't have", () => {
    fc.assert(
      fc.property(
        anyPairs,
        fc.constantFrom("hubspot" as const, "workspace" as const),
        fc.array(anyMove, { minLength: 1, maxLength: 8 }),
        (pairs, policy, moves) => {
          const rules = rulesFor(pairs, policy);
          let w: Properties = {};
          let h: Record<string, string | null> = {
            ...there("S s1"),
          };
          let base: Base = {};
          let parked: Record<
            string,
            NonNullable<Decision["fields"][number]["parked"]>
          > = {};
          let isNew = true;
          for (const move of moves) {
            if (move.side === "hubspot")
              h = {
                ...h,
                pipeline: stages[move.stage]?.pipeline ?? "",
                dealstage: move.stage,
              };
            else
              w = {
                ...w,
                ...(move.pipeline === undefined
                  ? {}
                  : { pipeline: move.pipeline }),
                ...(move.stage === undefined ? {} : { stage: move.stage }),
              };
            let rounds = 0;
            for (; rounds < 6; rounds++) {
              const trigger =
                (rounds % 2 === 0) === (move.side === "hubspot")
                  ? automaticPull
                  : automaticPush;
              const decision = decide(
                rules,
                pair({
                  objectType: "deal",
                  record: record(w, { objectType: "deal" }),
                  object: object(h),
                  link: isNew ? null : link({ base, parked }),
                  parents: [],
                }),
                trigger,
              );
              isNew = false;
              base = {
                ...base,
                ...Object.fromEntries(
                  decision.fields.flatMap(({ field, base: after }) =>
                    after === undefined ? [] : [[field, after]],
                  ),
                ),
              };
              parked = Object.fromEntries(
                decision.fields.flatMap(({ field, parked: each }) =>
                  each === undefined ? [] : [[field, each]],
                ),
              );
              if (decision.workspace.kind === "update")
                w = { ...w, ...decision.workspace.set };
              if (decision.hubspot.kind === "update") {
                h = {
                  ...h,
                  ...Object.fromEntries(
                    Object.entries(decision.hubspot.sent).map(
                      ([property, { h: value }]) => [property, value],
                    ),
                  ),
                };
                expect(stagesOf[h["pipeline"] ?? ""]).toContain(h["dealstage"]);
              }
              if (
                decision.workspace.kind === "none" &&
                decision.hubspot.kind === "none" &&
                rounds > 0
              )
                break;
            }
            expect(rounds).toBeLessThan(4);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
