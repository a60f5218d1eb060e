import { Button, Flex, Text } from "@hubspot/ui-extensions";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import { plural, sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import { none, outcomeOf, useFollowedRuns } from "./follow-runs.ts";
import type { ObjectType } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

type State =
  | { kind: "idle" }
  | { kind: "starting" }
  | { kind: "following"; runIds: readonly string[]; count: number }
  | { kind: "said"; text: string };

/** Pushes ten records of a type, and says what came of it, so that an admin sees them in HubSpot before all follow. */
export function TestPush({ type }: { type: ObjectType }) {
  const { server, session, locked } = useAt();
  const productName = useProductName();
  const [state, setState] = useState<State>({ kind: "idle" });
  useFollowedRuns(state.kind === "following" ? state.runIds : none, (ended) => {
    setState({ kind: "said", text: outcomeOf(ended) });
    // The step may be done now.
    session.refresh();
  });
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
          runIds: [answer.value.runId],
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
