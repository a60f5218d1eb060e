import { Button, Divider, Flex, Text } from "@hubspot/ui-extensions";
import { useState } from "react";
import { BothValues } from "./both-values.tsx";
import type { FieldEffect, SyncField } from "./sync-view.ts";
import { effectSentence, fieldStates, plural, sentenceOf } from "./wording.ts";

const FIRST = 5;

/** The fields that differ: both values, and what each button would do to them. */
export function DifferenceList({
  fields,
  moreFields,
}: {
  fields: SyncField[];
  moreFields: number;
}) {
  const [all, setAll] = useState(false);
  if (fields.length === 0) return null;
  const shown = all ? fields : fields.slice(0, FIRST);
  return (
    <Flex direction="column" gap="sm" testId="differences">
      <Text
        format={{ fontWeight: "bold" }}
      >{`What differs (${fields.length + moreFields})`}</Text>
      {shown.map((field, place) => (
        <Flex
          key={field.field}
          direction="column"
          gap="xs"
          testId={`difference-${field.field}`}
        >
          <Text>
            <Text inline format={{ fontWeight: "demibold" }}>
              {field.label}
            </Text>
            <Text inline variant="microcopy">
              {` ${fieldStates[field.state]}`}
            </Text>
          </Text>
          <BothValues workspace={field.workspace} hubspot={field.hubspot} />
          {field.note === null ? null : (
            <Text variant="microcopy">{sentenceOf(field.note)}</Text>
          )}
          <Effects onPull={field.onPull} onPush={field.onPush} />
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

/** What Pull and Push would do to one field; said once where both would do the same. */
export function Effects({
  onPull,
  onPush,
}: {
  onPull: FieldEffect;
  onPush: FieldEffect;
}) {
  const [pull, push] = [effectSentence(onPull), effectSentence(onPush)];
  if (pull === push) return <Effect who="Pull or Push" what={pull} />;
  return (
    <>
      <Effect who="Pull" what={pull} />
      <Effect who="Push" what={push} />
    </>
  );
}

function Effect({ who, what }: { who: string; what: string }) {
  return (
    <Text variant="microcopy">
      <Text inline variant="microcopy" format={{ fontWeight: "demibold" }}>
        {who}
      </Text>
      {` ${what}`}
    </Text>
  );
}
