import {
  Alert,
  DescriptionList,
  DescriptionListItem,
  Flex,
  Heading,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Tag,
  Text,
} from "@hubspot/ui-extensions";
import { CheckList } from "counterpart-kit/check-list.tsx";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { isolated, shownValue } from "counterpart-kit/value-text.ts";
import { plural, sentenceOf } from "counterpart-kit/words.ts";
import type { ObjectType, Trial } from "./page-answer.ts";

/** What settings would do to one record: by themselves, by each button, and field by field, with the engine's reasons. */
export function TrialResult({
  type,
  name,
  trial,
}: {
  type: ObjectType;
  name: string;
  trial: Trial;
}) {
  const { paused, automatic, sync, push, pull, checks } = trial;
  const productName = useProductName();
  const bySide = [
    ...(pull === null
      ? []
      : [{ label: "When HubSpot changes it", outcome: automatic.hubspot }]),
    ...(push === null
      ? []
      : [
          {
            label: `When ${productName} changes it`,
            outcome: automatic.workspace,
          },
        ]),
  ];
  const [first, second] = bySide;
  const isSame =
    first !== undefined && first.outcome.reason === second?.outcome.reason;
  const rows = [
    ...(isSame && first !== undefined
      ? [{ label: "By itself", outcome: first.outcome }]
      : bySide),
    { label: "Sync now", outcome: sync },
    ...(pull === null ? [] : [{ label: "Pull", outcome: pull }]),
    ...(push === null ? [] : [{ label: "Push", outcome: push }]),
  ];
  return (
    <Flex direction="column" gap="sm" testId="trial">
      <Heading>{isolated(name)}</Heading>
      {paused === null ? null : (
        <Alert
          title="Nothing would sync right now"
          variant="info"
          testId="trial-paused"
        >
          <Text>{sentenceOf(paused.reason)}</Text>
        </Alert>
      )}
      <DescriptionList direction="column">
        {rows.map(({ label, outcome: { reason, fix } }) => (
          <DescriptionListItem key={label} label={label}>
            <Text>{sentenceOf(reason, fix)}</Text>
          </DescriptionListItem>
        ))}
      </DescriptionList>
      <CheckList checks={checks} />
      <Differences type={type} trial={trial} />
    </Flex>
  );
}

type Field = Trial["fields"][number];

const newerSides: Partial<Record<Field["state"], "workspace" | "hubspot">> = {
  changed_in_workspace: "workspace",
  changed_in_hubspot: "hubspot",
};

/** The fields to which something would happen: both sides' values, or those of the side that has it. */
function Differences({
  type,
  trial: { fields, moreFields, pull, push },
}: {
  type: ObjectType;
  trial: Trial;
}) {
  const productName = useProductName();
  if (fields.length === 0)
    return (
      <Text variant="microcopy">{`No field of this ${type.singular} would change.`}</Text>
    );
  const isOnBoth = pull !== null && push !== null;
  return (
    <>
      <Table density="condensed" testId="trial-fields">
        <TableHead>
          <TableRow>
            <TableHeader>Field</TableHeader>
            {pull === null ? null : <TableHeader>HubSpot</TableHeader>}
            {push === null ? null : (
              <TableHeader>{atStart(productName)}</TableHeader>
            )}
            {isOnBoth ? <TableHeader>State</TableHeader> : null}
          </TableRow>
        </TableHead>
        <TableBody>
          {fields.map(({ field, label, hubspot, workspace, state, note }) => (
            <TableRow key={field} testId={`trial-field-${field}`}>
              <TableCell>
                <Text>{label}</Text>
                {note === null ? null : (
                  <Text variant="microcopy">{sentenceOf(note)}</Text>
                )}
              </TableCell>
              {pull === null ? null : (
                <TableCell>
                  <Value
                    value={hubspot}
                    isNewer={newerSides[state] === "hubspot"}
                  />
                </TableCell>
              )}
              {push === null ? null : (
                <TableCell>
                  <Value
                    value={workspace}
                    isNewer={newerSides[state] === "workspace"}
                  />
                </TableCell>
              )}
              {isOnBoth ? (
                <TableCell>
                  <Tag variant={stateOf(state, productName).variant}>
                    {stateOf(state, productName).label}
                  </Tag>
                </TableCell>
              ) : null}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {moreFields === 0 ? null : (
        <Text variant="microcopy">{`${plural(moreFields, "more field")} not shown here.`}</Text>
      )}
    </>
  );
}

function Value({ value, isNewer }: { value: string | null; isNewer: boolean }) {
  return (
    <Text format={{ fontWeight: isNewer ? "bold" : "regular" }}>
      {shownValue(value)}
    </Text>
  );
}

type Look = {
  label: string;
  variant: "default" | "warning" | "error" | "info";
};

/** Where a field has changed, as a tag. */
function stateOf(state: Field["state"], productName: string): Look {
  switch (state) {
    case "changed_in_workspace":
      return { label: `Changed in ${productName}`, variant: "info" };
    case "changed_in_hubspot":
      return { label: "Changed in HubSpot", variant: "info" };
    case "changed_in_both":
      return { label: "Changed on both sides", variant: "warning" };
    case "differs":
      return { label: "Differs", variant: "default" };
    case "parked":
      return { label: "Rejected value", variant: "error" };
    case "held":
      return { label: "Conflict", variant: "warning" };
  }
}
