import {
  Alert,
  Button,
  Flex,
  Heading,
  LoadingSpinner,
  SearchInput,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from "@hubspot/ui-extensions";
import type { Answer, Failure } from "counterpart-kit/ask.ts";
import { useProductName } from "counterpart-kit/product-name.ts";
import { shownValue } from "counterpart-kit/value-text.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useEffect, useRef, useState } from "react";
import type { Found, FoundRecord, ObjectType, Trial } from "./page-answer.ts";
import { TrialResult } from "./trial-result.tsx";
import { useAt } from "./use-settings.ts";

/** An answer that is waited for, or has come. */
type Asked<T> = { kind: "none" } | { kind: "waiting" } | Answer<T>;

/**
 * Finds a record of either side, and shows what the draft would do to it, and why. Nothing is written but that someone
 * has tried.
 */
export function TryRecord({
  type,
  onTried,
}: {
  type: ObjectType;
  onTried?: () => void;
}) {
  const {
    ready: { draft, page },
    server,
  } = useAt();
  const [words, setWords] = useState("");
  const [found, find] = useAsked<Found>();
  const [trial, tryOut] = useAsked<{
    of: FoundRecord;
    draft: string;
    trial: Trial;
  }>();
  if (!page.canChange) return null;
  const search = () => {
    if (words.trim() !== "") find(server.find(type.type, words.trim()));
  };
  // A page that was read again has equal settings in another object.
  const tried = JSON.stringify(draft);
  const start = (record: FoundRecord) =>
    tryOut(
      server.tryOut(type.type, record, draft).then((answer) => {
        if (answer.kind === "failed") return answer;
        onTried?.();
        return {
          kind: "answered" as const,
          value: { of: record, draft: tried, trial: answer.value },
        };
      }),
    );
  const name = `try-${type.type}`;
  return (
    <Flex direction="column" gap="sm" align="start" testId={name}>
      <SearchInput
        label={`Find a ${type.singular}`}
        name={name}
        description={
          type.identityField === null
            ? "By name"
            : `By name or ${type.identityField}`
        }
        value={words}
        onInput={setWords}
        testId={`${name}-words`}
      />
      <Button
        size="xs"
        disabled={words.trim() === "" || found.kind === "waiting"}
        onClick={search}
        testId={`${name}-search`}
      >
        {found.kind === "waiting" ? "Searching…" : "Search"}
      </Button>
      {found.kind === "failed" ? (
        <Failed failure={found} testId={`${name}-failed`} />
      ) : null}
      {found.kind === "answered" ? (
        <FoundRecords
          type={type}
          found={found.value}
          isBusy={trial.kind === "waiting"}
          onTry={start}
        />
      ) : null}
      {trial.kind === "waiting" ? (
        <LoadingSpinner label="Trying…" showLabel />
      ) : null}
      {trial.kind === "failed" ? (
        <Failed failure={trial} testId={`${name}-not-tried`} />
      ) : null}
      {trial.kind === "answered" ? (
        <>
          {trial.value.draft === tried ? null : (
            <Alert
              title="You changed settings after this try"
              variant="info"
              testId={`${name}-stale`}
            >
              <Button
                size="xs"
                onClick={() => start(trial.value.of)}
                testId={`${name}-again`}
              >
                Try again
              </Button>
            </Alert>
          )}
          <TrialResult
            type={type}
            name={trial.value.of.name}
            trial={trial.value.trial}
          />
        </>
      ) : null}
    </Flex>
  );
}

function Failed({ failure, testId }: { failure: Failure; testId: string }) {
  return (
    <Alert title={failure.title} variant="warning" testId={testId}>
      <Text>{sentenceOf(failure.message, "Nothing was changed")}</Text>
    </Alert>
  );
}

function FoundRecords({
  type,
  found: { results, reason },
  isBusy,
  onTry,
}: {
  type: ObjectType;
  found: Found;
  isBusy: boolean;
  onTry: (record: FoundRecord) => void;
}) {
  const productName = useProductName();
  const placeOf = ({ recordId, hubspotId }: FoundRecord): string =>
    recordId === null
      ? "Only in HubSpot"
      : hubspotId === null
        ? `Only in ${productName}`
        : "On both sides";
  return (
    <>
      {reason === null ? null : (
        <Text variant="microcopy" testId="find-unread">
          {sentenceOf(reason, `Only ${productName} was searched`)}
        </Text>
      )}
      {results.length === 0 ? (
        <Text testId="nothing-found">{`No ${type.plural} match.`}</Text>
      ) : (
        <Table density="condensed">
          <TableHead>
            <TableRow>
              <TableHeader>Name</TableHeader>
              <TableHeader>Where</TableHeader>
              <TableHeader> </TableHeader>
            </TableRow>
          </TableHead>
          <TableBody>
            {results.map((record) => {
              const key = record.recordId ?? `h${record.hubspotId}`;
              return (
                <TableRow key={key} testId={`found-${key}`}>
                  <TableCell>
                    <Text>{shownValue(record.name)}</Text>
                    {record.identity === null ? null : (
                      <Text variant="microcopy">
                        {shownValue(record.identity)}
                      </Text>
                    )}
                  </TableCell>
                  <TableCell>{placeOf(record)}</TableCell>
                  <TableCell>
                    <Button
                      size="xs"
                      disabled={isBusy}
                      onClick={() => onTry(record)}
                      testId={`try-${key}`}
                    >
                      Try
                    </Button>
                  </TableCell>
                </TableRow>
              );
            })}
          </TableBody>
        </Table>
      )}
    </>
  );
}

/** The newest of the answers that were asked for; one that comes late is ignored. */
function useAsked<T>(): [Asked<T>, (answer: Promise<Answer<T>>) => void] {
  const [asked, setAsked] = useState<Asked<T>>({ kind: "none" });
  const turn = useRef(0);
  useEffect(() => () => void (turn.current += 1), []);
  const ask = (answer: Promise<Answer<T>>) => {
    const mine = (turn.current += 1);
    setAsked({ kind: "waiting" });
    void answer.then((come) => {
      if (mine === turn.current) setAsked(come);
    });
  };
  return [asked, ask];
}

/** The section of a type's rules where a record is tried. */
export function TryRecordSection({ type }: { type: ObjectType }) {
  const {
    ready: { page },
  } = useAt();
  if (!page.canChange) return null;
  return (
    <Flex direction="column" gap="sm">
      <Heading>{`Try these settings on one ${type.singular}`}</Heading>
      <Text variant="microcopy">
        {`Shows what the settings on this page would do to it, saved or not, and why. The ${type.singular} isn't changed.`}
      </Text>
      <TryRecord type={type} />
    </Flex>
  );
}
