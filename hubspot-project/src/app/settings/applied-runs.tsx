import { Alert, Text, useExtensionActions } from "@hubspot/ui-extensions";
import { counted, sentenceOf } from "counterpart-kit/words.ts";
import { useMemo, useState } from "react";
import { countsOf, useFollowedRuns } from "./follow-runs.ts";
import type { MappingRun, Run } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

/** How far saved mappings are applied to existing records, whoever saved them. */
export function AppliedRuns() {
  const {
    ready: { page, started },
  } = useAt();
  // One that has ended here may still be in a page that was read before.
  const [ended, setEnded] = useState<readonly string[]>([]);
  const known = new Map(
    [...started, ...page.applying].map((run) => [run.runId, run]),
  );
  return [...known.values()]
    .filter(({ runId }) => !ended.includes(runId))
    .map((run) => (
      <AppliedRun
        key={run.runId}
        run={run}
        onEnd={() => setEnded((before) => [...before, run.runId])}
      />
    ));
}

function AppliedRun({
  run: { objectType, runId },
  onEnd,
}: {
  run: MappingRun;
  onEnd: () => void;
}) {
  const { ready, session } = useAt();
  const actions = useExtensionActions<"settings">();
  const [isLeft, setIsLeft] = useState(false);
  const plural =
    ready.page.types.find(({ type }) => type === objectType)?.plural ??
    "records";
  const runIds = useMemo(() => [runId], [runId]);
  const followed = useFollowedRuns(runIds, (ended) => {
    const [run] = ended ?? [];
    if (run === undefined) return setIsLeft(true);
    actions.addAlert({
      type: run.state === "done" ? "success" : "warning",
      title:
        run.state === "done"
          ? `Mappings were applied to existing ${plural}`
          : `Mappings couldn't be applied to all existing ${plural}`,
      message: countsOf([run]),
    });
    onEnd();
    session.refresh();
  });
  return (
    <Alert
      title={`Applying mappings to existing ${plural}`}
      variant="info"
      testId={`applying-${objectType}`}
    >
      <Text>
        {isLeft
          ? "Still in progress. Refresh the page to see how it ended."
          : sentenceOf(progressOf(followed, plural), "You can leave this page")}
      </Text>
    </Alert>
  );
}

function progressOf(run: Run | null, plural: string): string {
  if (run === null || run.state === "queued") return "Queued";
  if (run.state === "paused")
    return run.reason === null ? "Paused" : `Paused: ${run.reason}`;
  const { created, updated, unchanged, skipped, held, failed } = run.counts;
  const checked = created + updated + unchanged + skipped + held + failed;
  return `${counted(checked)} ${plural} checked so far`;
}
