import { describe, expect, test } from "vitest";
import type { FieldMapping } from "../../../../server/settings/mapping.ts";
import { decide } from "../../../../server/sync/decide/decide.ts";
import { meaningOf } from "../../../../server/sync/values/meaning.ts";
import type {
  Decision,
  PropertyDefinition,
  Rules,
  Side,
  Trigger,
} from "../../../../server/sync/model.ts";
import { FILL_ONLY } from "../../../../server/sync/decide/fill-only.ts";
import {
  bothWays,
  mappingsApplied,
} from "../../../../server/sync/decide/triggers.ts";
import { changesOf } from "../../../../server/sync/decide/plan.ts";
import {
  holdsNothing,
  sameValue,
} from "../../../../server/sync/values/value.ts";
import { carryOut, pairOf } from "./both-sides.ts";
import type { Habits, Sides } from "./both-sides.ts";
import {
  anyMappings,
  anyText,
  anyWorkspaceValue,
  fc,
  manyToOne,
} from "./properties.ts";
import {
  automaticPull,
  automaticPush,
  manualPull,
  manualPush,
  mapped,
  objectId,
  retry,
  rulesWith,
  settingsWith,
} from "./situation.ts";

/** One drawn life of a pair: first values, a first look, edits, and how HubSpot takes what it is sent. */
interface Life {
  readonly mappings: readonly FieldMapping[];
  readonly automatic: { readonly pull: boolean; readonly push: boolean };
  readonly first: Sides;
  readonly edits: readonly (readonly [Side, number, unknown])[];
  readonly habits: Readonly<Record<string, Habits>>;
  /** What HubSpot says of the properties, and so what values of those that are mapped as text mean. */
  readonly definitions: Rules["definitions"];
  readonly triggers: readonly [Trigger, Trigger];
}

const confirmedPull: Trigger = { ...manualPull, confirmed: true };
const confirmedPush: Trigger = { ...manualPush, confirmed: true };
const anyTrigger = fc.constantFrom<Trigger>(
  automaticPull,
  automaticPush,
  manualPull,
  manualPush,
  confirmedPull,
  confirmedPush,
  bothWays,
  mappingsApplied,
  retry,
);
const anyHabits = fc.record<Habits>({
  rewrite: fc.constantFrom("no", "trim", "lower-case", "round", "many-to-one"),
  keeps: fc.constantFrom(false, false, false, true),
  refuses: fc.constantFrom(false, false, false, true),
});

const anyDefinition = fc
  .constantFrom(
    ["string", "text"],
    ["string", "phonenumber"],
    ["number", "number"],
    ["datetime", "date"],
    ["enumeration", "checkbox"],
  )
  .map(([type = "", fieldType = ""]): PropertyDefinition => ({
    type,
    fieldType,
    readOnly: false,
    options: null,
    label: "",
  }));

const anyLife: fc.Arbitrary<Life> = anyMappings.chain((mappings) =>
  fc
    .record({
      automatic: fc.record({ pull: fc.boolean(), push: fc.boolean() }),
      w: fc.array(anyWorkspaceValue, { minLength: 4, maxLength: 4 }),
      h: fc.array(anyText, { minLength: 4, maxLength: 4 }),
      edits: fc.array(
        fc.oneof(
          fc.tuple(
            fc.constant<Side>("workspace"),
            fc.nat(mappings.length - 1),
            anyWorkspaceValue,
          ),
          fc.tuple(
            fc.constant<Side>("hubspot"),
            fc.nat(mappings.length - 1),
            anyText,
          ),
        ),
        { maxLength: 4 },
      ),
      habits: fc.array(anyHabits, { minLength: 4, maxLength: 4 }),
      definitions: fc.array(fc.option(anyDefinition), {
        minLength: 4,
        maxLength: 4,
      }),
      triggers: fc.tuple(anyTrigger, anyTrigger),
    })
    .map(({ w, h, habits, definitions, ...rest }): Life => ({
      ...rest,
      mappings,
      first: {
        w: Object.fromEntries(mappings.map(({ field }, at) => [field, w[at]])),
        h: Object.fromEntries(
          mappings.map(({ property }, at) => [property, h[at] ?? null]),
        ),
        link: null,
        held: [],
        attempts: [],
      },
      habits: Object.fromEntries(
        mappings.flatMap(({ property }, at) => {
          const habit = habits[at];
          return habit === undefined ? [] : [[property, habit]];
        }),
      ),
      definitions: Object.fromEntries(
        mappings.flatMap(({ property }, at) => {
          const definition = definitions[at] ?? null;
          return definition === null ? [] : [[property, definition]];
        }),
      ),
    })),
);

