import {
  Button,
  DescriptionList,
  DescriptionListItem,
  Divider,
  Flex,
  Heading,
  Text,
} from "@hubspot/ui-extensions";
import { useState } from "react";
import { BothValues } from "./both-values.tsx";
import { FieldEffects } from "./field-effects.tsx";
import { isLong, OneValue } from "./one-value.tsx";
import type { SyncField, SyncView } from "./sync-view.ts";
import { WholeValueButton } from "./whole-value.tsx";
import { plural, sentenceOf } from "counterpart-kit/words.ts";
import { fieldState } from "./wording.ts";

const FIRST = 5;

/** The fields that differ, with what each button would do to them; if one side is missing, what the other has. */
export function DifferenceList({
  fields,
  view,
}: {
  /** Those of the view that are not shown elsewhere on the card. */
  fields: SyncField[];
  view: SyncView;
}) {
  const [all, setAll] = useState(false);
  if (fields.length === 0) return null;
  const shown = all ? fields : fields.slice(0, FIRST);
  const { moreFields } = view;
  const shared = sharedNotes(fields);
  const noteOf = ({ field, note }: SyncField): string | null =>
    // The problem above says it, and what to do about it.
    shared.includes(note ?? "") || hasProblem(view, field) ? null : note;
  return (
    <Flex direction="column" gap="sm" testId="differences">
      <Heading>{`${headingOf(view)} (${fields.length + moreFields})`}</Heading>
      {shared.length === 0 ? null : (
        <Text variant="microcopy">{sentenceOf(...shared)}</Text>
      )}
      {isOneSided(view) ? (
        <DescriptionList direction="row">
          {shown.map((field) => (
            <DescriptionListItem
              key={field.field}
              label={field.label}
              testId={`difference-${field.field}`}
            >
              <OnlyValue field={field} view={view} note={noteOf(field)} />
            </DescriptionListItem>
          ))}
        </DescriptionList>
      ) : (
        shown.map((field, place) => (
          <Flex
            key={field.field}
            direction="column"
            gap="xs"
            testId={`difference-${field.field}`}
          >
            <Difference field={field} view={view} note={noteOf(field)} />
            {place < shown.length - 1 ? <Divider size="xs" /> : null}
          </Flex>
        ))
      )}
      {shown.length < fields.length ? (
        <Flex direction="row">
          <Button
            variant="transparent"
            size="xs"
            onClick={() => setAll(true)}
            testId="show-all"
          >
            {`Show ${plural(fields.length - shown.length, "more field")}`}
          </Button>
        </Flex>
      ) : null}
      {moreFields > 0 && shown.length === fields.length ? (
        <Text variant="microcopy">{`${plural(moreFields, "more field")} not shown here.`}</Text>
      ) : null}
    </Flex>
  );
}

type RowProps = { field: SyncField; view: SyncView; note: string | null };

const newerSides: Partial<Record<SyncField["state"], "workspace" | "hubspot">> =
  { changed_in_workspace: "workspace", changed_in_hubspot: "hubspot" };

function Difference({ field, view, note }: RowProps) {
  return (
    <>
      <Text>
        <Text inline format={{ fontWeight: "demibold" }}>
          {field.label}
        </Text>
        <Text inline variant="microcopy">
          {` ${fieldState(field.state, view.productName)}`}
        </Text>
      </Text>
      <BothValues of={field} newer={newerSides[field.state] ?? null} />
      {note === null ? null : (
        <Text variant="microcopy">{sentenceOf(note)}</Text>
      )}
      <FieldEffects field={field} view={view} />
    </>
  );
}

/** The button says already that it creates the other side with these values; what it would exclude is said here. */
function OnlyValue({ field, view, note }: RowProps) {
  const effect = view.record === null ? field.onPull : field.onPush;
  const value = view.record === null ? field.hubspot : field.workspace;
  return (
    <>
      <OneValue value={value} />
      {isLong(value) ? (
        <WholeValueButton field={field.field} label={field.label} />
      ) : null}
      {note === null ? null : (
        <Text variant="microcopy">{sentenceOf(note)}</Text>
      )}
      {effect.writes === "nothing" ? (
        <FieldEffects field={field} view={view} />
      ) : null}
    </>
  );
}

/** Notes that several fields have, to be said once for all of them. */
const sharedNotes = (fields: SyncField[]): string[] => [
  ...new Set(
    fields.flatMap(({ field, note }) =>
      note !== null &&
      fields.some((other) => other.field !== field && other.note === note)
        ? [note]
        : [],
    ),
  ),
];

const hasProblem = ({ problems }: SyncView, field: string): boolean =>
  problems.some(
    (problem) => problem.record === null && problem.field === field,
  );

const isOneSided = ({ record, object }: SyncView): boolean =>
  record === null || object === null;

function headingOf({ record, object, productName }: SyncView): string {
  if (record === null) return "Only in HubSpot";
  return object === null ? `Only in ${productName}` : "Differences";
}
