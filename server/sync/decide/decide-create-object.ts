import { parkGroups } from "./park-together.ts";
import { KEPT, keptReason } from "./kept-by-choice.ts";
import { unmetPush } from "./conditions.ts";
import { doNothing, fail, nothingThere, skip } from "./decision.ts";
import { mergedAwayCode, mergedAwayReason } from "./merged-away.ts";
import { parkingSignature } from "./three-way-field.ts";
import { mayFlow, pushStops } from "./three-way-fields.ts";
import { sourceOfCreation } from "./source.ts";
import { EMAIL_UNVERIFIED, withholdsEmail } from "./unverified-email.ts";
import { hasUniqueIdentity } from "./earlier-creation.ts";
import {
  ownerMapping,
  ownerOfCreation,
  ownerSentence,
} from "./owner-of-creation.ts";
import type { OwnerOfCreation } from "./owner-of-creation.ts";
import { conversionKey } from "../../settings/mapping.ts";
import type { ParentKind } from "../../settings/types/index.ts";
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
import { canonical, holdsNothing, own, toHubSpot } from "../values/value.ts";

/** What to do about two records that one object would belong to. */
export const linkedElsewhereFix =
  "Review both in the workspace. Each must be linked to its own entry in HubSpot.";

const conflictFixes = {
  duplicate_email:
    "Merge the two contacts in the workspace, or give one of them another email. Then retry.",
  ambiguous_email: "Merge the contacts in HubSpot, then retry.",
  domain_conflict:
    "Link to the existing company, change one domain, or delete the duplicate. Then retry.",
  linked_elsewhere: linkedElsewhereFix,
} as const;

/** Of a record whose object a person gave to another one. */
export const givenUp = {
  code: "given_up",
  reason:
    "Someone linked the company in HubSpot to another company in the workspace.",
} as const;

/** The code of a child that is not created because a parent of this kind has a problem. */
export const blockedCode = ({ to }: ParentKind): string => `${to}_blocked`;

/**
 * A record without an object: may it be created in HubSpot? The checks come in the order in which a person
 * would ask (AP-115): switches, criteria, exists already, blocked by a parent.
 */
