/** What HubSpot refuses of a write, field by field. Pure. */

import type { ObjectId, RecordId } from "../../../settings/object-type.ts";
import { contestedProperty } from "../../values/identity.ts";
import { parkingSignature } from "../../decide/three-way-field.ts";
import type { Base, FieldChange, Parked, Rules } from "../../model.ts";
import type { Attempt } from "../attempt.ts";
import { propertyRefusalOf } from "./refused-properties.ts";
import type { SendOutcome } from "../send-with-parking.ts";
import type { WaitingValue } from "../waiting-values.ts";

/** Every field that stays or gets parked after an error, with what it is bound to. */
export function parkedOf(
  rules: Rules,
  attempt: Attempt,
  { refused, cleared }: Extract<SendOutcome, { kind: "error" }>,
): Record<string, Parked> {
  const parked: Record<string, Parked> = {};
  const { decision, pair } = attempt.plan;
  for (const field of decision.fields) {
    if (field.kind === "parked" && field.parked !== undefined)
      parked[field.field] = field.parked;
    const blame = refused.find(({ name }) => name === field.property);
    const mapping = rules.settings[pair.objectType].mappings.find(
      (candidate) => candidate.field === field.field,
    );
    if (
      blame === undefined ||
      mapping === undefined ||
      field.kind !== "to-hubspot"
    )
      continue;
    const isBlankNow =
      cleared === true && attempt.sent[field.property]?.cleared === true;
    parked[field.field] = {
      side: "hubspot",
      sent: String(field.value),
      ...propertyRefusalOf(pair.objectType, blame),
      signature: parkingSignature(mapping, rules.definitions[field.property]),
      h: isBlankNow ? null : (pair.object?.properties[field.property] ?? null),
    };
  }
  return parked;
}

/**
 * Without the fields that an object has which is being written in this very moment: it may be giving the value up, so
 * the refusal says nothing yet, and the field is sent again.
 */
export function refusedTooEarly(
  refused: Readonly<Record<string, Parked>>,
  writing: ReadonlySet<ObjectId>,
): {
  readonly parked: Readonly<Record<string, Parked>>;
  readonly early: boolean;
} {
  const all = Object.entries(refused);
  const kept = all.filter(
    ([, { holder }]) => holder === undefined || !writing.has(holder),
  );
  return {
    parked: Object.fromEntries(kept),
    early: kept.length < all.length,
  };
}

/** What was cleared on the way, and did not get its value after all: HubSpot's blank is ours, and the journal says so. */
export function leftClear(
  { plan, sent }: Attempt,
  refused: Readonly<Record<string, Parked>>,
): { readonly base: Base; readonly changes: readonly FieldChange[] } {
  const fields = plan.decision.fields.filter(
    ({ field, property }) =>
      field in refused && sent[property]?.cleared === true,
  );
  return {
    base: Object.fromEntries(
      fields.flatMap(({ field }) => {
        const before = plan.pair.link?.base[field];
        return before === undefined ? [] : [[field, { ...before, h: null }]];
      }),
    ),
    changes: fields.map(({ field, property }) => ({
      field,
      property,
      side: "hubspot",
      before: plan.pair.object?.properties[property] ?? null,
      after: null,
    })),
  };
}

/** Of parked fields, those that wait for an object to give up their value. */
export function waitsFor(
  { plan, recordId }: Pick<Attempt, "plan" | "recordId">,
  parked: Readonly<Record<string, Parked>>,
): {
  readonly waits: readonly WaitingValue[];
  readonly waitsForField: boolean;
} {
  const waits = Object.entries(parked).flatMap(([field, { holder }]) => {
    const property = plan.decision.fields.find(
      (outcome) => outcome.field === field,
    )?.property;
    return holder === undefined || property === undefined
      ? []
      : [{ recordId, field, property, objectId: holder, heldBy: null }];
  });
  return { waits, waitsForField: waits.length > 0 };
}

/** Of a record that as a whole waits for what an object has. */
export const waitFor = (
  { plan, recordId }: Attempt,
  objectId: ObjectId,
  heldBy: RecordId | null,
): WaitingValue => ({
  recordId,
  field: "",
  property: contestedProperty(plan.pair.objectType),
  objectId,
  heldBy,
});
