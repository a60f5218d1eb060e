import {
  Flex,
  LoadingSpinner,
  ProgressBar,
  Text,
} from "@hubspot/ui-extensions";
import type { Run } from "./sync-view.ts";
import { counted, sentenceOf } from "./wording.ts";

/** How far a run is that this object waits for (null: not known yet). */
export function RunProgress({ run }: { run: Run | null }) {
  if (run === null || run.counts.requested === 0)
    return (
      <LoadingSpinner
        label={run?.state === "queued" ? "Waiting for its turn…" : "Under way…"}
        showLabel
        size="sm"
      />
    );
  const { requested, created, updated, unchanged, skipped, held, failed } =
    run.counts;
  const done = created + updated + unchanged + skipped + held + failed;
  return (
    <Flex direction="column" gap="xs" testId="run-progress">
      <ProgressBar
        title={
          run.state === "paused"
            ? "Paused"
            : run.state === "queued"
              ? "Waiting for its turn"
              : "Under way"
        }
        value={done}
        maxValue={requested}
        valueDescription={`${counted(done)} of ${counted(requested)}`}
        variant={run.state === "paused" ? "warning" : "success"}
      />
      {run.reason === null ? null : (
        <Text variant="microcopy">{sentenceOf(run.reason)}</Text>
      )}
    </Flex>
  );
}
