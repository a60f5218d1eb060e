import { Flex, Text } from "@hubspot/ui-extensions";
import { saidAbove, unsaid } from "./said-once.ts";
import type { Button, SyncView } from "./sync-view.ts";
import { listed } from "counterpart-kit/words.ts";

type Named = { name: "sync" | "pull" | "push"; label: string };

const buttons: readonly Named[] = [
  { name: "sync", label: "Sync now" },
  { name: "pull", label: "Pull from HubSpot" },
  { name: "push", label: "Push to HubSpot" },
];

/**
 * What each of the three buttons would do, or why it is disabled and what would help. A sentence that several buttons
 * share is shown once, and a sentence that is already shown above isn't repeated.
 */
export function ButtonLines({
  view,
  silent,
}: {
  view: SyncView;
  /** A button whose sentence from the server isn't true anymore, because something else was chosen. */
  silent: Named["name"] | null;
}) {
  const said = saidAbove(view);
  const groups = new Map<string, Named[]>();
  for (const named of buttons) {
    const sentence =
      named.name === silent ? "" : sentenceFor(view[named.name], said);
    groups.set(sentence, [...(groups.get(sentence) ?? []), named]);
  }
  const lines = [...groups].filter(([sentence]) => sentence !== "");
  if (lines.length === 0) return null;
  return (
    <Flex direction="column" gap="flush" testId="actions-say">
      {lines.map(([sentence, named]) => (
        <Text
          key={sentence}
          variant="microcopy"
          testId={`${named.map(({ name }) => name).join("-")}-says`}
        >
          {named.length === buttons.length ? null : (
            <Text
              inline
              variant="microcopy"
              format={{ fontWeight: "demibold" }}
            >
              {`${listed(named.map(({ label }) => label))}: `}
            </Text>
          )}
          {sentence}
        </Text>
      ))}
    </Flex>
  );
}

function sentenceFor(
  { allowed, idle, summary, reason, remedy }: Button,
  said: readonly string[],
): string {
  if (!allowed) return unsaid([reason, remedy], said);
  // A server of the previous version gives no reason for it.
  if (!idle || reason === null) return unsaid([summary], []);
  return ["Nothing to do.", unsaid([reason], said)].join(" ").trim();
}