const rulesOf = ({ mappings, automatic, definitions }: Life): Rules =>
  rulesWith(settingsWith({ mappings: [...mappings] }, automatic), {
    definitions,
    owners: {
      idByEmail: { "ann@example.com": "7" },
      emailById: { "7": "ann@example.com" },
    },
  });

function edited(sides: Sides, { mappings, edits }: Life): Sides {
  const w = { ...sides.w };
  const h = { ...sides.h };
  for (const [side, at, value] of edits) {
    const mapping = mappings[at];
    if (mapping === undefined) continue;
    if (side === "workspace") w[mapping.field] = value;
    else h[mapping.property] = typeof value === "string" ? value : null;
  }
  return { ...sides, w, h };
}

const written = (decision: Decision): string[] =>
  decision.fields
    .filter(({ kind }) => kind === "to-workspace" || kind === "to-hubspot")
    .map(({ field, kind }) => `${field} ${kind}`);

/** Linked, looked at, edited: the pair as the second look finds it. */
function secondLook(life: Life): {
  rules: Rules;
  sides: Sides;
  decision: Decision;
} {
  const rules = rulesOf(life);
  const linked = carryOut(
    rules,
    life.first,
    decide(rules, pairOf(life.first), life.triggers[0]),
    life.habits,
  );
  const sides = edited(linked, life);
  return {
    rules,
    sides,
    decision: decide(rules, pairOf(sides), life.triggers[1]),
  };
}

const runs = { numRuns: 1_000 };

