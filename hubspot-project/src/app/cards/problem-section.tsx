import { Alert, Flex, LoadingButton, Text } from "@hubspot/ui-extensions";
import type { Problem } from "./sync-view.ts";
import { when } from "./times.ts";
import type { Clock } from "./times.ts";
import { plural, sentenceOf } from "./wording.ts";

type Props = {
  problem: Problem;
  clock: Clock;
  busy: boolean;
  retrying: boolean;
  onRetry: (attentionId: string) => void;
};

/** What went wrong, what would fix it, and Retry. */
export function ProblemSection({
  problem,
  clock,
  busy,
  retrying,
  onRetry,
}: Props) {
  const { id, cause, fix, since, attempts, correlationId, retry } = problem;
  return (
    <Alert title={cause} variant="danger" testId="problem">
      <Flex direction="column" gap="xs" align="start">
        <Text testId="fix">{sentenceOf(fix)}</Text>
        <Text variant="microcopy">
          {sentenceOf(
            `First seen ${when(since, clock)}, tried ${plural(attempts, "time")}`,
            correlationId === null
              ? null
              : `For HubSpot’s support: ${correlationId}`,
          )}
        </Text>
        <LoadingButton
          size="xs"
          variant="secondary"
          loading={retrying}
          disabled={busy || !retry.allowed}
          onClick={() => onRetry(id)}
          testId="retry"
        >
          {retrying ? "Trying again…" : "Retry"}
        </LoadingButton>
        {retry.allowed || retry.reason === null ? null : (
          <Text variant="microcopy" testId="retry-reason">
            {sentenceOf(retry.reason)}
          </Text>
        )}
      </Flex>
    </Alert>
  );
}
