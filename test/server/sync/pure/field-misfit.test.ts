import { describe, expect, test } from "vitest";
import { decide } from "../../../../server/sync/decide/decide.ts";
import type { Decision, LinkState } from "../../../../server/sync/model.ts";
import type { DeclaredField } from "../../../../server/workspace/declared-field.ts";
import {
  automaticPull,
  automaticPush,
  link,
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
});
