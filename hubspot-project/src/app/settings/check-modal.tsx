import {
  Alert,
  Button,
  Flex,
  Heading,
  List,
  LoadingSpinner,
  Modal,
  ModalBody,
  ModalFooter,
  Text,
  useExtensionActions,
} from "@hubspot/ui-extensions";
import type { Answer, Failure } from "counterpart-kit/ask.ts";
import { More } from "counterpart-kit/confirm-modal.tsx";
import { counted, sentenceOf } from "counterpart-kit/words.ts";
import { useRef, useState } from "react";
import type { Check, Fault, Replay } from "./page-answer.ts";
import { ReplayPart } from "./replay-part.tsx";

type Props = {
  id: string;
  title: string;
  /** The button that saves. */
  label: string;
  /** Asks the server what saving would do. */
  look: () => Promise<Answer<Check>>;
  /** Asks the server what of the last day would have gone differently. */
  replay?: () => Promise<Answer<Replay>>;
  onFaults?: (faults: readonly Fault[]) => void;
  onConfirm: () => void;
  /** Saves, and applies changed mappings to existing records; absent where that isn't possible. */
  onApply?: () => void;
};

/** Effects after which something is no longer where it was. */
const removing = new Set(["deletions_followed", "pipeline_removed"]);

/** The most lines of each list; the rest is counted. */
const most = 8;

/** What saving would do, asked when the question opens: what changes, what that means for records, what HubSpot rejects. */
export function CheckModal({
  id,
  title,
  label,
  look,
  replay,
  onFaults,
  onConfirm,
  onApply,
}: Props) {
  const actions = useExtensionActions<"settings">();
  const [answer, setAnswer] = useState<Answer<Check> | null>(null);
  // Opened again, the question shows only what that opening asked for.
  const openings = useRef(0);
  const load = () => {
    const mine = (openings.current += 1);
    setAnswer(null);
    void look().then((come) => {
      if (mine !== openings.current) return;
      setAnswer(come);
      if (come.kind === "answered") onFaults?.(come.value.errors);
    });
  };
  const check = answer?.kind === "answered" ? answer.value : null;
  const deletes =
    check?.effects.some(({ code }) => removing.has(code)) === true;
  const maySave = check !== null && check.errors.length === 0;
  const apply =
    onApply !== undefined && maySave && check.apply?.refusal === null
      ? { count: check.apply.count, go: onApply }
      : null;
  return (
    <Modal
      id={id}
      title={title}
      width="md"
      variant={deletes ? "danger" : "default"}
      onOpen={load}
      testId={id}
    >
      <ModalBody>
        <Flex direction="column" gap="md">
          {answer === null ? (
            <LoadingSpinner
              label="Checking what will change…"
              showLabel
              layout="centered"
            />
          ) : answer.kind === "failed" ? (
            <NotChecked failure={answer} onAgain={load} />
          ) : (
            <WhatChanges
              check={answer.value}
              mayApply={onApply !== undefined}
            />
          )}
          {maySave && check.changes.length > 0 && replay !== undefined ? (
            <ReplayPart load={replay} />
          ) : null}
        </Flex>
      </ModalBody>
      <ModalFooter>
        {apply === null ? null : (
          <Button
            variant={deletes ? "destructive" : "primary"}
            onClick={() => {
              actions.closeOverlay(id);
              apply.go();
            }}
            testId={`${id}-apply`}
          >
            {`Apply to all ${counted(apply.count)}`}
          </Button>
        )}
        <Button
          variant={
            apply !== null ? "secondary" : deletes ? "destructive" : "primary"
          }
          disabled={!maySave}
          onClick={() => {
            actions.closeOverlay(id);
            onConfirm();
          }}
          testId={`${id}-confirm`}
        >
          {apply === null ? label : "Only from now on"}
        </Button>
        <Button
          variant={apply === null ? "secondary" : "transparent"}
          onClick={() => actions.closeOverlay(id)}
          testId={`${id}-cancel`}
        >
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function NotChecked({
  failure,
  onAgain,
}: {
  failure: Failure;
  onAgain: () => void;
}) {
  return (
    <Alert title={failure.title} variant="danger" testId="not-checked">
      <Flex direction="column" gap="xs" align="start">
        <Text>{sentenceOf(failure.message, "Nothing was saved")}</Text>
        <Button size="xs" onClick={onAgain} testId="check-again">
          Try again
        </Button>
      </Flex>
    </Alert>
  );
}

function WhatChanges({ check, mayApply }: { check: Check; mayApply: boolean }) {
  const { errors, changes, effects, warnings, apply } = check;
  if (errors.length > 0)
    return (
      <Alert
        title="These settings can't be saved"
        variant="danger"
        testId="errors"
      >
        <Sentences
          lines={errors.map(
            ({ path, message }) => `${placeOf(path)}${message}`,
          )}
        />
      </Alert>
    );
  return (
    <>
      {changes.length === 0 ? (
        <Text testId="no-changes">Nothing changes.</Text>
      ) : (
        <Part title="What changes" testId="changes">
          <Sentences lines={changes.map(({ sentence }) => sentence)} />
        </Part>
      )}
      {effects.length > 0 ? (
        <Part title="What this does to existing records" testId="effects">
          <Sentences lines={effects.map(({ sentence }) => sentence)} />
        </Part>
      ) : null}
      {mayApply && apply !== null ? (
        <Text testId="apply-to-existing">
          {apply.refusal === null
            ? "Changed mappings reach a record when it changes. Applied to all, they fill blanks now. Values that differ follow the mapping's direction and conflict rule; if the last to act wins, they stay."
            : sentenceOf(
                "Changed mappings can't be applied to existing records now",
                apply.refusal,
                "Saved, they reach a record when it changes",
              )}
        </Text>
      ) : null}
      {warnings.length > 0 ? (
        <Alert
          title="HubSpot doesn't allow all of this"
          variant="warning"
          testId="warnings"
        >
          <Sentences lines={warnings.map(({ message }) => message)} />
        </Alert>
      ) : null}
    </>
  );
}

function Part({
  title,
  testId,
  children,
}: {
  title: string;
  testId: string;
  children: React.ReactNode;
}) {
  return (
    <Flex direction="column" gap="xs" testId={testId}>
      <Heading>{title}</Heading>
      {children}
    </Flex>
  );
}

/** A list of sentences, cut after the first ones. */
export function Sentences({ lines }: { lines: readonly string[] }) {
  const shown = lines.slice(0, most);
  return (
    <>
      <List variant="unordered-styled">
        {shown.map((line, place) => (
          <Text key={place}>{sentenceOf(line)}</Text>
        ))}
      </List>
      <More count={lines.length - shown.length} />
    </>
  );
}

/** Fields of the page by their place in the document: an admin knows their labels. */
const labels: ReadonlyMap<string, string> = new Map([
  ["productName", "Name"],
  ["recordUrl", "Record link"],
  ["retention.journalDays", "Keep history for (days)"],
]);

/** "settings.contact.mappings.3.property" as "contact.mappings.3.property: ", for what is wrong outside a field on the page. */
const placeOf = (path: string): string => {
  const place = path.replace(/^settings\.?/, "");
  return place === "" ? "" : `${labels.get(place) ?? place}: `;
};
