import { Button, Divider, Flex, Text } from "@hubspot/ui-extensions";
import { useState } from "react";
import { BothValues } from "./both-values.tsx";
import { FieldEffects } from "./field-effects.tsx";
import type { SyncField, SyncView } from "./sync-view.ts";
import { fieldStates, plural, sentenceOf } from "./wording.ts";

const FIRST = 5;

/** The fields that differ, with what each button would do to them; where one side is missing, what the other holds. */
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
  const notes = new Set(fields.map(({ note }) => note));
  const [note] = fields.length > 1 && notes.size === 1 ? notes : [null];
  return (
    <Flex direction="column" gap="sm" testId="differences">
      <Text
        format={{ fontWeight: "bold" }}
      >{`${headingOf(view)} (${fields.length + moreFields})`}</Text>
      {note === null || note === undefined ? null : (
        <Text variant="microcopy">{sentenceOf(note)}</Text>
      )}
      {shown.map((field, place) => (
        <Flex
          key={field.field}
          direction="column"
          gap="xs"
          testId={`difference-${field.field}`}
        >
          {isOneSided(view) ? (
            <OnlyValue field={field} view={view} />
          ) : (
            <Difference
              field={field}
              view={view}
              note={note === field.note ? null : field.note}
            />
          )}
          {place < shown.length - 1 ? <Divider size="xs" /> : null}
        </Flex>
      ))}
      {shown.length < fields.length ? (
        <Button
          variant="transparent"
          size="xs"
          onClick={() => setAll(true)}
          testId="show-all"
        >
          {`Show ${plural(fields.length - shown.length, "more field")}`}
        </Button>
      ) : null}
      {moreFields > 0 && shown.length === fields.length ? (
        <Text variant="microcopy">{`${plural(moreFields, "more field")} not shown here.`}</Text>
      ) : null}
    </Flex>
  );
}

type RowProps = { field: SyncField; view: SyncView };

function Difference({ field, view, note }: RowProps & { note: string | null }) {
  return (
    <>
      <Text>
        <Text inline format={{ fontWeight: "demibold" }}>
          {field.label}
        </Text>
        <Text inline variant="microcopy">
          {` ${fieldStates[field.state]}`}
        </Text>
      </Text>
      <BothValues workspace={field.workspace} hubspot={field.hubspot} />
      {note === null ? null : (
        <Text variant="microcopy">{sentenceOf(note)}</Text>
      )}
      <FieldEffects field={field} view={view} />
    </>
  );
}

/** The button says already that it creates the other side with these values; what it would leave out is said here. */
function OnlyValue({ field, view }: RowProps) {
  const effect = view.record === null ? field.onPull : field.onPush;
  return (
    <>
      <Text format={{ fontWeight: "demibold" }}>{field.label}</Text>
      <Text>
        {(view.record === null ? field.hubspot : field.workspace) ?? ""}
      </Text>
      {field.note === null ? null : (
        <Text variant="microcopy">{sentenceOf(field.note)}</Text>
      )}
      {effect.writes === "nothing" ? (
        <FieldEffects field={field} view={view} />
      ) : null}
    </>
  );
}

const isOneSided = ({ record, object }: SyncView): boolean =>
  record === null || object === null;

function headingOf({ record, object }: SyncView): string {
  if (record === null) return "Only in HubSpot";
  return object === null ? "Only in the workspace" : "What differs";
}
