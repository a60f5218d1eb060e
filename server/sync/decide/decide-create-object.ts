import { creationStops } from "./creation-stops.ts";
import { firstStop } from "./stop.ts";
import { doNothing, nothingThere } from "./decision.ts";
import { ObjectToCreate } from "./object-to-create.ts";
import { ownerMapping, ownerSentence } from "./owner-of-creation.ts";
import { sourceOfCreation } from "./source.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type {
  Decision,
  FieldOutcome,
  Pair,
  RecordState,
  Rules,
  SentValue,
  Trigger,
} from "../model.ts";
import { own } from "../values/value.ts";

/** A record without an object: may it be created in HubSpot, and with what? */
export function decideCreateObject(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
): Decision {
  const { record, objectType } = pair;
  if (record === null)
    return doNothing("nothing_there", nothingThere(objectType));
  const creation = new ObjectToCreate(rules, pair, record, trigger);
  const stopped = firstStop(creationStops, creation);
  if (stopped !== null) return stopped;
  const { fields, owner } = creation;
  const source = sourceOfCreation(rules, objectType);
  const reason = creationReason(objectType, trigger);
  return {
    ...doNothing(
      "created_in_hubspot",
      [
        reason,
        isOwnerRefused(rules, objectType, fields) ? "" : ownerSentence(owner),
        source !== null && "fault" in source
          ? `It got no source: ${source.fault}`
          : "",
      ]
        .filter((sentence) => sentence !== "")
        .join(" "),
    ),
    outcome: "created",
    fields,
    hubspot: {
      kind: "create",
      sent: {
        ...(source !== null && "value" in source
          ? {
              [source.property]: { h: source.value, w: null, source: true },
            }
          : {}),
        ...sentFields(record, fields),
      },
    },
    link: { kind: "create" },
  };
}

const sentFields = (
  { properties }: RecordState,
  fields: readonly FieldOutcome[],
): Record<string, SentValue> =>
  Object.fromEntries(
    fields
      .filter((field) => field.kind === "to-hubspot")
      .map((field) => [
        field.property,
        { h: String(field.value), w: own(properties, field.field) ?? null },
      ]),
  );

/** Why an object was created: by the rules, unless a trigger went past them. */
export function creationReason(
  objectType: Pair["objectType"],
  trigger: Pick<Trigger, "pushedWith" | "bypassConditions"> = {
    bypassConditions: false,
  },
): string {
  const created = `${descriptorOf(objectType).names.label.singular} created in HubSpot`;
  if (trigger.pushedWith !== undefined)
    return `${created} (override: pushed with ${trigger.pushedWith}).`;
  return trigger.bypassConditions
    ? `${created} (manual override of the conditions).`
    : `${created}.`;
}

/** The record's own owner is unknown to HubSpot: a problem of its own says so. */
const isOwnerRefused = (
  rules: Rules,
  objectType: Pair["objectType"],
  fields: readonly FieldOutcome[],
): boolean => {
  const mapping = ownerMapping(rules, objectType);
  return fields.some(
    ({ field, kind }) => field === mapping?.field && kind === "parked",
  );
};
