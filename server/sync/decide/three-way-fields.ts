import { togetherWith } from "../../settings/decided-together.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type {
  FieldOutcome,
  Initiator,
  ObjectState,
  OpenAttempt,
  Pair,
  Rules,
  SentValue,
  Side,
  Trigger,
} from "../model.ts";
import { creationOf } from "./earlier-creation.ts";
import { hasArrived } from "./arrived.ts";
import { meaningOf } from "../values/meaning.ts";
import { mergeField } from "./three-way-field.ts";
import type { FieldCase } from "./three-way-field.ts";
import { mergeTogether } from "./three-way-together.ts";
import { pipelineMappings, stagesAround } from "../values/stages.ts";
import { own } from "../values/value.ts";
import { EMAIL_UNVERIFIED, withholdsEmail } from "./unverified-email.ts";

/** Every mapped field of one pair of which both sides are there, merged. Pure. */
export function mergeFields(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
  linkIsNew: boolean,
  may: FieldFlow = mayFlow(rules, trigger),
): FieldOutcome[] {
  const { record, object } = pair;
  if (record === null || object === null) return [];
  const settings = rules.settings[pair.objectType];
  const creation = creationOf(rules, pair);
  const resolve = resolvedTogether(pair, trigger);
  const stageField = pipelineMappings(rules, pair.objectType)?.stage.field;
  const stages = stagesAround(
    rules,
    pair.objectType,
    record.properties,
    object.properties,
  );
  const cases = settings.mappings.map((mapping): FieldCase => ({
    mapping,
    policy: mapping.policy ?? settings.policy,
    changedAt: {
      workspace: own(record.changedAt, mapping.field),
      hubspot: own(object.changedAt, mapping.property),
    },
    w: own(record.properties, mapping.field) ?? null,
    h: own(object.properties, mapping.property) ?? null,
    base: own(pair.link?.base, mapping.field),
    linkIsNew,
    trigger: resolve === undefined ? trigger : { ...trigger, resolve },
    sent: sentFor(pair, mapping.property),
    rewritten: rewrittenFrom(pair, object, mapping.property),
    landed: sentFor(pair, mapping.property).findLast((sent) =>
      hasArrived(
        pair,
        mapping.property,
        sent,
        meaningOf(mapping, own(rules.definitions, mapping.property)),
      ),
    ),
    createdWith: ofField(own(creation?.sent, mapping.property)),
    createdWithout: isCreatedWithout(creation, object, mapping.property),
    parked: own(pair.link?.parked, mapping.field),
    held: pair.held.find((held) => held.field === mapping.field),
    owners: rules.owners,
    ...(rules.syncUser?.mayAssignOwner === false
      ? { ownerPermission: { lackedBy: rules.syncUser.email } }
      : {}),
    definition: own(rules.definitions, mapping.property),
    ...(mapping.field === stageField ? { stages } : {}),
    declared: own(rules.fields, mapping.field),
    may: withholding(
      mayFieldFlow(may, own(resolve, mapping.field)),
      withholdsEmail(rules, pair.objectType, mapping, record.properties),
    ),
  }));
  return mergeInGroups(pair.objectType, cases);
}

/** Each field by itself, and those that are decided together as one. */
function mergeInGroups(
  type: ObjectType,
  cases: readonly FieldCase[],
): FieldOutcome[] {
  const grouped = new Map(
    descriptorOf(type)
      .together.map((group) =>
        group.flatMap(
          (field) => cases.find((it) => it.mapping.field === field) ?? [],
        ),
      )
      .filter((group) => group.length > 1)
      .flatMap(mergeTogether)
      .map((outcome) => [outcome.field, outcome]),
  );
  return cases.map((it) => grouped.get(it.mapping.field) ?? mergeField(it));
}

/** A person's choices; one for a held field is one for all that are held with it. */
function resolvedTogether(
  { objectType, held }: Pair,
  { resolve }: Trigger,
): Trigger["resolve"] {
  if (resolve === undefined) return undefined;
  const isHeld = (field: string): boolean =>
    held.some((each) => each.field === field);
  return {
    ...Object.fromEntries(
      Object.entries(resolve).flatMap(([field, side]) =>
        togetherWith(objectType, field)
          .filter(isHeld)
          .map((other) => [other, side]),
      ),
    ),
    ...resolve,
  };
}

