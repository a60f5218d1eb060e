import { describe, expect, test } from "vitest";
import { conversionKey } from "../../../../server/settings/mapping.ts";
import type { Owner } from "../../../../server/hubspot/gateway.ts";
import {
  mapOwners,
  ownersOf,
} from "../../../../server/sync/values/owner-map.ts";
import type { FieldMapping } from "../../../../server/settings/mapping.ts";
import { settingsSchema } from "../../../../server/settings/schema.ts";
import type { Settings } from "../../../../server/settings/schema.ts";
import { contactToCompany } from "../../../../server/settings/types/contact-to-company.ts";
import { checksOf, wayOf } from "../../../../server/sync/decide/checks.ts";
import { decide } from "../../../../server/sync/decide/decide.ts";
import {
  bothWays,
  mappingsApplied,
} from "../../../../server/sync/decide/triggers.ts";
import type {
  BaseEntry,
  LinkState,
  Pair,
  Rules,
  Trigger,
} from "../../../../server/sync/model.ts";
import { meaningOf } from "../../../../server/sync/values/meaning.ts";
import {
  holdsNothing,
  own,
  sameValue,
} from "../../../../server/sync/values/value.ts";
import { anySettings } from "../../settings/any-settings.ts";
import { carryOut, pairOf } from "./both-sides.ts";
import type { Sides } from "./both-sides.ts";
import { anyText, anyWorkspaceValue, fc } from "./properties.ts";
import {
  automaticPull,
  automaticPush,
  link,
  manualPull,
  manualPush,
  object,
  pair,
  record,
  retry,
  rulesWith,
} from "./situation.ts";

/** Whatever a portal may save and whatever a pair may be: what decide does and never does. */

const ofSettings = fc.constantFrom("lead", "customer", "Ünïted; K", "a,b");
const anyW = fc.oneof(anyWorkspaceValue, ofSettings);
const anyH = fc.oneof(anyText, ofSettings);

const anyTrigger = fc
  .constantFrom<Trigger>(
    automaticPull,
    automaticPush,
    manualPull,
    manualPush,
    { ...manualPull, confirmed: true },
    { ...manualPush, confirmed: true },
    bothWays,
    mappingsApplied,
    retry,
    { ...automaticPull, approved: true },
    { ...automaticPush, opens: "workspace" },
    { ...automaticPush, pushedWith: "contact" },
  )
  .chain((trigger) =>
    fc
      .option(fc.constantFrom("workspace" as const, "hubspot" as const))
      .map((side): Trigger =>
        side === null ? trigger : { ...trigger, resolve: { email: side } },
      ),
  );

const time = fc.option(fc.nat(3), { nil: undefined });

/** What each mapping's field has on either side, and what is known of it. */
const anyField = (mapping: FieldMapping) =>
  fc.record({
    w: anyW,
    h: anyH,
    based: fc.option(fc.tuple(anyW, anyH)),
    left: fc.option(fc.subarray(["workspace" as const, "hubspot" as const]), {
      nil: undefined,
    }),
    filled: fc.boolean(),
    otherBase: fc.boolean(),
    held: fc.boolean(),
    sent: fc.option(fc.tuple(anyW, fc.string({ maxLength: 2 }))),
    at: fc.tuple(time, time),
    readOnly: fc.boolean(),
    mapping: fc.constant(mapping),
  });
type Drawn<From> = From extends fc.Arbitrary<infer T> ? T : never;
type AnyField = Drawn<ReturnType<typeof anyField>>;
type Case = Drawn<typeof anyCase>;