describe("a pair, for any mappings, values, edits and habits of HubSpot's", () => {
  test("settled twice writes nothing, whoever looks", () => {
    fc.assert(
      fc.property(anyLife, anyTrigger, (life, next) => {
        const { rules, sides, decision } = secondLook(life);
        const settled = carryOut(rules, sides, decision, life.habits);
        // A Retry sends a parked field again, which is what it is for.
        const again = decide(rules, pairOf(settled), {
          ...life.triggers[1],
          retryParked: false,
        });
        expect(written(again)).toEqual([]);
        const rested = carryOut(rules, settled, again, life.habits);
        // Held, parked, waiting, unasked, and left fields may move under another trigger; what is settled may not.
        const open = new Set(
          again.fields
            .filter(
              ({ kind, code }) =>
                ["held", "parked", "waiting", "unasked"].includes(kind) ||
                code === FILL_ONLY,
            )
            .map(({ field }) => field),
        );
        const other = decide(rules, pairOf(rested), next);
        expect(
          other.fields.filter(
            ({ field, kind }) => !open.has(field) && kind !== "same",
          ),
        ).toEqual([]);
      }),
      runs,
    );
  });

  test("a blank never overwrites data where the mapping does not clear", () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const { rules, sides, decision } = secondLook(life);
        const after = carryOut(rules, sides, decision);
        for (const { field, property, clear, conversion } of life.mappings) {
          if (clear) continue;
          if (!holdsNothing(conversion, sides.w[field]))
            expect(holdsNothing(conversion, after.w[field])).toBe(false);
          if (!holdsNothing(conversion, sides.h[property]))
            expect(holdsNothing(conversion, after.h[property])).toBe(false);
        }
      }),
      runs,
    );
  });

  test("nothing is written against a mapping's direction or a switch", () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const { decision } = secondLook(life);
        const [, trigger] = life.triggers;
        for (const { field, kind } of decision.fields) {
          const mapping = life.mappings.find((one) => one.field === field);
          const manual = (side: string) =>
            trigger.opens === "both" ||
            (trigger.manual && trigger.initiator === side);
          if (kind === "to-workspace") {
            expect(mapping?.direction).not.toBe("push");
            expect(life.automatic.pull || manual("hubspot")).toBe(true);
          }
          if (kind === "to-hubspot") {
            expect(mapping?.direction).not.toBe("pull");
            expect(life.automatic.push || manual("workspace")).toBe(true);
          }
        }
      }),
      runs,
    );
  });

  test("what disappears is named, with what gave way in a conflict", () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const { rules, sides, decision } = secondLook(life);
        const after = carryOut(rules, sides, decision);
        const changes = changesOf({ pair: pairOf(sides), decision });
        for (const { field, property, conversion } of life.mappings) {
          const named = (side: Side) =>
            changes.find((one) => one.field === field && one.side === side);
          if (!sameValue(conversion, sides.w[field], after.w[field]))
            expect(named("workspace")?.before).toEqual(sides.w[field] ?? null);
          if (!sameValue(conversion, sides.h[property], after.h[property]))
            expect(named("hubspot")?.before).toEqual(sides.h[property] ?? null);
        }
        for (const outcome of decision.fields) {
          if (outcome.policy === undefined || outcome.kind === "held") continue;
          expect(outcome.overwrote).toEqual(
            outcome.kind === "to-workspace"
              ? sides.w[outcome.field]
              : sides.h[outcome.property],
          );
        }
      }),
      runs,
    );
  });

  test("what waits stays as it is, and happens once it is allowed", () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const off = { ...life, automatic: { pull: false, push: false } };
        const { sides } = secondLook(life);
        const automatic =
          life.triggers[1].initiator === "hubspot"
            ? automaticPull
            : automaticPush;
        const waiting = decide(rulesOf(off), pairOf(sides), automatic);
        expect(written(waiting)).toEqual([]);
        const waited = carryOut(rulesOf(off), sides, waiting);
        expect(waited.w).toEqual(sides.w);
        expect(waited.h).toEqual(sides.h);
        const on = rulesOf({ ...life, automatic: { pull: true, push: true } });
        const waitingFields = new Set(
          waiting.fields
            .filter(({ kind }) => kind === "waiting")
            .map(({ field }) => field),
        );
        const late = decide(on, pairOf(waited), automatic).fields;
        const now = decide(on, pairOf(sides), automatic).fields;
        const of = (fields: Decision["fields"]) =>
          fields
            .filter(({ field }) => waitingFields.has(field))
            .map(({ field, kind, value }) => ({ field, kind, value }));
        expect(of(late)).toEqual(of(now));
        for (const { kind } of of(late)) expect(kind).not.toBe("waiting");
      }),
      runs,
    );
  });

  test.each([
    ["push", confirmedPush],
    ["pull", confirmedPull],
  ] as const)(
    "a confirmed %s by hand: the initiator's values win over every mapped field that moved",
    (_, trigger) => {
      fc.assert(
        fc.property(anyLife, (life) => {
          const rules = rulesOf(life);
          const { sides } = secondLook(life);
          const decision = decide(rules, pairOf(sides), trigger);
          const ours = trigger.initiator === "workspace";
          for (const outcome of decision.fields) {
            const mapping = life.mappings.find(
              (one) => one.field === outcome.field,
            );
            if (mapping === undefined) continue;
            const { conversion, direction } = mapping;
            const meaning = meaningOf(
              mapping,
              life.definitions[mapping.property],
            );
            if (direction === (ours ? "pull" : "push")) continue;
            const base = sides.link?.base[outcome.field];
            const w = sides.w[mapping.field];
            const h = sides.h[mapping.property] ?? null;
            if (holdsNothing(conversion, ours ? w : h)) continue;
            const known =
              base !== undefined &&
              base.left === undefined &&
              sameValue(meaning, w, base.w) &&
              sameValue(meaning, h, base.h);
            expect([outcome.kind, outcome.code]).toEqual([
              known
                ? "same"
                : expect.stringMatching(
                    ours
                      ? /^(to-hubspot|parked|settled)$/
                      : /^(to-workspace|parked|settled)$/,
                  ),
              outcome.kind === "settled" ? "agree" : expect.any(String),
            ]);
          }
        }),
        runs,
      );
    },
  );

  test.each([
    ["a push by hand", manualPush],
    ["a pull by hand", manualPull],
    ["Sync now", bothWays],
  ] as const)(
    "7-B2 %s never writes over a value that is newer than the base, unless a policy or a person says so",
    (_, trigger) => {
      fc.assert(
        fc.property(anyLife, (life) => {
          const rules = rulesOf(life);
          const { sides } = secondLook(life);
          const after = carryOut(
            rules,
            sides,
            decide(rules, pairOf(sides), trigger),
          );
          for (const mapping of life.mappings) {
            const { field, property, conversion, ...it } = mapping;
            const base = sides.link?.base[field];
            if (base === undefined) continue;
            const policy = it.policy ?? "initiator";
            const meaning = meaningOf(mapping, life.definitions[property]);
            const [w, h] = [sides.w[field], sides.h[property] ?? null];
            const newer = !sameValue(meaning, w, base.w);
            const newerThere = !sameValue(meaning, h, base.h);
            const mayGo = (side: Side, value: unknown): boolean =>
              // A blank gives way to data; and where the rule names a winner, Sync now follows it.
              holdsNothing(conversion, value) ||
              sameValue(meaning, value, null) ||
              (!trigger.manual && policy === side);
            if (newer && it.direction === "both" && !mayGo("hubspot", w))
              expect(after.w[field]).toEqual(w);
            if (newerThere && it.direction === "both" && !mayGo("workspace", h))
              expect(after.h[property] ?? null).toEqual(h);
          }
        }),
        runs,
      );
    },
  );

  test.each([
    ["push", manualPush],
    ["pull", manualPull],
  ] as const)(
    "7-B2 a %s that is held back moves nothing, and once it is confirmed does all that it would have done at once",
    (_, trigger) => {
      fc.assert(
        fc.property(anyLife, (life) => {
          const rules = rulesOf(life);
          const { sides } = secondLook(life);
          const confirmed = { ...trigger, confirmed: true };
          const heldBack = decide(rules, pairOf(sides), trigger);
          const atOnce = decide(rules, pairOf(sides), confirmed);
          expect(heldBack.code === "would_undo").toBe(
            atOnce.fields.some(({ undoes }) => undoes === true),
          );
          if (heldBack.code !== "would_undo") {
            expect(heldBack).toEqual(atOnce);
            return;
          }
          expect(written(heldBack)).toEqual([]);
          const later = carryOut(rules, sides, heldBack);
          expect([later.w, later.h]).toEqual([sides.w, sides.h]);
          expect(written(decide(rules, pairOf(later), confirmed))).toEqual(
            written(atOnce),
          );
        }),
        runs,
      );
    },
  );

  test("held fields are held, or over: nothing is written to them, and once the two agree they are settled", () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const held = {
          ...life,
          automatic: { pull: true, push: true },
          mappings: life.mappings.map((mapping) => ({
            ...mapping,
            policy: "hold" as const,
            direction: "both" as const,
          })),
        };
        const rules = rulesOf(held);
        const { sides } = secondLook(held);
        const decision = decide(rules, pairOf(sides), automaticPull);
        for (const outcome of decision.fields) {
          expect(outcome.overwrote).toBeUndefined();
          if (outcome.kind !== "held") continue;
          const mapping = held.mappings.find(
            (one) => one.field === outcome.field,
          );
          const base = sides.link?.base[outcome.field];
          if (mapping === undefined) continue;
          const back = {
            ...carryOut(rules, sides, decision),
            w: { ...sides.w, [mapping.field]: base?.w ?? null },
            h: { ...sides.h, [mapping.property]: base?.h ?? null },
          };
          const closed = decide(rules, pairOf(back), automaticPull).fields.find(
            (one) => one.field === outcome.field,
          );
          expect(["same", "settled"]).toContain(closed?.kind);
        }
      }),
      runs,
    );
  });

  test("an echo is no change of HubSpot's: whatever landed, unanswered, settles without coming back", () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const { rules, sides, decision } = secondLook(life);
        if (decision.hubspot.kind !== "update") return;
        const { sent } = decision.hubspot;
        const clean = Object.fromEntries(
          Object.keys(life.habits).map((name) => [
            name,
            { rewrite: "trim", keeps: false, refuses: false } as const,
          ]),
        );
        const landed = carryOut(rules, sides, decision, clean);
        // The call went through and its answer was lost: both sides stand, the base of what was sent is the old one.
        const base = { ...landed.link?.base };
        for (const { field, kind } of decision.fields) {
          if (kind !== "to-hubspot") continue;
          const old = sides.link?.base[field];
          if (old === undefined) delete base[field];
          else base[field] = old;
        }
        const lost: Sides = {
          ...landed,
          link: { base, parked: {} },
          attempts: [{ id: "1", operation: "update", objectId, sent }],
        };
        const next = decide(rules, pairOf(lost), automaticPull);
        for (const { property, kind } of next.fields) {
          if (property in sent) expect(["settled", "same"]).toContain(kind);
        }
      }),
      runs,
    );
  });
});

