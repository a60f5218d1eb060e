import { Flex, LoadingSpinner, ProgressBar } from "@hubspot/ui-extensions";
import type { Setup } from "./sync-view.ts";
import { counted } from "counterpart-kit/words.ts";

/** How far the first pull is. */
export function SetupSection({ setup: { progress } }: { setup: Setup }) {
  if (progress === null) return null;
  return (
    <Flex direction="column" gap="xs" testId="setup">
      {progress.total === null ? (
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