const anyCase = anySettings.chain((settings) =>
  fc.record({
    settings: fc.constant(settings),
    trigger: anyTrigger,
    fields: fc.tuple(...settings.contact.mappings.map(anyField)),
    record: fc.constantFrom("none", "live", "deleted"),
    object: fc.constantFrom("none", "there", "archived"),
    link: fc.constantFrom<LinkState["state"] | "none">(
      "live",
      "live",
      "none",
      "object-deleted",
      "record-deleted",
      "merged-away",
      "given-up",
      "unselected",
    ),
    reading: fc.constantFrom<
      "none" | "archived" | "deleted-by-event" | "missing"
    >("none", "archived", "deleted-by-event", "missing"),
    conflict: fc.constantFrom(null, null, null, "duplicate_email" as const),
    has: fc.boolean(),
    mayCreateObjects: fc.boolean(),
    missing: fc.boolean(),
  }),
);

const keyed = <T>(
  fields: readonly AnyField[],
  side: "field" | "property",
  value: (field: AnyField) => T,
): Record<string, T> =>
  Object.fromEntries(
    fields.map((field) => [field.mapping[side], value(field)]),
  );

const ann: Owner = {
  id: "7",
  email: "ann@example.com",
  firstName: "Ann",
  lastName: "",
  userId: null,
  archived: false,
};

function rulesOf({ settings, fields, mayCreateObjects, missing }: Case): Rules {
  return rulesWith(settings, {
    definitions: keyed(fields, "property", ({ readOnly }) => ({
      type: "string",
      readOnly,
      options: null,
      label: "",
    })),
    owners: ownersOf(mapOwners([ann], new Map(), settings.owners)),
    mayCreateObjects,
    ...(missing ? { missing: { write: true, parents: {}, edges: {} } } : {}),
  });
}

const baseOf = (fields: readonly AnyField[]): Record<string, BaseEntry> =>
  Object.fromEntries(
    fields.flatMap(({ mapping, based, left, filled, otherBase }) =>
      based === null
        ? []
        : [
            [
              mapping.field,
              {
                w: based[0],
                h: based[1],
                p: mapping.property,
                c: otherBase ? "other" : conversionKey(mapping.conversion),
                ...(left === undefined ? {} : { left }),
                ...(filled ? { filled: true as const } : {}),
              },
            ],
          ],
    ),
  );

function anyPairOf(it: Case): Pair {
  const { fields } = it;
  const ours = keyed(fields, "field", ({ w }) => w);
  const theirs = keyed(fields, "property", ({ h }) => h);
  const at = (index: 0 | 1, side: "field" | "property") =>
    Object.fromEntries(
      fields.flatMap(({ mapping, at: times }) =>
        times[index] === undefined ? [] : [[mapping[side], times[index]]],
      ),
    );
  const sent = Object.fromEntries(
    fields.flatMap(({ mapping, sent: one }) =>
      one === null
        ? []
        : [[mapping.property, { w: one[0], h: one[1], before: null }]],
    ),
  );
  return pair({
    record:
      it.record === "none"
        ? null
        : record(ours, {
            deletedAt: it.record === "deleted" ? 5 : null,
            changedAt: at(0, "field"),
          }),
    ...(it.object === "none"
      ? { reading: it.reading }
      : {
          object: object(theirs, {
            archived: it.object === "archived",
            changedAt: at(1, "property"),
          }),
        }),
    link:
      it.link === "none"
        ? null
        : link({ state: it.link, base: baseOf(fields), endedAt: 9 }),
    attempts:
      Object.keys(sent).length === 0
        ? []
        : [{ id: "1", operation: "update", objectId: "101", sent }],
    held: fields.flatMap(({ mapping, held, w, h }) =>
      held
        ? [
            {
              attentionId: mapping.field,
              field: mapping.field,
              workspace: w,
              hubspot: h,
            },
          ]
        : [],
    ),
    conflict:
      it.conflict === null
        ? null
        : { code: it.conflict, message: "Two.", objectIds: [], holders: {} },
    parents: [{ kind: contactToCompany, has: it.has, blockedBy: null }],
  });
}

const runs = { numRuns: 600_000 };
const mappingOf = (settings: Settings, field: string): FieldMapping => {
  const found = settings.contact.mappings.find((one) => one.field === field);
  if (found === undefined) throw new Error(`${field} isn't mapped.`);
  return found;
};