describe("many options for one value, and many values for one option (both ways)", () => {
  test("BN-106 stages do not oscillate, whatever either side chooses", () => {
    const mapping = mapped("stage", "lifecyclestage", {
      conversion: manyToOne,
    });
    const rules = rulesWith(settingsWith({ mappings: [mapping] }));
    const word = fc.constantFrom("a", "A", "b");
    const option = fc.constantFrom("x", "y", "x y");
    const move = fc.record({
      w: fc.option(word),
      h: fc.option(option),
      trigger: fc.constantFrom(automaticPull, automaticPush),
    });
    fc.assert(
      fc.property(
        word,
        option,
        fc.array(move, { maxLength: 5 }),
        (w, h, moves) => {
          let sides: Sides = {
            w: { stage: w },
            h: { lifecyclestage: h },
            link: null,
            held: [],
            attempts: [],
          };
          for (const next of [
            { w: null, h: null, trigger: automaticPull },
            ...moves,
          ]) {
            sides = {
              ...sides,
              w: { stage: next.w ?? sides.w["stage"] },
              h: {
                lifecyclestage: next.h ?? sides.h["lifecyclestage"] ?? null,
              },
            };
            const settled = carryOut(
              rules,
              sides,
              decide(rules, pairOf(sides), next.trigger),
            );
            for (const trigger of [
              automaticPull,
              automaticPush,
              manualPull,
              manualPush,
            ]) {
              const again = decide(rules, pairOf(settled), trigger);
              expect(written(again)).toEqual([]);
              expect(again.outcome).toBe("unchanged");
            }
            sides = settled;
          }
        },
      ),
    );
  });
});
