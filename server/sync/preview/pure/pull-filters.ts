import type { ValueFilter } from "../../../hubspot/gateway.ts";
import { parentRules } from "../../../settings/parent-rules.ts";
import type { Conditions } from "../../../settings/conditions.ts";
import { emailStatusField } from "../../../settings/type-rules.ts";
import type { ObjectType } from "../../../settings/types/index.ts";
import { descriptorOf, parentKindsOf } from "../../../settings/types/index.ts";
import { ownerFieldOf } from "../../../settings/types/owner-field.ts";
import { unmetCondition } from "../../decide/conditions.ts";
import type { Rules } from "../../model.ts";
import { labelOf } from "../../values/shown-text.ts";
import { pipelineMappings } from "../../values/stages.ts";
import { own, toWorkspace } from "../../values/value.ts";

/**
 * What HubSpot's search can count of the rules for pulling new objects. HubSpot counts by properties with options exactly
 * as decide compares them; of texts it ignores case and punctuation, so these aren't counted. Pure.
 */
export type PullFilters =
  | {
      readonly kind: "filters";
      readonly filters: readonly PullFilter[];
      /** By which property of an object HubSpot counts those that have a parent; null: they needn't have one. */
      readonly parentIn: string | null;
      /** A parent type of which the rules leave out some: HubSpot counts their children, too. */
      readonly partlySynced: ObjectType | null;
    }
  | Unfit;

export type Unfit =
  /** No object meets the rules. */
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "uncountable"; readonly reason: string };

/** A condition as HubSpot's search has it, and the field whose stored values tell how many linked objects meet it. */
export type PullFilter = ValueFilter & { readonly field: string };

/** HubSpot takes no more values of one filter. */
const MOST_VALUES = 100;

/** Returns the filters that a type's rules for pulling amount to, or why there are none. */
export function pullFilters(rules: Rules, type: ObjectType): PullFilters {
  const found = [
    ...conditionsOf(rules, type).flatMap(({ field, condition }) =>
      filtersOf(rules, type, field, condition),
    ),
    ...ownerFilters(rules, type),
    ...wonFilters(rules, type),
  ];
  const isUnfit = (one: PullFilter | Unfit): one is Unfit => "kind" in one;
  const unfit = found.filter(isUnfit);
  const stop = unfit.find(({ kind }) => kind === "none") ?? unfit[0];
  if (stop !== undefined) return stop;
  const required = parentKindsOf(type).filter(
    (kind) => parentRules(rules.settings, kind).require,
  );
  const [parentIn = null] = required.map(
    ({ primary }) => primary?.property ?? null,
  );
  const [first] = required;
  return first !== undefined && (required.length > 1 || parentIn === null)
    ? {
        kind: "uncountable",
        reason: `HubSpot can't count ${descriptorOf(type).names.plural} by whether they have a ${first.to}.`,
      }
    : {
        kind: "filters",
        filters: found.flatMap((one) => (isUnfit(one) ? [] : [one])),
        parentIn,
        partlySynced:
          first !== undefined && leavesOut(rules, first.to) ? first.to : null,
      };
}

/** Whether some objects of a type stay in HubSpot by a portal's own rules. */
function leavesOut(rules: Rules, type: ObjectType): boolean {
  const { settings } = rules;
  const { owners = null, wonOnly } = settings[type].pull.conditions;
  return (
    conditionsOf(rules, type).length > 0 ||
    owners !== null ||
    wonOnly === true ||
    parentKindsOf(type).some((kind) => parentRules(settings, kind).require)
  );
}

const nothing: Conditions = {
  stages: null,
  emailStatuses: null,
  customField: null,
};

/** The conditions that are set, each by itself, with the field that it's about. */
function conditionsOf(
  { settings }: Rules,
  type: ObjectType,
): { readonly field: string; readonly condition: Conditions }[] {
  const { stages, emailStatuses, customField } = settings[type].pull.conditions;
  const hasStatus = Object.hasOwn(descriptorOf(type).fields, emailStatusField);
  return [
    { field: "stage", condition: stages && { ...nothing, stages } },
    {
      field: emailStatusField,
      condition:
        hasStatus && emailStatuses !== null
          ? { ...nothing, emailStatuses }
          : null,
    },
    {
      field: customField?.field ?? "",
      condition: customField && { ...nothing, customField },
    },
  ].flatMap(({ field, condition }) =>
    condition === null ? [] : [{ field, condition }],
  );
}

