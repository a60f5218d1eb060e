import {
  Flex,
  LoadingSpinner,
  ProgressBar,
  Text,
} from "@hubspot/ui-extensions";
import type { Setup } from "./sync-view.ts";
import { dateAndTime, when } from "./times.ts";
import type { Clock } from "./times.ts";
import { counted } from "./wording.ts";

/** When sync begins by itself, or how far the first pull is. */
export function SetupSection({ setup, clock }: { setup: Setup; clock: Clock }) {
  const { endsAt, progress } = setup;
  return (
    <Flex direction="column" gap="xs" testId="setup">
      {endsAt === null ? null : (
        <Text>
          {Date.parse(endsAt) - clock.now > 60_000
            ? `Sync starts ${when(endsAt, clock)} (${dateAndTime(endsAt, clock.locale)}).`
            : "Sync is about to start."}
        </Text>
      )}
      {progress === null ? null : progress.total === null ? (
        <LoadingSpinner
          label={`First pull: ${counted(progress.done)} so far`}
          showLabel
          size="sm"
        />
      ) : (
        <ProgressBar
          title="First pull"
          value={progress.done}
          maxValue={progress.total}
          valueDescription={`${counted(progress.done)} of ${counted(progress.total)}`}
        />
      )}
    </Flex>
  );
}
