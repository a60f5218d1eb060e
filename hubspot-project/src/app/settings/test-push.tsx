import { Button, Flex, Text } from "@hubspot/ui-extensions";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import { plural, sentenceOf } from "counterpart-kit/words.ts";
import { useEffect, useState } from "react";
import type { ObjectType, Run } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

/** Between two looks at a run, in milliseconds, and the most looks: five minutes. */
const PAUSE = 1_000;
const LOOKS = 300;

type State =
  | { kind: "idle" }
  | { kind: "starting" }
  | { kind: "following"; runId: string; count: number }
  | { kind: "said"; text: string };

/** Pushes ten records of a type, and says what came of it, so that an admin sees them in HubSpot before all follow. */
export function TestPush({ type }: { type: ObjectType }) {
  const { server, locked } = useAt();
  const productName = useProductName();
  const [state, setState] = useState<State>({ kind: "idle" });
  useFollowed(state, (text) => setState({ kind: "said", text }));
  const isBusy = state.kind === "starting" || state.kind === "following";
  const id = `test-push-${type.type}`;
  const start = () => {
    setState({ kind: "starting" });
    void server.testPush(type.type).then((answer) => {
      if (answer.kind === "failed")
        setState({
          kind: "said",
          text: sentenceOf(answer.message || answer.title),
        });
      else if (answer.value.runId === null)
        setState({
          kind: "said",
          text: `HubSpot has all ${type.plural} of ${productName}.`,
        });
      else
        setState({
          kind: "following",
          runId: answer.value.runId,
          count: answer.value.count,
        });
    });
  };
  return (
    <Flex direction="column" gap="xs" align="start">
      <Button
        size="xs"
        disabled={locked || isBusy}
        overlay={
          <ConfirmModal
            id={`confirm-${id}`}
            title={`Push 10 ${type.plural} to HubSpot?`}
            label={`Push ${type.plural}`}
            tone="default"
            onConfirm={start}
          >
            <Text>
              {`The ${type.plural} of ${productName} that changed last and aren't in HubSpot are created there, as your saved rules say.`}
            </Text>
          </ConfirmModal>
        }
        testId={id}
      >
        {isBusy ? "Pushing…" : `Push 10 ${type.plural}`}
      </Button>
      {state.kind === "following" ? (
        <Text variant="microcopy">
          {`Pushing ${plural(state.count, type.singular, type.plural)}…`}
        </Text>
      ) : null}
      {state.kind === "said" ? (
        <Text variant="microcopy" testId={`${id}-said`}>
          {state.text}
        </Text>
      ) : null}
    </Flex>
  );
}

/** Looks at a run until it ends, and says how. */
function useFollowed(state: State, onEnd: (text: string) => void): void {
  const { server, session } = useAt();
  const runId = state.kind === "following" ? state.runId : null;
  useEffect(() => {
    if (runId === null) return;
    let looks = 0;
    let next: ReturnType<typeof setTimeout> | undefined;
    let isCurrent = true;
    const look = async () => {
      const answer = await server.run(runId);
      if (!isCurrent) return;
      const ended =
        answer.kind === "answered" &&
        ["done", "failed"].includes(answer.value.state);
      if (ended) {
        onEnd(countsOf(answer.value));
        // The step may be done now.
        session.refresh();
      } else if (++looks === LOOKS)
        onEnd("Still in progress. Refresh the page to see how it ended.");
      else next = setTimeout(() => void look(), PAUSE);
    };
    void look();
    return () => {
      isCurrent = false;
      clearTimeout(next);
    };
  }, [server, session, runId]);
}

/** "8 created, 2 excluded." */
function countsOf({ counts, reason }: Run): string {
  const said = [
    [counts.created, "created"],
    [counts.updated, "updated"],
    [counts.unchanged, "already in sync"],
    [counts.skipped, "excluded"],
    [counts.held, "with conflicts"],
    [counts.failed, "failed"],
  ] as const;
  const parts = said
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`);
  return sentenceOf(
    parts.length === 0 ? "There was nothing to do" : parts.join(", "),
    reason,
  );
}