/** The owners that a condition allows, by their ids. */
function ownerFilters(rules: Rules, type: ObjectType): (PullFilter | Unfit)[] {
  const { owners } = rules.settings[type].pull.conditions;
  const owner = ownerFieldOf(descriptorOf(type));
  if (!owners || owner === null) return [];
  const mapping = pulledInto(rules, type, owner.field);
  if (mapping === undefined) return [unmapped(type, owner.field)];
  const values = Object.entries(rules.owners.emailById)
    .filter(([, email]) => owners.includes(email))
    .map(([id]) => id);
  return filterOf(rules, type, owner.field, mapping.property, values);
}

/** The stages that HubSpot counts as won, if only these are pulled. */
function wonFilters(rules: Rules, type: ObjectType): (PullFilter | Unfit)[] {
  const mapped = pipelineMappings(rules, type);
  if (rules.settings[type].pull.conditions.wonOnly !== true) return [];
  if (mapped === null) return [unmapped(type, "stage")];
  const { field, property } = mapped.stage;
  const stages = own(rules.definitions, property)?.stages;
  return stages === undefined
    ? [uncountable(type, rules, field, property)]
    : filterOf(
        rules,
        type,
        field,
        property,
        Object.entries(stages)
          .filter(([, { won }]) => won)
          .map(([id]) => id),
      );
}

/** The options of a property that a condition allows, once they're converted. */
function filtersOf(
  rules: Rules,
  type: ObjectType,
  field: string,
  condition: Conditions,
): (PullFilter | Unfit)[] {
  const mapping = pulledInto(rules, type, field);
  if (mapping === undefined) return [unmapped(type, field)];
  const definition = own(rules.definitions, mapping.property);
  if (!definition?.options || definition.fieldType === "checkbox")
    return [uncountable(type, rules, field, mapping.property)];
  const values = definition.options.filter((option) => {
    const declared = own(rules.fields, field);
    const converted = toWorkspace(
      mapping,
      option,
      rules.owners,
      definition,
      declared,
    );
    // A status asks for an email besides.
    const properties = {
      email: "any",
      [field]: converted.ok ? converted.value : null,
    };
    return unmetCondition(type, condition, properties, () => true) === null;
  });
  const filters = filterOf(rules, type, field, mapping.property, values);
  if (condition.emailStatuses === null) return filters;
  const email = pulledInto(rules, type, "email");
  return [
    ...filters,
    email === undefined
      ? unmapped(type, "email")
      : { field: "email", property: email.property, values: null },
  ];
}

/** A filter by some values of a property, if HubSpot's search can have it. */
function filterOf(
  rules: Rules,
  type: ObjectType,
  field: string,
  property: string,
  values: readonly string[],
): (PullFilter | Unfit)[] {
  const label = labelOf(type, rules, field, property);
  if (values.length === 0)
    return [
      {
        kind: "none",
        reason: `No option of ${label} is converted to a value that these rules allow, so no new ${descriptorOf(type).names.plural} meet them.`,
      },
    ];
  return values.length > MOST_VALUES
    ? [
        {
          kind: "uncountable",
          reason: `HubSpot can't count by more than ${MOST_VALUES} options of ${label} at once.`,
        },
      ]
    : [{ field, property, values }];
}

const uncountable = (
  type: ObjectType,
  rules: Rules,
  field: string,
  property: string,
): Unfit => ({
  kind: "uncountable",
  reason: `HubSpot can't count by ${labelOf(type, rules, field, property)} as these rules compare it.`,
});

const pulledInto = ({ settings }: Rules, type: ObjectType, name: string) =>
  settings[type].mappings.find(
    ({ field, direction }) => field === name && direction !== "push",
  );

const unmapped = (type: ObjectType, field: string): Unfit => ({
  kind: "none",
  reason: `No property of HubSpot is pulled into ${field}, so no new ${descriptorOf(type).names.plural} meet these rules.`,
});
