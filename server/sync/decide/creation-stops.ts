import { descriptorOf } from "../../settings/types/index.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import type { Decision, FieldOutcome, Pair, Rules, Trigger } from "../model.ts";
import { unmetPush } from "./conditions.ts";
import { fail, skip } from "./decision.ts";
import { hasUniqueIdentity } from "./earlier-creation.ts";
import { KEPT, keptReason } from "./kept-by-choice.ts";
import { mergedAwayCode, mergedAwayReason } from "./merged-away.ts";
import type { ObjectToCreate } from "./object-to-create.ts";
import { outsideStop } from "./pipelines.ts";
import type { Stop } from "./stop.ts";
import { mayFlow, pushStops } from "./three-way-fields.ts";
import { unmappedStage } from "./unmapped-stage.ts";
import { EMAIL_UNVERIFIED } from "./unverified-email.ts";

/** What can keep a record from being created in HubSpot. Pure. */

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

/** In the order in which decide asks. */
export const creationStops: readonly Stop<ObjectToCreate>[] = [
  { check: "exists", find: endedByChoice },
  { check: "enabled", find: switchedOff },
  { check: "criteria", find: outsidePipelines },
  { check: "exists", find: endedLink },
  { check: "criteria", find: unmetCriteria },
  { check: "exists", find: conflicting },
  { check: "error", find: blockedByParent },
  {
    check: "error",
    find: ({ rules, pair, trigger }) => unsureOfEarlier(rules, pair, trigger),
  },
];

/** Whatever the switches say, that is why it has no link; only a person's push of this very record changes it. */
function endedByChoice({ pair, isChosen }: ObjectToCreate): Decision | null {
  const { link, objectType } = pair;
  if (isChosen) return null;
  if (link?.state === "given-up") return skip(givenUp.code, givenUp.reason);
  return link?.state === "merged-away"
    ? skip(
        mergedAwayCode,
        mergedAwayReason(objectType, link.mergedInto ?? null),
      )
    : null;
}

function switchedOff({
  rules,
  pair: { objectType },
  trigger,
  isBrought,
}: ObjectToCreate): Decision | null {
  const { plural } = descriptorOf(objectType).names;
  if (!rules.settings[objectType].push.enabled && !isBrought) {
    return skip(
      "push_off",
      `Pushing ${plural} is turned off in the sync settings.`,
    );
  }
  const { toHubSpot, stop } = mayFlow(rules, trigger);
  if (!toHubSpot) return skip(stop, `${pushStops[stop]}.`);
  return rules.mayCreateObjects
    ? null
    : skip(
        "first_pull_running",
        `The first pull of ${plural} hasn't ended yet.`,
      );
}

/**
 * Whoever asks: what is created in a pipeline that isn't selected would leave the workspace at once. A pipeline that is
 * rejected is no pipeline of HubSpot's.
 */
function outsidePipelines({
  rules,
  pair: { objectType },
  fields,
}: ObjectToCreate): Decision | null {
  const named = descriptorOf(objectType).hubspot.pipelines;
  const sent = fields.find(
    ({ kind, property }) =>
      kind === "to-hubspot" && property === named?.pipeline,
  );
  return sent === undefined
    ? null
    : outsideStop(rules, objectType, String(sent.value));
}

/** The dead come back by a person's push of them, not along with a child. */
function endedLink({ pair, isChosen }: ObjectToCreate): Decision | null {
  const { link, objectType } = pair;
  if (link === null || isChosen) return null;
  return typeof link.keptAt === "number"
    ? skip(KEPT, keptReason.to_workspace)
    : skip(
        "link_ended",
        link.state === "unselected"
          ? `This ${objectType} was removed with its pipeline, and HubSpot kept it. To create another one in HubSpot, push it.`
          : `This ${objectType} was deleted in HubSpot. To create it in HubSpot again, push it.`,
      );
}

/** The portal's conditions, and what HubSpot needs of every object of a type. */
function unmetCriteria(candidate: ObjectToCreate): Decision | null {
  const { rules, pair, record, trigger, isBrought } = candidate;
  const { objectType } = pair;
  if (!trigger.bypassConditions && !isBrought) {
    const unmet = unmetPush(rules, pair, record.properties);
    if (unmet !== null) return skip(unmet.code, unmet.reason);
  }
  const unmapped = unmappedStage(rules, objectType, candidate.fields);
  if (unmapped !== null) return skip(unmapped.code, unmapped.reason);
  const lacking = descriptorOf(objectType).creation.needs.filter(
    ({ anyOf }) => !sendsAny(candidate.fields, anyOf),
  );
  const [first] = lacking;
  if (first === undefined) return null;
  const reason = lacking.map((need) => need.reason).join(" ");
  return candidate.fields.some(({ code }) => code === EMAIL_UNVERIFIED)
    ? skip(
        EMAIL_UNVERIFIED,
        `This ${objectType}'s email isn't verified, so it isn't sent. ${reason}`,
      )
    : skip(first.code, reason);
}

/** What would be sent, not what the record holds: a name that is not mapped names nobody in HubSpot. */
const sendsAny = (
  fields: readonly FieldOutcome[],
  properties: readonly string[],
): boolean =>
  fields.some(
    ({ kind, property }) =>
      kind === "to-hubspot" && properties.includes(property),
  );

function conflicting({ pair: { conflict } }: ObjectToCreate): Decision | null {
  return (
    conflict &&
    fail(conflict.code, conflict.message, conflictFixes[conflict.code])
  );
}

function blockedByParent({ pair }: ObjectToCreate): Decision | null {
  const { label } = descriptorOf(pair.objectType).names;
  for (const { kind, blockedBy } of pair.parents) {
    if (blockedBy !== null)
      return fail(
        blockedCode(kind),
        `${label.singular} not pushed, because its ${kind.to} wasn't: ${blockedBy.cause}`,
        `Resolve the ${kind.to}'s problem, then retry.`,
      );
  }
  return null;
}

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
