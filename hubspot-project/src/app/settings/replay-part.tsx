import {
  Alert,
  Button,
  Flex,
  Heading,
  List,
  LoadingSpinner,
  Text,
} from "@hubspot/ui-extensions";
import type { Answer } from "counterpart-kit/ask.ts";
import { More } from "counterpart-kit/confirm-modal.tsx";
import { when } from "counterpart-kit/times.ts";
import { isolated } from "counterpart-kit/value-text.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useEffect, useRef, useState } from "react";
import type { Replay } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

/** The most examples that are listed; the rest is counted. */
const MOST = 8;

type State =
  | { kind: "idle" }
  | { kind: "loading" }
  | { kind: "come"; answer: Answer<Replay> };

/**
 * What of the last day would have gone differently under settings that aren't saved. It's computed when someone asks for
 * it, because it may take seconds.
 */
export function ReplayPart({ load }: { load: () => Promise<Answer<Replay>> }) {
  const [state, setState] = useState<State>({ kind: "idle" });
  // Closed meanwhile, the part is gone.
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const start = () => {
    setState({ kind: "loading" });
    void load().then((answer) => {
      if (isShown.current) setState({ kind: "come", answer });
    });
  };
  return (
    <Flex direction="column" gap="xs" align="start" testId="replay">
      <Heading>The last day under these settings</Heading>
      {state.kind === "idle" ? (
        <>
          <Text variant="microcopy">
            Decides the last day's changes again, without changing anything.
            This can take a few seconds.
          </Text>
          <Button size="xs" onClick={start} testId="replay-start">
            Show what would differ
          </Button>
        </>
      ) : state.kind === "loading" ? (
        <LoadingSpinner label="Deciding the last day again…" showLabel />
      ) : state.answer.kind === "failed" ? (
        <Alert
          title={state.answer.title}
          variant="warning"
          testId="replay-failed"
        >
          <Flex direction="column" gap="xs" align="start">
            <Text>{sentenceOf(state.answer.message)}</Text>
            <Text>You can save all the same.</Text>
            <Button size="xs" onClick={start} testId="replay-again">
              Try again
            </Button>
          </Flex>
        </Alert>
      ) : (
        <Replayed replay={state.answer.value} />
      )}
    </Flex>
  );
}

function Replayed({ replay }: { replay: Replay }) {
  const { clock } = useAt();
  const { sentences, examples, changes, leftOut } = replay;
  const shown = examples.slice(0, MOST);
  const all = changes.differently + leftOut.differently;
  return (
    <>
      {sentences.map((sentence, place) => (
        <Text key={place} testId={`replay-sentence-${place}`}>
          {sentenceOf(sentence)}
        </Text>
      ))}
      {shown.length === 0 ? null : (
        <List variant="unordered-styled" testId="replay-examples">
          {shown.map(({ journalId, at, name, was, wouldBe }) => (
            <Flex key={journalId} direction="column" gap="flush">
              <Text>
                <Text inline format={{ fontWeight: "demibold" }}>
                  {isolated(name)}
                </Text>
                <Text inline variant="microcopy">
                  {` ${when(at, clock)}`}
                </Text>
              </Text>
              <Text variant="microcopy">{`Then: ${sentenceOf(was)}`}</Text>
              <Text variant="microcopy">{`Instead: ${sentenceOf(wouldBe)}`}</Text>
            </Flex>
          ))}
        </List>
      )}
      {shown.length === 0 ? null : <More count={all - shown.length} />}
    </>
  );
}
