import { parentRules } from "../../settings/parent-rules.ts";
import type { Conditions } from "../../settings/conditions.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { ParentKind } from "../../settings/types/index.ts";
import { ownerFieldOf } from "../../settings/types/owner-field.ts";
import type { ParentStatus, Properties, Rules } from "../model.ts";
import { canonicalEmail } from "../values/identity.ts";
import { pipelineMappings, stageOfRecord } from "../values/stages.ts";
import type { StageRules } from "../values/stages.ts";
import { isBlank, own } from "../values/value.ts";

/** A condition that is not met, for the record's own reason (AP-014 to AP-017). */
export interface Unmet {
  readonly code: string;
  readonly reason: string;
}

const holds = (allowed: readonly string[], value: unknown): boolean => {
  const values = Array.isArray(value) ? value : [value];
  return values.some((one) => !isBlank(one) && allowed.includes(String(one)));
};

const isOwnedBy = (owners: readonly string[], email: unknown): boolean =>
  typeof email === "string" && owners.includes(canonicalEmail(email));

const hasField = (type: ObjectType, field: string): boolean =>
  Object.hasOwn(descriptorOf(type).fields, field);

/** What conditions ask of a record or object that isn't linked. */
export type NewRecord = {
  readonly objectType: ObjectType;
  readonly parents: readonly (Pick<
    ParentStatus,
    "kind" | "has" | "unreadable" | "linked" | "tried"
  > &
    Partial<Pick<ParentStatus, "blockedBy">>)[];
};

/** Why a new record isn't pushed by itself, as far as a portal's conditions go; null if they are met. Pure. */
export const unmetPush = (
  rules: StageRules,
  record: NewRecord,
  properties: Properties,
): Unmet | null =>
  unmetCondition(
    record.objectType,
    rules.settings[record.objectType].push.conditions,
    properties,
    () => stageOfRecord(rules, record.objectType, properties)?.won === true,
  ) ?? unmetParent(rules, record, "push");

/**
 * Why a pair without a parent, or whose parents aren't synced, is left out, where the portal requires one; else null. Pure.
 */
export function unmetParent(
  { settings }: Pick<Rules, "settings">,
  { objectType, parents }: NewRecord,
  flow: "push" | "pull",
): Unmet | null {
  const { plural } = descriptorOf(objectType).names;
  for (const parent of parents) {
    const { kind, has, unreadable, linked, tried, blockedBy = null } = parent;
    const { require, bring } = parentRules(settings, kind);
    if (!require) continue;
    const { to } = kind;
    if (unreadable === true)
      return {
        code: "missing_scope",
        reason: `Counterpart doesn't have permission to read in HubSpot whether this ${objectType} has a ${to}; ${plural} without one are excluded.`,
      };
    if (!has)
      return {
        code: `no_${to}`,
        reason: `This ${objectType} has no ${to}; ${plural} without one are excluded.`,
      };
    // A pull always brings parents along; a push as the portal chose.
    const isFinal = tried === true || (flow === "push" && bring === "never");
    // A parent's problem is told as one (blockedByParent).
    if (linked === false && blockedBy === null && isFinal)
      return {
        code: notSyncedCode(kind),
        reason: `This ${objectType}'s ${to} isn't synced; ${plural} without a synced ${to} are excluded.`,
      };
  }
  return null;
}

/** The code of a child that is left out because none of its parents of this kind is synced. */
export const notSyncedCode = ({ to }: ParentKind): string => `${to}_not_synced`;

/** The fields that conditions ask about: a record of which these are loaded can be decided. Pure. */
export function conditionFields(
  rules: Pick<Rules, "settings">,
  type: ObjectType,
  flow: "push" | "pull",
): string[] {
  const { customField, wonOnly } = rules.settings[type][flow].conditions;
  const mapped = wonOnly === true ? pipelineMappings(rules, type) : null;
  const owner = ownerFieldOf(descriptorOf(type));
  return [
    "stage",
    "email",
    "email_status",
    ...(customField === null ? [] : [customField.field]),
    ...(owner === null ? [] : [owner.field]),
    ...(mapped === null
      ? []
      : [
          mapped.stage.field,
          ...(mapped.pipeline ? [mapped.pipeline.field] : []),
        ]),
  ];
}

/**
 * The first condition that a new record does not meet, or null. All that are set must be met (AP-015). Pure.
 * @param isWon whether HubSpot counts its stage as won; asked only if that is a condition
 */
export function unmetCondition(
  objectType: ObjectType,
  conditions: Conditions,
  properties: Properties,
  isWon: () => boolean,
): Unmet | null {
  const { stages, emailStatuses, customField, owners, wonOnly } = conditions;
  if (stages !== null && !holds(stages, properties["stage"])) {
    return {
      code: "stage_excluded",
      reason: `Excluded by stage. Stages that sync: ${stages.join(", ")}.`,
    };
  }
  if (emailStatuses !== null && hasField(objectType, "email_status")) {
    if (isBlank(properties["email"])) {
      return {
        code: "no_email_while_required",
        reason: `This ${objectType} has no email, so it has no email status that syncs.`,
      };
    }
    if (!holds(emailStatuses, properties["email_status"])) {
      return {
        code: "email_status_excluded",
        reason: `Excluded by email status. Email statuses that sync: ${emailStatuses.join(", ")}.`,
      };
    }
  }
  if (
    customField !== null &&
    !holds(customField.values, own(properties, customField.field))
  ) {
    return {
      code: "custom_field_excluded",
      reason: `Excluded by ${customField.field}. Values that sync: ${customField.values.join(", ")}.`,
    };
  }
  const owner = ownerFieldOf(descriptorOf(objectType));
  if (owners && owner !== null && !isOwnedBy(owners, properties[owner.field])) {
    return {
      code: "owner_excluded",
      reason: `Excluded by owner. Owners whose ${descriptorOf(objectType).names.plural} sync: ${owners.join(", ")}.`,
    };
  }
  if (wonOnly === true && !isWon()) {
    return {
      code: "not_won",
      reason: `Excluded because its stage isn't won. Only ${descriptorOf(objectType).names.plural} that are won sync.`,
    };
  }
  return null;
}
