import { descriptorOf } from "../../settings/types/index.ts";
import type { FieldOutcome, Pair, Parked } from "../model.ts";
import { own } from "../values/value.ts";

/** The code of a field that is not written because another one that is decided with it was refused. */
export const PARKED_TOGETHER = "decided_together";

/** Why, in a sentence without its beginning and its end. */
export const parkedTogetherMessage =
  "it's only written together with a value that was rejected.";

/**
 * Parks, with one of some fields that are decided together, all others that would be written to the same side. Pure.
 * `was` is how a field was parked before: what hasn't changed is handed on as it was loaded.
 */
export function parkTogether(
  fields: readonly FieldOutcome[],
  context: (field: FieldOutcome) => {
    /** What HubSpot has. */
    readonly h: string | null;
    readonly was?: Parked | undefined;
  },
): FieldOutcome[] {
  const sides = new Set(
    fields.flatMap(({ kind, parked }) =>
      kind === "parked" && parked !== undefined ? [parked.side] : [],
    ),
  );
  if (sides.size === 0) return [...fields];
  return fields.map((field): FieldOutcome => {
    const side = writtenSide(field);
    if (side === null || !sides.has(side)) return field;
    const { h, was } = context(field);
    const value = side === "workspace" ? h : field.value;
    // What goes to HubSpot is text.
    const sent = typeof value === "string" ? value : null;
    const same =
      was?.code === PARKED_TOGETHER && was.side === side && was.sent === sent;
    return {
      field: field.field,
      property: field.property,
      kind: "parked",
      code: PARKED_TOGETHER,
      parked: same
        ? was
        : {
            side,
            sent,
            code: PARKED_TOGETHER,
            message: parkedTogetherMessage,
            // It is tried again with the refused one, whatever its own mapping.
            signature: "",
          },
    };
  });
}

/** The fields of a creation, with those that are decided together parked together. */
export function parkGroups(
  { objectType, object }: Pair,
  fields: readonly FieldOutcome[],
): FieldOutcome[] {
  const parked = new Map(
    descriptorOf(objectType)
      .together.flatMap((group) =>
        parkTogether(
          fields.filter(({ field }) => group.includes(field)),
          ({ property }) => ({ h: own(object?.properties, property) ?? null }),
        ),
      )
      .map((field) => [field.field, field]),
  );
  return fields.map((field) => {
    const together = parked.get(field.field);
    // Nothing of it is settled: what comes later is a change, and no late mapping.
    return together === undefined ||
      together === field ||
      field.base === undefined
      ? field
      : { ...together, base: { ...field.base, w: null, h: null } };
  });
}

/** The side that a field would be written to; null for none. What waits for a person's confirmation stays parked. */
function writtenSide({ kind, code }: FieldOutcome): Parked["side"] | null {
  if (kind === "to-workspace") return "workspace";
  if (kind === "to-hubspot") return "hubspot";
  return kind === "waiting" && code === "automatic_pull_off"
    ? "workspace"
    : kind === "waiting" && code !== "would_undo"
      ? "hubspot"
      : null;
}
