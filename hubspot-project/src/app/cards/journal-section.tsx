import { Accordion, Flex, Text } from "@hubspot/ui-extensions";
import { ChangeLines } from "./change-lines.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import type { JournalEntry } from "./sync-view.ts";
import { startedBy, when } from "counterpart-kit/times.ts";
import type { Clock } from "counterpart-kit/times.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { actionTitle } from "./wording.ts";

/** What was done to this object and its record lately, newest first. */
export function JournalSection({
  journal,
  clock,
}: {
  journal: JournalEntry[];
  clock: Clock;
}) {
  const productName = useProductName();
  if (journal.length === 0) return null;
  return (
    <Accordion title="Recent activity" size="sm" testId="journal">
      <Flex direction="column" gap="sm">
        {journal.map(({ id, at, action, by, reason, changes }) => (
          <Flex key={id} direction="column" gap="flush" testId={`entry-${id}`}>
            <Text>
              <Text inline format={{ fontWeight: "demibold" }}>
                {actionTitle(action)}
              </Text>
              <Text inline variant="microcopy">
                {` ${when(at, clock)} ${startedBy(by, productName)}`}
              </Text>
            </Text>
            {reason === "" ? null : (
              <Text variant="microcopy">{sentenceOf(reason)}</Text>
            )}
            <ChangeLines changes={changes} atMost={5} />
          </Flex>
        ))}
      </Flex>
    </Accordion>
  );
}