describe("for any document that the schema accepts, and any pair", () => {
  test("decide returns a decision with a reason, and never writes against a direction, over data with a blank, to a read-only property, or over a value of a field that is only filled in", () => {
    fc.assert(
      fc.property(anyCase, (it) => {
        expect(settingsSchema.safeParse(it.settings).success).toBe(true);
        const both = anyPairOf(it);
        const rules = rulesOf(it);
        const decision = decide(rules, both, it.trigger);
        expect(decision.reason).not.toBe("");
        expect(decision.code).not.toBe("");
        for (const outcome of decision.fields) {
          const mapping = mappingOf(it.settings, outcome.field);
          const { direction, clear, write, conversion, property } = mapping;
          const toWorkspace = outcome.kind === "to-workspace";
          if (!toWorkspace && outcome.kind !== "to-hubspot") continue;
          const target = toWorkspace
            ? own(both.record?.properties, outcome.field)
            : own(both.object?.properties, property);
          const chosen = own(it.trigger.resolve, outcome.field) !== undefined;
          const isData = !holdsNothing(conversion, target);
          expect(direction).not.toBe(toWorkspace ? "push" : "pull");
          if (holdsNothing(conversion, outcome.value) && isData)
            expect(clear || chosen).toBe(true);
          if (write === "fill" && isData && !it.trigger.manual)
            expect(chosen).toBe(true);
        }
        const { hubspot } = decision;
        if (hubspot.kind === "create" || hubspot.kind === "update")
          for (const name of Object.keys(hubspot.sent))
            expect(own(rules.definitions, name)?.readOnly).toBe(false);
      }),
      runs,
    );
  });

  test("AP-115 X-03 the four checks are those of decide: what stops automatic sync is the code and reason of one that isn't passed, and nothing else isn't", () => {
    fc.assert(
      fc.property(anyCase, (it) => {
        const rules = rulesOf(it);
        const both = anyPairOf(it);
        const way = wayOf(both);
        const decision = decide(
          rules,
          both,
          way === "push" ? automaticPush : automaticPull,
        );
        const checks = checksOf(rules, both);
        expect(checks.map(({ name }) => name)).toEqual([
          "criteria",
          "exists",
          "enabled",
          "error",
        ]);
        const failed = checks.filter(({ passed }) => !passed);
        for (const { reason } of checks) expect(reason).not.toBe("");
        const isStopped =
          ["skipped", "failed"].includes(decision.outcome) ||
          decision.code === "match_to_confirm";
        if (isStopped)
          expect(failed).toContainEqual(
            expect.objectContaining({
              code: decision.code,
              reason: decision.reason,
            }),
          );
        else if (decision.outcome === "created") expect(failed).toEqual([]);
        // What is on both sides syncs the other way all the same.
        else expect(failed.map(({ name }) => name)).not.toContain("criteria");
      }),
      runs,
    );
  });

  test("a second sync in a row writes nothing", () => {
    fc.assert(
      fc.property(anyCase, (it) => {
        const rules = rulesOf(it);
        const { fields } = it;
        const first: Sides = {
          w: keyed(fields, "field", ({ w }) => w),
          h: keyed(fields, "property", ({ h }) => h),
          link: { base: baseOf(fields), parked: {} },
          held: [],
          attempts: [],
        };
        // Without a choice: it is made once.
        const { resolve: _chosen, ...trigger } = it.trigger;
        const synced = carryOut(
          rules,
          first,
          decide(rules, pairOf(first), trigger),
        );
        const again = decide(rules, pairOf(synced), {
          ...trigger,
          retryParked: false,
        });
        expect([again.workspace, again.hubspot]).toEqual([
          { kind: "none" },
          { kind: "none" },
        ]);
        for (const { mapping } of fields) {
          const meaning = meaningOf(mapping, undefined);
          const after = carryOut(rules, synced, again);
          expect(
            sameValue(meaning, after.w[mapping.field], synced.w[mapping.field]),
          ).toBe(true);
        }
      }),
      runs,
    );
  });
});
