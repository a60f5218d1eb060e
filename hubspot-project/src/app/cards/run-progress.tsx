import {
  Flex,
  LoadingSpinner,
  ProgressBar,
  Text,
} from "@hubspot/ui-extensions";
import type { Run } from "./sync-view.ts";
import { counted, sentenceOf } from "counterpart-kit/words.ts";

type Props = { run: Run | null; message: string | null };

/** The progress of this object's run (null: not known yet), and the server's message when the run started. */
export function RunProgress({ run, message }: Props) {
  return (
    <Flex direction="column" gap="xs" testId="run-progress">
      {message === null ? null : <Text>{sentenceOf(message)}</Text>}
      <HowFar run={run} />
      {run === null || run.reason === null ? null : (
        <Text variant="microcopy">{sentenceOf(run.reason)}</Text>
      )}
    </Flex>
  );
}

function HowFar({ run }: { run: Run | null }) {
  const waiting = run?.state === "queued";
  if (run === null || run.counts.requested === 0)
    return (
      <LoadingSpinner
        label={waiting ? "Queued…" : "In progress…"}
        showLabel
        size="sm"
      />
    );
  const { requested, created, updated, unchanged, skipped, held, failed } =
    run.counts;
  const done = created + updated + unchanged + skipped + held + failed;
  const paused = run.state === "paused";
  return (
    <ProgressBar
      title={paused ? "Paused" : waiting ? "Queued" : "In progress"}
      value={done}
      maxValue={requested}
      valueDescription={`${counted(done)} of ${counted(requested)}`}
      variant={paused ? "warning" : "success"}
    />
  );
}
