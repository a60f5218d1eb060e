import { Checkbox, Flex, Heading, Select, Text } from "@hubspot/ui-extensions";
import { sentenceOf } from "counterpart-kit/words.ts";
import type { ObjectType } from "./page-answer.ts";
import { useAt, useTypeDraft } from "./use-settings.ts";

type Parent = ObjectType["parents"][number];

/** What pushing a record does with a parent that HubSpot lacks, and whether records without a parent sync. */
export function ParentsSection({ type }: { type: ObjectType }) {
  return type.parents.map((parent) => (
    <ParentChoices key={parent.bring} type={type} parent={parent} />
  ));
}

function ParentChoices({
  type,
  parent: { singular, plural, bring, require, createdByHubSpot },
}: {
  type: ObjectType;
  parent: Parent;
}) {
  const { locked } = useAt();
  const { settings, edit } = useTypeDraft(type);
  return (
    <Flex direction="column" gap="sm">
      <Heading>{`Its ${singular}`}</Heading>
      <Select
        label={`When a ${type.singular} is pushed and HubSpot doesn't have its ${singular}`}
        description={`A ${type.singular} that is pushed can create its ${singular} in HubSpot, whatever the ${singular}'s own rules say.`}
        name={bring}
        value={String(settings[bring])}
        readOnly={locked}
        options={[
          { value: "if-missing", label: `Create the ${singular} in HubSpot` },
          {
            value: "always",
            label: `Create the ${singular}, and push its changes too`,
          },
          { value: "never", label: `Don't create the ${singular}` },
        ]}
        onChange={(value) => edit((now) => ({ ...now, [bring]: value }))}
        testId={bring}
      />
      {createdByHubSpot === null ? null : (
        <Text variant="microcopy" testId={`${bring}-by-hubspot`}>
          {sentenceOf(
            `HubSpot can also create ${plural} by itself, from the email domains of new ${type.plural}`,
            `Counterpart can't read this setting: in HubSpot, look at ${createdByHubSpot.place}, “${createdByHubSpot.setting}”`,
          )}
        </Text>
      )}
      <Checkbox
        name={require}
        checked={settings[require] === true}
        readOnly={locked}
        onChange={(isOn) => edit((now) => ({ ...now, [require]: isOn }))}
        testId={require}
      >
        {`Exclude ${type.plural} without a ${singular}`}
      </Checkbox>
    </Flex>
  );
}

/** What a push of new records creates besides them (AP-118); null: nothing. */
export function broughtAlong(
  type: ObjectType,
  settings: Readonly<Record<string, unknown>>,
): string | null {
  const brought = type.parents.filter(
    ({ bring }) => settings[bring] !== "never",
  );
  return brought.length === 0
    ? null
    : `Pushing a ${type.singular} also creates its ${brought.map(({ singular }) => singular).join(" and its ")} in HubSpot if HubSpot doesn't have ${brought.length === 1 ? "it" : "them"}.`;
}