export function decideCreateObject(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
): Decision {
  const { record, objectType, link } = pair;
  if (record === null)
    return doNothing("nothing_there", nothingThere(objectType));
  const settings = rules.settings[objectType];
  const { names, creation } = descriptorOf(objectType);
  const { plural } = names;

  const override = trigger.pushedWith !== undefined;
  const bypass = trigger.bypassConditions || override;

  // Whatever the switches say, that is why it has no link; only a person's push of this very record changes it.
  if (link?.state === "given-up" && (override || !trigger.bypassConditions))
    return skip(givenUp.code, givenUp.reason);
  if (
    link?.state === "merged-away" &&
    (override || !trigger.bypassConditions)
  ) {
    return skip(
      mergedAwayCode,
      mergedAwayReason(objectType, link.mergedInto ?? null),
    );
  }

  if (!settings.push.enabled && !override) {
    return skip(
      "push_off",
      `Pushing ${plural} is turned off in the sync settings.`,
    );
  }
  const { toHubSpot, stop } = mayFlow(rules, trigger);
  if (!toHubSpot) return skip(stop, `${pushStops[stop]}.`);
  if (!rules.mayCreateObjects) {
    return skip(
      "first_pull_running",
      `The first pull of ${plural} hasn't ended yet.`,
    );
  }
  // The dead come back by a person's push of them, not along with a child.
  if (link !== null && (override || !trigger.bypassConditions)) {
    if (typeof link.keptAt === "number")
      return skip(KEPT, keptReason.to_workspace);
    return skip(
      "link_ended",
      `This ${objectType} was deleted in HubSpot. To create it in HubSpot again, push it.`,
    );
  }
  if (!bypass) {
    const unmet = unmetPush(rules, pair, record.properties);
    if (unmet !== null) return skip(unmet.code, unmet.reason);
  }
  const owner = ownerOfCreation(rules, record, trigger);
  const fields = initialFields(rules, pair, owner);
  const { anyOf } = creation;
  if (anyOf !== null && !sendsAny(fields, anyOf.properties))
    return fields.some(({ code }) => code === EMAIL_UNVERIFIED)
      ? skip(
          EMAIL_UNVERIFIED,
          `This ${objectType}'s email isn't verified, so it isn't sent. ${anyOf.reason}`,
        )
      : skip("nothing_to_identify", anyOf.reason);
  if (pair.conflict !== null) {
    return fail(
      pair.conflict.code,
      pair.conflict.message,
      conflictFixes[pair.conflict.code],
    );
  }
  for (const { kind, blockedBy } of pair.parents) {
    if (blockedBy !== null)
      return fail(
        blockedCode(kind),
        `${names.label.singular} not pushed, because its ${kind.to} wasn't: ${blockedBy.cause}`,
        `Resolve the ${kind.to}'s problem, then retry.`,
      );
  }

  const unsure = unsureOfEarlier(rules, pair, trigger);
  if (unsure !== null) return unsure;

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

/**
 * An earlier creation whose answer was lost, in a portal that has no room for the unique property: an email would be
 * refused twice, anything else could be made twice. It is searched for once the index shows it; then a person decides.
 */
function unsureOfEarlier(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
): Decision | null {
  const earlier = pair.attempts.findLast(
    (attempt) => attempt.operation === "create",
  );
  if (earlier === undefined || rules.uniqueProperty || trigger.retryParked)
    return null;
  if (hasUniqueIdentity(pair, earlier)) return null;
  return earlier.recent === true
    ? skip(
        "creation_pending",
        `HubSpot's response to the creation was lost. Counterpart will search HubSpot for this ${pair.objectType}.`,
      )
    : fail(
        "creation_unsure",
        `HubSpot's response to the creation was lost. Counterpart can't tell whether HubSpot has this ${pair.objectType}.`,
        "Check HubSpot. If it isn't there, retry to create it.",
      );
}

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

/** What would be sent, not what the record holds: a name that is not mapped names nobody in HubSpot. */
const sendsAny = (
  fields: readonly FieldOutcome[],
  properties: readonly string[],
): boolean =>
  fields.some(
    ({ kind, property }) =>
      kind === "to-hubspot" && properties.includes(property),
  );

/**
 * Every mapped field: those that hold data are sent, or parked; blank ones, and those that only come from HubSpot, are
 * settled with HubSpot's side blank, so that what is typed later is a change and not a late mapping. An owner whom the
 * record doesn't have goes to the workspace too, once HubSpot has it.
 */
function initialFields(
  rules: Rules,
  pair: Pair,
  owner: OwnerOfCreation | null,
): FieldOutcome[] {
  const { settings, definitions, owners } = rules;
  const assigned =
    owner === null || owner.of === "nobody" || owner.of === "record"
      ? undefined
      : own(owners.idByEmail, owner.email);
  const ownerField = ownerMapping(rules, pair.objectType)?.field;
  const fields = settings[pair.objectType].mappings.map(
    (mapping): FieldOutcome => {
      const { field, property, direction, conversion } = mapping;
      const w = own(pair.record?.properties, field) ?? null;
      const named = { field, property };
      const based = (ours: unknown, h: string | null) => ({
        w: ours,
        h,
        p: property,
        c: conversionKey(conversion),
      });
      if (assigned !== undefined && field === ownerField)
        return {
          ...named,
          kind: "to-hubspot",
          code: "owner_assigned",
          value: assigned,
          base: {
            ...based(null, assigned),
            ...(direction === "push" ? {} : { filled: true as const }),
          },
        };
      if (holdsNothing(conversion, w))
        return {
          ...named,
          kind: "settled",
          code: "blank",
          base: based(null, null),
        };
      if (direction === "pull")
        return {
          ...named,
          kind: "settled",
          code: "direction",
          base: based(w, null),
        };
      if (
        withholdsEmail(
          rules,
          pair.objectType,
          mapping,
          pair.record?.properties ?? {},
        )
      )
        return {
          ...named,
          kind: "waiting",
          code: EMAIL_UNVERIFIED,
          base: based(null, null),
        };
      const definition = own(definitions, property);
      const converted = toHubSpot(mapping, w, owners, definition);
      if (converted.ok) {
        return {
          ...named,
          kind: "to-hubspot",
          code: "created",
          value: converted.value,
          base: based(w, converted.value),
        };
      }
      return {
        ...named,
        kind: "parked",
        code: converted.code,
        base: based(null, null),
        parked: {
          side: "hubspot",
          sent: canonical(conversion, w),
          code: converted.code,
          message: converted.message,
          signature: parkingSignature(mapping, definition),
        },
      };
    },
  );
  return parkGroups(pair, fields);
}
