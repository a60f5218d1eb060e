import { describe, expect, test } from "vitest";
import { decide } from "../../../../server/sync/decide/decide.ts";
import type { Decision, LinkState } from "../../../../server/sync/model.ts";
import type {
  DeclaredField,
  FieldShape,
} from "../../../../server/workspace/declared-field.ts";
import {
  fieldTypes,
  hasOptions,
  misfit,
} from "../../../../server/workspace/declared-field.ts";
import { anyMappings, anyText, anyWorkspaceValue, fc } from "./properties.ts";
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
  rulesWith,
  settingsWith,
} from "./situation.ts";

const tier = (...values: string[]): DeclaredField => ({
  name: "tier",
  label: "Our tier",
  type: "option",
  options: values.map((value) => ({ value, label: value })),
});
const rules = (field: DeclaredField | undefined) =>
  rulesWith(settingsWith({ mappings: [mapped("tier", "tier")] }), {
    fields: field === undefined ? {} : { tier: field },
  });
const base = { tier: { w: "gold", h: "gold", p: "tier", c: "text" } };
const decided = (
  field: DeclaredField | undefined,
  parked: LinkState["parked"] = {},
): Decision =>
  decide(
    rules(field),
    pair({
      record: record({ tier: "gold" }),
      object: object({ tier: "tin" }),
      link: link({ base, parked }),
    }),
    automaticPull,
  );
const anyShape: fc.Arbitrary<FieldShape> = fc
  .constantFrom(...fieldTypes)
  .map((type) => ({
    type,
    options: hasOptions(type)
      ? ["a", "b", "5"].map((value) => ({ value, label: value }))
      : [],
  }));
const fieldOf = ({ fields }: Decision) => fields[0];

describe("BN-010 a value of HubSpot's and the field that it is pulled into", () => {
  test("what fits, or has no declared field, is pulled", () => {
    for (const field of [undefined, tier("gold", "tin")])
      expect(decided(field).workspace).toEqual({
        kind: "update",
        set: { tier: "tin" },
        clear: [],
      });
  });

  test("what doesn't fit is parked, and stays so until the field changes", () => {
    const first = decided(tier("gold"));
    expect(first.workspace).toEqual({ kind: "none" });
    const parked = fieldOf(first)?.parked;
    expect(parked).toMatchObject({
      side: "workspace",
      sent: "tin",
      code: "field_misfit",
      message: `"tin" doesn't fit the field Our tier, which must be one of its options (gold).`,
    });
    if (parked === undefined) throw new Error("Nothing was parked.");
    // The very same entry: nothing is tried again.
    expect(fieldOf(decided(tier("gold"), { tier: parked }))?.parked).toBe(
      parked,
    );
    const other = fieldOf(decided(tier("gold", "silver"), { tier: parked }));
    expect(other).toMatchObject({ kind: "parked" });
    expect(other?.parked).not.toBe(parked);
    expect(
      decided(tier("gold", "tin"), { tier: parked }).workspace,
    ).toMatchObject({ set: { tier: "tin" } });
  });

  test("a new record has all values but those that don't fit", () => {
    const decision = decide(
      rulesWith(
        settingsWith({
          mappings: [mapped("tier", "tier"), mapped("city", "city")],
        }),
        { fields: { tier: tier("gold") } },
      ),
      pair({ object: object({ tier: "tin", city: "Kiel" }) }),
      automaticPull,
    );
    expect(decision.workspace).toEqual({
      kind: "create",
      properties: { city: "Kiel" },
    });
    expect(decision.fields).toMatchObject([
      { kind: "parked", code: "field_misfit" },
      { kind: "to-workspace" },
    ]);
  });

  test("what HubSpot refused stays parked, whatever becomes of the field", () => {
    const push = (field: DeclaredField, parked: LinkState["parked"] = {}) =>
      fieldOf(
        decide(
          rulesWith(settingsWith({ mappings: [mapped("tier", "tier")] }), {
            fields: { tier: field },
            definitions: {
              tier: {
                type: "enumeration",
                readOnly: false,
                options: ["gold"],
                label: "Tier",
              },
            },
          }),
          pair({
            record: record({ tier: "tin" }),
            object: object({ tier: "gold" }),
            link: link({ base, parked }),
          }),
          automaticPush,
        ),
      );
    const parked = push(tier("gold", "tin"))?.parked;
    expect(parked).toMatchObject({ side: "hubspot", code: "invalid_option" });
    if (parked === undefined) throw new Error("Nothing was parked.");
    expect(push(tier("tin"), { tier: parked })?.parked).toBe(parked);
  });

  test("whatever the mapping, the values, and the trigger: nothing is written that doesn't fit", () => {
    let refused = 0;
    let written = 0;
    fc.assert(
      fc.property(
        anyMappings,
        fc.array(anyShape, { minLength: 4, maxLength: 4 }),
        fc.array(anyWorkspaceValue, { minLength: 4, maxLength: 4 }),
        fc.array(anyText, { minLength: 4, maxLength: 4 }),
        fc.constantFrom(automaticPull, automaticPush, manualPull, manualPush),
        fc.constantFrom("linked", "unlinked", "new"),
        (mappings, shapes, ours, theirs, trigger, kind) => {
          const named = <T>(prefix: string, values: readonly T[]) =>
            Object.fromEntries(
              values.map((value, index) => [`${prefix}_${index}`, value]),
            );
          const fields = named(
            "field",
            shapes.map((shape, index) => ({
              ...shape,
              name: `field_${index}`,
              label: "Mine",
            })),
          );
          const { workspace, fields: outcomes } = decide(
            rulesWith(settingsWith({ mappings }), {
              fields,
              owners: {
                idByEmail: { "ann@example.com": "7" },
                emailById: { "7": "ann@example.com", "8": "bob" },
              },
            }),
            pair({
              object: object(named("property", theirs)),
              ...(kind === "new"
                ? {}
                : { record: record(named("field", ours)) }),
              ...(kind === "linked" ? { link: link() } : {}),
            }),
            trigger,
          );
          const set =
            workspace.kind === "create"
              ? workspace.properties
              : workspace.kind === "update"
                ? workspace.set
                : {};
          for (const [name, value] of Object.entries(set)) {
            const field = fields[name];
            if (field !== undefined && value !== null)
              expect(misfit(field, value)).toBeNull();
            written += 1;
          }
          refused += outcomes.filter(
            ({ code }) => code === "field_misfit",
          ).length;
        },
      ),
      { numRuns: 3_000 },
    );
    // Both happen.
    expect(Math.min(refused, written)).toBeGreaterThan(50);
  });
});
