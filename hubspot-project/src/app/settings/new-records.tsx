import {
  Checkbox,
  Flex,
  Input,
  MultiSelect,
  Text,
  ToggleGroup,
} from "@hubspot/ui-extensions";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { useState } from "react";
import type { Conditions, TypeSettings } from "./document.ts";
import { ListInput } from "./list-input.tsx";
import type { ObjectType, Option } from "./page-answer.ts";
import { broughtAlong } from "./parents-section.tsx";
import { RuleCount } from "./rule-count.tsx";
import { useLoaded } from "./use-loaded.ts";
import { useAt, useTypeDraft } from "./use-settings.ts";

type Flow = "pull" | "push";

/** The same conditions with none of them set: only those that the type has. */
const without = (conditions: Conditions): Conditions => ({
  ...conditions,
  stages: null,
  emailStatuses: null,
  customField: null,
  ...(conditions.owners === undefined ? {} : { owners: null }),
  ...(conditions.wonOnly === undefined ? {} : { wonOnly: false }),
});

const hasConditions = (conditions: Conditions): boolean =>
  Object.values(conditions).some(
    (condition) => condition !== null && condition !== false,
  );

/** Which new records of a type are pulled, or pushed. */
export function NewRecords({ type, flow }: { type: ObjectType; flow: Flow }) {
  const { locked } = useAt();
  const { settings, edit, faultAt } = useTypeDraft(type);
  const productName = useProductName();
  const { conditions } = settings[flow];
  // "Only some" is chosen before its first condition is.
  const [choosesSome, setChoosesSome] = useState(false);
  const isOff = flow === "push" && !settings.push.enabled;
  const chosen = isOff
    ? "none"
    : choosesSome || hasConditions(conditions)
      ? "some"
      : "all";
  const set = (to: Conditions, isOn = true) =>
    edit((now) =>
      flow === "pull"
        ? { ...now, pull: { ...now.pull, conditions: to } }
        : {
            ...now,
            push: { ...now.push, enabled: isOn, conditions: to },
          },
    );
  const choose = (choice: string) => {
    setChoosesSome(choice === "some");
    if (choice === "none") set(conditions, false);
    else if (choice === "all") set(without(conditions));
    else set(conditions);
  };
  const options = [
    { value: "all", label: "All" },
    { value: "some", label: "Only some" },
    ...(flow === "push" ? [{ value: "none", label: "None" }] : []),
  ];
  return (
    <Flex direction="column" gap="sm" testId={`new-${flow}`}>
      <ToggleGroup
        toggleType="radioButtonList"
        inline
        label={`New ${type.plural} from ${flow === "pull" ? "HubSpot" : productName}`}
        name={`${type.type}-${flow}`}
        value={chosen}
        options={options.map((option) => ({ ...option, readOnly: locked }))}
        onChange={choose}
        testId={`${flow}-which`}
      />
      {chosen === "some" ? (
        <ConditionFields
          type={type}
          flow={flow}
          conditions={conditions}
          onChange={set}
          faultAt={(path) => faultAt(`${flow}.conditions.${path}`)}
        />
      ) : null}
      {flow === "push" && chosen !== "none" ? (
        <BroughtAlong type={type} settings={settings} />
      ) : null}
      {flow === "pull" ? <Hidden type={type} /> : null}
      <RuleCount type={type} flow={flow} />
      {chosen === "none" ? (
        <Text variant="microcopy">
          {`${atStart(productName)}'s new ${type.plural} stay out of HubSpot, and buttons can't create them either.`}
        </Text>
      ) : null}
      {flow === "push" ? (
        // Of both directions, so it's below the last one.
        <Text variant="microcopy">
          {`${type.label.plural} that are on both sides always sync.`}
        </Text>
      ) : null}
    </Flex>
  );
}

/** Keeps what was only pulled out of the product's lists (AP-045, AP-085). */
function Hidden({ type }: { type: ObjectType }) {
  const { locked } = useAt();
  const { settings, edit } = useTypeDraft(type);
  const productName = useProductName();
  if (settings.pull.visible === undefined) return null;
  return (
    <Checkbox
      name={`${type.type}-hidden`}
      checked={!settings.pull.visible}
      readOnly={locked}
      description={`${type.label.plural} that ${productName} never changed aren't in its lists. They sync all the same.`}
      onChange={(isHidden) =>
        edit((now) => ({ ...now, pull: { ...now.pull, visible: !isHidden } }))
      }
      testId="hidden"
    >
      {`Hide pulled ${type.plural} in ${productName}`}
    </Checkbox>
  );
}

