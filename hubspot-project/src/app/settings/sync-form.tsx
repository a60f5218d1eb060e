import { Flex, Text, ToggleGroup } from "@hubspot/ui-extensions";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { BrakeSection } from "./brake-section.tsx";
import { DuplicatesSection } from "./duplicates-section.tsx";
import { NewOwnerSection } from "./new-owner-section.tsx";
import { NewRecords } from "./new-records.tsx";
import type { ObjectType } from "./page-answer.ts";
import { ParentsSection } from "./parents-section.tsx";
import { TryRecordSection } from "./try-record.tsx";
import { TypeSwitch } from "./type-switch.tsx";
import { useAt, useTypeDraft } from "./use-settings.ts";

/** Which records of a type sync, and what happens to conflicts, deletions, and merges. */
export function SyncForm({ type }: { type: ObjectType }) {
  return (
    <Flex direction="column" gap="lg" testId={`${type.type}-sync`}>
      {type.optional ? <TypeSwitch type={type} /> : null}
      <NewRecords type={type} flow="pull" />
      <NewRecords type={type} flow="push" />
      <ParentsSection type={type} />
      <NewOwnerSection type={type} />
      <Conflicts type={type} />
      <Endings type={type} />
      <DuplicatesSection type={type} />
      <BrakeSection type={type} />
      <TryRecordSection type={type} />
    </Flex>
  );
}

/** Who wins if both sides changed a field. A policy that this page doesn't know stays as it is. */
export function policyOptions(
  productName: string,
  chosen?: string,
): { value: string; label: string; description: string }[] {
  const known = [
    {
      value: "initiator",
      label: "The last to act wins",
      description: "The side that starts the sync: its change, or its click",
    },
    {
      value: "hubspot",
      label: "HubSpot wins",
      description: `${atStart(productName)} gets HubSpot's value`,
    },
    {
      value: "workspace",
      label: `${atStart(productName)} wins`,
      description: `HubSpot gets the value of ${productName}`,
    },
    {
      value: "newest",
      label: "The newer change wins",
      description: "The value that was changed later replaces the other",
    },
    {
      value: "hold",
      label: "Ask",
      description: "Someone chooses on the record's card",
    },
  ];
  return chosen === undefined || known.some(({ value }) => value === chosen)
    ? known
    : [...known, { value: chosen, label: chosen, description: "" }];
}

function Conflicts({ type }: { type: ObjectType }) {
  const { locked } = useAt();
  const { settings, edit } = useTypeDraft(type);
  const productName = useProductName();
  return (
    <ToggleGroup
      toggleType="radioButtonList"
      label="Changed on both sides"
      name={`${type.type}-policy`}
      value={settings.policy}
      options={policyOptions(productName, settings.policy).map((option) => ({
        ...option,
        readOnly: locked,
      }))}
      onChange={(policy: string) => edit((now) => ({ ...now, policy }))}
      testId="policy"
    />
  );
}

/** What the other side does after a deletion, and after a merge in HubSpot. */
function Endings({ type }: { type: ObjectType }) {
  const { locked } = useAt();
  const { settings, edit } = useTypeDraft(type);
  const productName = useProductName();
  return (
    <>
      {type.deletes ? (
        <ToggleGroup
          toggleType="radioButtonList"
          label="Deleted on one side"
          name={`${type.type}-deletion`}
          value={settings.deletionSync ? "delete" : "keep"}
          options={[
            {
              value: "keep",
              label: "Keep and unlink",
              description: `The other side keeps its ${type.singular}`,
              readOnly: locked,
            },
            {
              value: "delete",
              label: "Delete on the other side too",
              description:
                "Deleted records can be restored for 90 days. Many deletions at once need approval",
              readOnly: locked,
            },
          ]}
          onChange={(value: string) =>
            edit((now) => ({ ...now, deletionSync: value === "delete" }))
          }
          testId="deletion"
        />
      ) : null}
      {type.merges ? (
        <Flex direction="column" gap="xs">
          <ToggleGroup
            toggleType="radioButtonList"
            label="Merged in HubSpot"
            name={`${type.type}-merge`}
            value={settings.mergeSync ? "merge" : "keep"}
            options={[
              {
                value: "keep",
                label: `Keep both in ${productName}`,
                readOnly: locked,
              },
              {
                value: "merge",
                label: `Merge in ${productName} too`,
                readOnly: locked,
              },
            ]}
            onChange={(value: string) =>
              edit((now) => ({ ...now, mergeSync: value === "merge" }))
            }
            testId="merge"
          />
          <Text variant="microcopy">
            {`Counterpart never merges ${type.plural} by itself. To merge duplicates, merge them in HubSpot.`}
          </Text>
        </Flex>
      ) : null}
    </>
  );
}