/**
 * Which way values may go: automatic sync by its switches, a press its own way besides (BEHAVIOURS.md 0.11), Sync now
 * both ways (0.13); nothing goes where HubSpot does not allow it.
 */
export function mayFlow(rules: Rules, trigger: Trigger): MayFlow {
  const { pull, push } = rules.settings.automatic;
  const asked = trigger.manual || trigger.approved === true;
  const forbidden = rules.missing?.write === true;
  const opened = (side: Initiator): boolean =>
    trigger.opens === "both" ||
    trigger.opens === side ||
    (asked && trigger.initiator === side);
  return {
    toWorkspace: pull || opened("hubspot"),
    toHubSpot: !forbidden && (push || opened("workspace")),
    stop: forbidden ? "missing_scope" : "automatic_push_off",
  };
}

export interface MayFlow {
  readonly toWorkspace: boolean;
  readonly toHubSpot: boolean;
  /** Why nothing goes to HubSpot, where that is so. */
  readonly stop: keyof typeof pushStops;
}

/**
 * The same for one field; `would_undo`: the whole pair is held back until a person confirms; `email_unverified`: whoever
 * asks, the portal doesn't send this value.
 */
export interface FieldFlow extends Omit<MayFlow, "stop"> {
  readonly stop: MayFlow["stop"] | "would_undo" | typeof EMAIL_UNVERIFIED;
}

/** Why nothing goes to HubSpot, in a sentence without its end. */
export const pushStops = {
  automatic_push_off: "Automatic push is off",
  missing_scope: "Counterpart doesn't have permission to write this in HubSpot",
} as const;

/** A person's choice for a held field moves that field and no other. */
const mayFieldFlow = (may: FieldFlow, chosen: Side | undefined): FieldFlow => ({
  ...may,
  toWorkspace: may.toWorkspace || chosen === "hubspot",
  toHubSpot: may.toHubSpot || chosen === "workspace",
});

/** What keeps everything from HubSpot is told first: it passes. */
const withholding = (may: FieldFlow, isWithheld: boolean): FieldFlow =>
  isWithheld && may.toHubSpot
    ? { ...may, toHubSpot: false, stop: EMAIL_UNVERIFIED }
    : may;

/**
 * Whether nobody typed what HubSpot has of a property: the object's creation was sent without it, because HubSpot refused
 * the value or there was none, and in the second case nothing of the object has changed since.
 */
const isCreatedWithout = (
  creation: OpenAttempt | undefined,
  object: ObjectState,
  property: string,
): boolean =>
  creation !== undefined &&
  own(creation.sent, property) === undefined &&
  (creation.refused?.includes(property) === true || isAsCreated(object));

/** HubSpot itself completes an object in the moments after its creation. */
const completionMs = 5_000;

const isAsCreated = ({ createdAt, updatedAt }: ObjectState): boolean =>
  createdAt !== undefined && updatedAt - createdAt < completionMs;

/** A portal's source is no value of a field. */
const ofField = (value: SentValue | undefined): SentValue | undefined =>
  value?.source === true ? undefined : value;

/**
 * What an open attempt sent that HubSpot holds in a form of its own: the present value is this app's writing, and another
 * one than the attempt found there. Not so after a merge: HubSpot may have kept what we once wrote to the other object.
 */
const rewrittenFrom = (
  pair: Pair,
  object: ObjectState,
  property: string,
): SentValue | undefined =>
  object.mergedIds.length > 0 || !object.writtenByUs.has(property)
    ? undefined
    : sentFor(pair, property, ({ objectId }) =>
        [null, object.id].includes(objectId),
      ).findLast(
        ({ before }) =>
          (before ?? "") !== (own(object.properties, property) ?? ""),
      );

const sentFor = (
  pair: Pair,
  property: string,
  which: (attempt: OpenAttempt) => boolean = () => true,
): SentValue[] =>
  pair.attempts.filter(which).flatMap((attempt) => {
    const value = ofField(own(attempt.sent, property));
    return value === undefined ? [] : [value];
  });
