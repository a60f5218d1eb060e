import type {
  HubSpotObject,
  RefusedProperty,
} from "../../../hubspot/gateway.ts";
import { filledIn, parkingSignature } from "../../decide/three-way-field.ts";
import type {
  Base,
  BaseEntry,
  FieldOutcome,
  ObjectProperties,
  Parked,
  Rules,
} from "../../model.ts";
import { meaningOf } from "../../values/meaning.ts";
import type { Meaning } from "../../values/meaning.ts";
import { isTaken, sameValue } from "../../values/value.ts";
import { propertyRefusalOf } from "./refused-properties.ts";
import type { Placed } from "../write-workspace.ts";

/** What HubSpot's answer to a write makes of the fields that were sent. Pure. */
export interface ReadAnswer {
  readonly base: Base;
  readonly parked: Readonly<Record<string, Parked>>;
}

/**
 * A value that came back, as sent or rewritten, is the new base. One that was refused, or answered with the old value
 * (lifecycle stages only move forward), is parked and keeps the old base. What HubSpot filled in by itself in an object that
 * this write made is the base, too, marked until the workspace has it. `object` must carry every sent property.
 * @param made the write created the object, so no person typed what its answer has and was not sent
 */
export function readResponse(
  rules: Rules,
  plan: Pick<Placed, "pair" | "decision">,
  object: HubSpotObject | null,
  refused: readonly RefusedProperty[],
  made: boolean,
): ReadAnswer {
  const base: Record<string, BaseEntry> = {};
  const parked: Record<string, Parked> = {};
  const refusals = new Map(
    refused.map((property) => [property.name, property]),
  );
  const before: ObjectProperties = plan.pair.object?.properties ?? {};
  for (const field of plan.decision.fields) {
    const mapping = rules.settings[plan.pair.objectType].mappings.find(
      (candidate) =>
        candidate.field === field.field &&
        candidate.property === field.property,
    );
    const answered = object?.properties[field.property] ?? null;
    const withFilled = (unsent: BaseEntry): BaseEntry =>
      made && mapping !== undefined
        ? filledIn(unsent, mapping, answered)
        : unsent;
    if (field.kind === "parked" && field.parked !== undefined)
      parked[field.field] = field.parked;
    if (field.kind !== "to-hubspot") {
      // An update's other fields were settled before the call, and another lane may have gone on from there.
      if (field.base !== undefined && plan.decision.hubspot.kind === "create")
        base[field.field] = withFilled(field.base);
      continue;
    }
    if (mapping === undefined || field.base === undefined) continue;
    const park = (
      refusal: Pick<Parked, "code" | "message" | "holder">,
    ): void => {
      parked[field.field] = {
        side: "hubspot",
        sent: String(field.value),
        ...refusal,
        signature: parkingSignature(mapping, rules.definitions[field.property]),
        h: answered,
      };
      if (plan.decision.hubspot.kind === "create")
        base[field.field] = withFilled(emptyBase(field));
    };
    const refusal = refusals.get(field.property);
    if (refusal !== undefined) {
      park(propertyRefusalOf(plan.pair.objectType, refusal));
      continue;
    }
    const held = before[field.property] ?? null;
    const meaning = meaningOf(mapping, rules.definitions[field.property]);
    if (tookNothing(meaning, field, answered, held)) {
      park({ code: "not_taken", message: `HubSpot kept "${held ?? ""}".` });
    } else {
      base[field.field] = {
        ...field.base,
        h: answered === "" ? null : answered,
      };
    }
  }
  return { base, parked };
}

const emptyBase = (field: FieldOutcome): BaseEntry => ({
  w: null,
  h: null,
  p: field.base?.p ?? field.property,
  c: field.base?.c ?? "text",
});

function tookNothing(
  meaning: Meaning,
  field: FieldOutcome,
  answered: string | null,
  before: string | null,
): boolean {
  return (
    !isTaken(meaning, answered, field.value) &&
    sameValue(meaning, answered, before)
  );
}
