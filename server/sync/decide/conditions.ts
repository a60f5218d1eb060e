import { parentRules } from "../../settings/parent-rules.ts";
import type { Conditions } from "../../settings/schema.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { ParentStatus, Properties, Rules } from "../model.ts";
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

const hasField = (type: ObjectType, field: string): boolean =>
  Object.hasOwn(descriptorOf(type).fields, field);

/** What conditions ask of a record or object that isn't linked. */
export type NewRecord = {
  readonly objectType: ObjectType;
  readonly parents: readonly Pick<ParentStatus, "kind" | "has">[];
};

/** Why a new record isn't pushed by itself, as far as a portal's conditions go; null if they are met. Pure. */
export const unmetPush = (
  rules: Pick<Rules, "settings">,
  record: NewRecord,
  properties: Properties,
): Unmet | null =>
  unmetCondition(
    record.objectType,
    rules.settings[record.objectType].push.conditions,
    properties,
  ) ?? unmetParent(rules, record);

/** Why a pair without a parent is left out, where the portal requires one; else null. Pure. */
export function unmetParent(
  { settings }: Pick<Rules, "settings">,
  { objectType, parents }: NewRecord,
): Unmet | null {
  const lacking = parents.find(
    ({ kind, has }) => !has && parentRules(settings, kind).require,
  );
  if (lacking === undefined) return null;
  const { to } = lacking.kind;
  return {
    code: `no_${to}`,
    reason: `This ${objectType} has no ${to}; ${descriptorOf(objectType).names.plural} without one are excluded.`,
  };
}

/** The fields that conditions ask about: a record of which these are loaded can be decided. Pure. */
export const conditionFields = ({ customField }: Conditions): string[] => [
  "stage",
  "email",
  "email_status",
  ...(customField === null ? [] : [customField.field]),
];

/** The first condition that a new record does not meet, or null. All that are set must be met (AP-015). Pure. */
export function unmetCondition(
  objectType: ObjectType,
  conditions: Conditions,
  properties: Properties,
): Unmet | null {
  const { stages, emailStatuses, customField } = conditions;
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
  return null;
}
