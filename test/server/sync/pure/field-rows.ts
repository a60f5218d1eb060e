import { expect, test } from "vitest";
import { conversionKey } from "../../../../server/settings/mapping.ts";
import type { FieldMapping } from "../../../../server/settings/mapping.ts";
import { mergeField } from "../../../../server/sync/decide/three-way-field.ts";
import type { FieldCase } from "../../../../server/sync/decide/three-way-field.ts";
import type { BaseEntry, FieldOutcome } from "../../../../server/sync/model.ts";
import { automaticPull, mapped } from "./situation.ts";

/** What a row says of a field's situation; the rest is that of a field in step. */
export type Given = Partial<Omit<FieldCase, "mapping" | "base">> & {
  readonly mapping?: Partial<FieldMapping>;
  /** The base as [workspace, HubSpot]; absent: none. */
  readonly base?: readonly [unknown, string | null];
  /** The base was taken under another property or conversion. */
  readonly baseUnder?: { p?: string; c?: string };
  /** HubSpot filled the property in when the object was created. */
  readonly filled?: true;
  /** The sides whose change was left alone, because the mapping only fills in blanks. */
  readonly left?: BaseEntry["left"];
};

const both = { toWorkspace: true, toHubSpot: true };
export const pullOff = { toWorkspace: false, toHubSpot: true };
export const pushOff = { toWorkspace: true, toHubSpot: false };

/** A field's situation; `named`: the field and its property. */
export function fieldCase(
  { mapping, base, baseUnder, filled, left, ...given }: Given,
  named: readonly [field: string, property: string] = ["f", "p"],
): FieldCase {
  const whole = mapped(...named, mapping);
  return {
    mapping: whole,
    policy: "initiator",
    w: null,
    h: null,
    base:
      base === undefined
        ? undefined
        : {
            w: base[0],
            h: base[1],
            p: named[1],
            c: conversionKey(whole.conversion),
            ...baseUnder,
            ...(filled === undefined ? {} : { filled }),
            ...(left === undefined ? {} : { left }),
          },
    linkIsNew: false,
    trigger: automaticPull,
    sent: [],
    parked: undefined,
    held: undefined,
    owners: {
      idByEmail: { "ann@example.com": "7" },
      emailById: { "7": "ann@example.com" },
    },
    definition: undefined,
    may: both,
    ...given,
  };
}

/** "to-hubspot x [w|h] overwrote y": what is written, the base that follows, and what gave way. */
export function told(outcome: FieldOutcome): string {
  const { kind, value, base, overwrote, code } = outcome;
  return [
    kind === "to-workspace" || kind === "to-hubspot" ? kind : `${kind} ${code}`,
    ...(value === undefined ? [] : [JSON.stringify(value)]),
    ...(base === undefined
      ? []
      : [`[${JSON.stringify(base.w)}|${JSON.stringify(base.h)}]`]),
    ...(base?.left === undefined ? [] : [`left ${base.left.join("+") || "-"}`]),
    ...(overwrote === undefined
      ? []
      : [`overwrote ${JSON.stringify(overwrote)}`]),
  ].join(" ");
}

/** A test a row: its name, the situation, and what is told of the outcome. */
export const fieldRows = (
  cases: readonly (readonly [string, Given, string])[],
): void => {
  test.each(cases)("%s", (_, given, expected) => {
    expect(told(mergeField(fieldCase(given)))).toBe(expected);
  });
};
