import { readResponse } from "../../../../server/sync/apply/pure/read-response.ts";
import { baseBeforeWrite } from "../../../../server/sync/apply/write-links.ts";
import type {
  Decision,
  HeldField,
  ObjectProperties,
  Pair,
  Properties,
  Rules,
} from "../../../../server/sync/model.ts";
import { link, object, pair, record } from "./situation.ts";
import type { PairParts } from "./situation.ts";

/** A linked pair as a test keeps it: what both sides hold, and what the link knows. */
export interface Sides {
  readonly w: Properties;
  readonly h: ObjectProperties;
  readonly link: Pick<NonNullable<Pair["link"]>, "base" | "parked"> | null;
  readonly held: readonly HeldField[];
  readonly attempts: Pair["attempts"];
}

/** What HubSpot makes of a value that it is sent, and whether it takes it. */
export interface Habits {
  readonly rewrite: "no" | "trim" | "lower-case" | "round" | "many-to-one";
  /** It answers 200 and keeps the old value. */
  readonly keeps: boolean;
  /** It refuses the value. */
  readonly refuses: boolean;
}

function rewritten(habit: Habits["rewrite"], value: string): string | null {
  const trimmed = value.trim();
  if (trimmed === "") return null;
  switch (habit) {
    case "no":
      return value;
    case "trim":
      return trimmed;
    case "lower-case":
      return trimmed.toLowerCase();
    case "round":
      return Number.isFinite(Number(trimmed))
        ? String(Math.round(Number(trimmed)))
        : trimmed;
    case "many-to-one":
      return trimmed === "y" ? "x" : trimmed;
  }
}

export const pairOf = (sides: Sides, more: PairParts = {}): Pair =>
  pair({
    record: record(sides.w),
    object: object(sides.h),
    link: sides.link === null ? null : link(sides.link),
    held: sides.held,
    attempts: sides.attempts,
    ...more,
  });

/** Carries a decision out on both sides, as apply does, with HubSpot's habits for each property. */
export function carryOut(
  rules: Rules,
  sides: Sides,
  decision: Decision,
  habits: Readonly<Record<string, Habits>> = {},
): Sides {
  const before = pairOf(sides);
  const w: Record<string, unknown> = { ...sides.w };
  if (decision.workspace.kind === "update") {
    Object.assign(w, decision.workspace.set);
    for (const field of decision.workspace.clear) delete w[field];
  }
  const h: Record<string, string | null> = { ...sides.h };
  const refused = [];
  if (decision.hubspot.kind === "update") {
    for (const [name, { h: value }] of Object.entries(decision.hubspot.sent)) {
      const habit = habits[name];
      if (habit?.refuses === true)
        refused.push({ name, code: "INVALID", message: "no" });
      else if (habit?.keeps !== true)
        h[name] = rewritten(habit?.rewrite ?? "no", value);
    }
  }
  const settled = readResponse(
    rules,
    { pair: before, decision },
    {
      id: "101",
      objectType: "contact",
      properties: h,
      createdAt: new Date(0),
      updatedAt: new Date(0),
      archived: false,
      mergedIds: [],
    },
    refused,
    false,
  );
  return {
    w,
    h,
    link: {
      base: {
        ...sides.link?.base,
        ...baseBeforeWrite({ pair: before, decision }),
        ...settled.base,
      },
      parked: settled.parked,
    },
    held: decision.fields
      .filter((field) => field.kind === "held")
      .map(({ field, property }) => ({
        attentionId: field,
        field,
        workspace: sides.w[field] ?? null,
        hubspot: sides.h[property] ?? null,
      })),
    attempts: [],
  };
}
