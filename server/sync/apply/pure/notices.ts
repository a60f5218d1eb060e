import type { WriteError } from "../../../hubspot/gateway.ts";
import type { ObjectId } from "../../../settings/object-type.ts";
import { identityKeyOf } from "../../values/identity.ts";
import {
  FIELD_MISFIT,
  READ_ONLY_PROPERTY,
  UNMAPPED_OPTION,
} from "../../values/value.ts";
import type { Parked, PropertyDefinition, Rules } from "../../model.ts";
import {
  MATCH_TO_CONFIRM,
  candidatesOf,
} from "../../decide/match-to-confirm.ts";
import { NEWEST_UNKNOWN, newestUnknown } from "../../decide/newest.ts";
import { OWNER_PERMISSION } from "../../decide/three-way-field.ts";
import { PARKED_TOGETHER } from "../../decide/park-together.ts";
import type { Notice } from "../../attention/attention.ts";
import type { Placed } from "../write-workspace.ts";

/** Decisions and refusals as a person is told of them. */

const parkedFixes: Readonly<Record<string, string>> = {
  invalid_option:
    "Map this value to one of HubSpot's options, or add the option in HubSpot, then retry.",
  [UNMAPPED_OPTION]: "Map this value in the field mapping, then retry.",
  stage_not_in_pipeline:
    "Choose a stage of this pipeline, or the pipeline that has the stage.",
  [FIELD_MISFIT]:
    "Correct the value in HubSpot, or change the field's type or options. Then retry.",
  unknown_owner:
    "Add this user in HubSpot, or choose another owner, then retry.",
  [OWNER_PERMISSION]:
    "Give this user, who is the sync user, permission to assign owners. HubSpot's owner then follows by itself. Or choose the owner in the workspace.",
  [READ_ONLY_PROPERTY]:
    "Map the field to a property that can be written, or set its direction to pull.",
  not_taken:
    "HubSpot kept its own value, as it does when a stage would move backwards. Change the value in HubSpot, or pull HubSpot's value.",
  duplicate_email:
    "Merge the two contacts, or give one of them another email, then retry.",
  email_swap:
    "Remove the email from one of the two contacts for a moment. Counterpart then sends both emails.",
  value_taken: "Merge the two, or change the value of one of them, then retry.",
  [PARKED_TOGETHER]:
    "Correct the value that was rejected. This one then follows by itself.",
  invalid_email: "Correct the email, then retry.",
};

/** One entry for each parked field, one for each held field, one for the pair where it failed as a whole. */
export function noticesOf(
  rules: Rules,
  { pair, decision, recordId }: Placed,
  parked: Readonly<Record<string, Parked>>,
): Notice[] {
  const named = { recordId, objectId: pair.object?.id ?? null };
  const notices: Notice[] = [];
  if (decision.problem !== null) {
    notices.push({
      ...named,
      kind: "problem",
      code: decision.problem.code,
      field: "",
      cause: decision.problem.cause,
      fix: decision.problem.fix,
      details: objectsNamed(pair, decision.problem.code),
    });
  }
  for (const [field, parking] of Object.entries(parked)) {
    const property = propertyOf(rules, pair.objectType, field);
    const definition = rules.definitions[property];
    notices.push({
      ...named,
      kind: "problem",
      code: parking.code,
      field,
      ...(lacksCurrency(parking, definition) ?? {
        cause: `${parking.side === "hubspot" ? "HubSpot" : "The workspace"} rejected ${definition?.label ?? field}: ${parking.message}`,
        fix:
          parkedFixes[parking.code] ??
          "Correct the value or its mapping, then retry.",
      }),
      details: {
        property,
        sent: parking.sent,
        allowed: definition?.options ?? null,
      },
      // What is still open is handed on as it was loaded.
      stands: parking === pair.link?.parked[field],
    });
  }
  for (const field of decision.fields) {
    if (field.kind !== "held") continue;
    const base = pair.link?.base[field.field];
    const label = rules.definitions[field.property]?.label ?? field.field;
    notices.push({
      ...named,
      kind: "held",
      code: "conflict_held",
      field: field.field,
      cause:
        field.code === NEWEST_UNKNOWN
          ? `${newestUnknown(label)} Choose a value to keep.`
          : `Both sides changed ${label}. Choose a value to keep.`,
      fix: "Choose which value to keep.",
      details: {
        property: field.property,
        label,
        base: { workspace: base?.w ?? null, hubspot: base?.h ?? null },
        workspace: pair.record?.properties[field.field] ?? null,
        hubspot: pair.object?.properties[field.property] ?? null,
      },
    });
  }
  return notices;
}

/** What is said of a currency that HubSpot rejects because the account doesn't have it; null of anything else. */
function lacksCurrency(
  { side, sent, code }: Parked,
  definition: PropertyDefinition | undefined,
): Pick<Notice, "cause" | "fix"> | null {
  const currencies = definition?.currencies;
  if (
    side !== "hubspot" ||
    currencies === undefined ||
    sent === null ||
    // It never got to HubSpot: its mapping or its property is to be changed.
    code === UNMAPPED_OPTION ||
    code === READ_ONLY_PROPERTY ||
    currencies.includes(sent)
  )
    return null;
  return {
    cause: `The HubSpot account doesn't have the currency ${sent}. It has: ${currencies.join(", ")}.`,
    fix: "Add the currency in HubSpot's settings, and the value then follows by itself. Or choose a currency that the account has.",
  };
}

/** The objects that a problem with a match is about, and the records that they belong to. */
const objectsNamed = (
  pair: Placed["pair"],
  code: string,
): Notice["details"] => {
  if (code === MATCH_TO_CONFIRM)
    return { objectIds: candidatesOf(pair), holders: {} };
  const { conflict } = pair;
  return conflict === null
    ? {}
    : { objectIds: conflict.objectIds, holders: conflict.holders };
};

const propertyOf = (
  rules: Rules,
  type: Placed["pair"]["objectType"],
  field: string,
): string =>
  rules.settings[type].mappings.find((mapping) => mapping.field === field)
    ?.property ?? field;

/** A whole write that HubSpot refused. */
export const refusalNotice = (
  { pair, recordId }: Placed,
  error: WriteError,
): Notice => ({
  kind: "problem",
  recordId,
  objectId: pair.object?.id ?? null,
  field: "",
  code: error.code === "forbidden" ? "not_permitted" : "refused_by_hubspot",
  cause: `HubSpot rejected this ${pair.objectType}: ${error.message.slice(0, 500)}`,
  fix:
    error.code === "forbidden"
      ? "An admin can reconnect HubSpot and grant the missing permission. Then retry."
      : "Fix the error above, then retry.",
  details: {
    message: error.message,
    category: error.category,
    correlationId: error.correlationId,
    properties: error.properties,
  },
});

/** HubSpot names an object that holds this identity, but shows none that could be linked: it lies in the archive. */
export const hiddenHolderNotice = (
  { pair: { objectType }, recordId }: Placed,
  objectId: ObjectId,
  error: WriteError,
): Notice => ({
  kind: "problem",
  recordId,
  objectId,
  field: "",
  code: "held_by_hidden_object",
  cause: `HubSpot says that ${objectType} ${objectId} already has this ${identityKeyOf(objectType)?.kind ?? "identity"}, but ${objectType} ${objectId} was deleted.`,
  fix: `Restore ${objectType} ${objectId} in HubSpot, or delete it permanently. Then retry.`,
  details: { message: error.message, correlationId: error.correlationId },
});
