import {
  Button,
  Flex,
  LoadingSpinner,
  Text,
  useDebounce,
} from "@hubspot/ui-extensions";
import type { Answer } from "counterpart-kit/ask.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useEffect, useRef, useState } from "react";
import type { SettingsDocument } from "./document.ts";
import { settingsOf } from "./document.ts";
import type { Count, ObjectType } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

type Flow = "pull" | "push";

/**
 * How many records that aren't synced meet the rules of the draft. Those of the product are counted as soon as a rule was
 * changed; HubSpot's only when someone asks, because its search has a limit that sync needs.
 */
export function RuleCount({ type, flow }: { type: ObjectType; flow: Flow }) {
  const {
    ready: { draft, page },
    server,
    locked,
  } = useAt();
  const rules = rulesOf(draft, page.types, type, flow);
  const isChanged = rules !== rulesOf(page.settings, page.types, type, flow);
  const { state, count } = useCount(rules, () =>
    server.count(type.type, flow, draft),
  );
  const settled = useDebounce(rules, 300);
  useEffect(() => {
    if (flow === "push" && isChanged && settled === rules && !locked) count();
    // Only when a rule has stopped changing.
  }, [settled]);
  if (!page.canChange) return null;
  const isBusy = state.kind === "counting";
  return (
    <Flex direction="column" gap="xs" align="start" testId={`${flow}-count`}>
      {state.kind === "counting" ? (
        <LoadingSpinner
          size="xs"
          label={
            flow === "pull"
              ? "Counting in HubSpot…"
              : `Counting ${type.plural}…`
          }
          showLabel
        />
      ) : null}
      {state.kind === "come" ? <Counted answer={state.answer} /> : null}
      {state.kind === "come" && state.answer.kind === "answered" ? null : (
        <Button
          size="xs"
          variant="transparent"
          disabled={isBusy}
          onClick={count}
          testId={`${flow}-count-start`}
        >
          {flow === "pull"
            ? `Count ${type.plural} in HubSpot`
            : `Count ${type.plural}`}
        </Button>
      )}
    </Flex>
  );
}

function Counted({ answer }: { answer: Answer<Count> }) {
  return answer.kind === "answered" ? (
    <Text variant="microcopy">{sentenceOf(...answer.value.sentences)}</Text>
  ) : (
    <Text variant="microcopy">
      {sentenceOf("Couldn't count", answer.message || answer.title)}
    </Text>
  );
}

/** What of a document a count depends on, as text: another text makes a count out of date. */
function rulesOf(
  document: SettingsDocument,
  types: readonly ObjectType[],
  type: ObjectType,
  flow: Flow,
): string {
  const settings = settingsOf(document, type.type);
  return JSON.stringify([
    settings[flow],
    type.parents.map(({ require }) => settings[require]),
    // Whether a parent is pulled is up to its own type's rules.
    flow === "pull"
      ? [
          settings.mappings,
          types.map((each) => settingsOf(document, each.type).pull),
        ]
      : null,
  ]);
}

type State =
  | { kind: "none" }
  | { kind: "counting" }
  | { kind: "come"; answer: Answer<Count> };

/** One count at a time: rules that change meanwhile are counted when it has come, if they are the newest by then. */
function useCount(
  rules: string,
  ask: () => Promise<Answer<Count>>,
): { state: State; count: () => void } {
  const [come, setCome] = useState<{
    rules: string;
    answer: Answer<Count>;
  } | null>(null);
  const [counting, setCounting] = useState(false);
  const newest = useRef({ rules, ask });
  newest.current = { rules, ask };
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const isBusy = useRef(false);
  const again = useRef(false);
  const count = () => {
    if (isBusy.current) {
      again.current = true;
      return;
    }
    isBusy.current = true;
    setCounting(true);
    const { rules: asked, ask: askFor } = newest.current;
    void askFor().then((answer) => {
      isBusy.current = false;
      if (!isShown.current) return;
      setCounting(false);
      setCome({ rules: asked, answer });
      const isOld = again.current && newest.current.rules !== asked;
      again.current = false;
      if (isOld) count();
    });
  };
  const state: State = counting
    ? { kind: "counting" }
    : come !== null && come.rules === rules
      ? { kind: "come", answer: come.answer }
      : { kind: "none" };
  return { state, count };
}