function BroughtAlong({
  type,
  settings,
}: {
  type: ObjectType;
  settings: TypeSettings;
}) {
  const said = broughtAlong(type, settings);
  return said === null ? null : (
    <Text variant="microcopy" testId="brought-along">
      {said}
    </Text>
  );
}

type FieldsProps = {
  type: ObjectType;
  flow: Flow;
  conditions: Conditions;
  onChange: (conditions: Conditions) => void;
  faultAt: (path: string) => { error?: true; validationMessage?: string };
};

/** The conditions that a new record must meet, all of those that are set. */
function ConditionFields({
  type,
  flow,
  conditions,
  onChange,
  faultAt,
}: FieldsProps) {
  const { locked } = useAt();
  const productName = useProductName();
  const { stages, emailStatuses, customField, owners, wonOnly } = conditions;
  const has = (field: string) =>
    type.fields.some((known) => known.field === field);
  return (
    <>
      {has("stage") ? (
        <Stages
          type={type}
          flow={flow}
          stages={stages}
          onChange={(some) => onChange({ ...conditions, stages: some })}
        />
      ) : null}
      {wonOnly === undefined ? null : (
        <Checkbox
          name={`${flow}-won-only`}
          checked={wonOnly}
          readOnly={locked}
          onChange={(isOn) => onChange({ ...conditions, wonOnly: isOn })}
          testId={`${flow}-won-only`}
        >
          {`Only won ${type.plural}`}
        </Checkbox>
      )}
      {owners === undefined ? null : (
        <ListInput
          label="Owner is one of"
          name={`${flow}-owners`}
          description="Emails of owners, separated by commas"
          values={owners ?? []}
          readOnly={locked}
          onChange={(values) =>
            onChange({
              ...conditions,
              owners: values.length === 0 ? null : values,
            })
          }
          testId={`${flow}-owners`}
          {...faultAt("owners")}
        />
      )}
      {has("email_status") ? (
        <ListInput
          label="Email status is one of"
          name={`${flow}-email-statuses`}
          values={emailStatuses ?? []}
          readOnly={locked}
          onChange={(values) =>
            onChange({
              ...conditions,
              emailStatuses: values.length === 0 ? null : values,
            })
          }
          testId={`${flow}-email-statuses`}
          {...faultAt("emailStatuses")}
        />
      ) : null}
      <Input
        label="Custom field"
        name={`${flow}-custom-field`}
        description={`The name of a field of ${productName}, if it decides`}
        value={customField?.field ?? ""}
        readOnly={locked}
        onInput={(field) =>
          onChange({
            ...conditions,
            customField:
              field === ""
                ? null
                : { ...customField, field, values: customField?.values ?? [] },
          })
        }
        testId={`${flow}-custom-field`}
        {...faultAt("customField.field")}
      />
      {customField === null ? null : (
        <ListInput
          label={`${customField.field} is one of`}
          name={`${flow}-custom-values`}
          values={customField.values}
          readOnly={locked}
          onChange={(values) =>
            onChange({ ...conditions, customField: { ...customField, values } })
          }
          testId={`${flow}-custom-values`}
          {...faultAt("customField.values")}
        />
      )}
    </>
  );
}

/** The stages as the records have them: HubSpot's options, converted as they are mapped. */
function Stages({
  type,
  flow,
  stages,
  onChange,
}: {
  type: ObjectType;
  flow: Flow;
  stages: string[] | null;
  onChange: (stages: string[] | null) => void;
}) {
  const { server, locked } = useAt();
  const { settings } = useTypeDraft(type);
  const property = settings.mappings.find(
    ({ field }) => field === "stage",
  )?.property;
  const { value: found } = useLoaded(
    property === undefined ? null : `${type.type} ${property}`,
    () => server.options(type.type, property ?? ""),
  );
  return (
    <MultiSelect
      label="Stage is one of"
      name={`${flow}-stages`}
      value={stages ?? []}
      options={stageOptions(settings, found?.results ?? [], stages ?? [])}
      readOnly={locked}
      onChange={(values) =>
        onChange(values.length === 0 ? null : values.map(String))
      }
      testId={`${flow}-stages`}
    />
  );
}

/** What can be chosen: what is offered, and what was chosen and is no longer offered. */
function stageOptions(
  { mappings }: TypeSettings,
  options: readonly Option[],
  chosen: readonly string[],
): Option[] {
  const pairs = mappings.find(({ field }) => field === "stage")?.conversion
    .pairs;
  const values = pairs?.map(({ workspace }) => workspace);
  const offered =
    values === undefined
      ? options
      : [...new Set(values)].map((value) => ({ value, label: value }));
  return [
    ...offered,
    ...chosen
      .filter((value) => !offered.some((option) => option.value === value))
      .map((value) => ({ value, label: value })),
  ];
}
