import {
  Button,
  EmptyState,
  Flex,
  LoadingSpinner,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from "@hubspot/ui-extensions";
import type { Answer } from "counterpart-kit/ask.ts";
import { LoadFailed } from "counterpart-kit/load-failed.tsx";
import { dateAndTime } from "counterpart-kit/times.ts";
import { useEffect, useState } from "react";
import { CheckModal, Sentences } from "./check-modal.tsx";
import type { Check, Version, Versions } from "./page-answer.ts";
import type { SettingsServer } from "./settings-server.ts";
import { useAt } from "./use-settings.ts";

/** Every document that was saved, newest first: who, when, what changed, and the way back. */
export function VersionsTab() {
  const { ready, server } = useAt();
  const { version } = ready.page;
  // The cursors of the pages before this one; the newest page has none.
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1) ?? null;
  const [answer, load] = useVersions(server, cursor, version);
  if (answer === null)
    return (
      <LoadingSpinner label="Loading versions…" showLabel layout="centered" />
    );
  if (answer.kind === "failed")
    return (
      <LoadFailed
        title={answer.title}
        message={answer.message}
        onAgain={load}
      />
    );
  const { results, next } = answer.value;
  if (results.length === 0)
    return (
      <EmptyState title="No versions yet" layout="vertical" testId="empty">
        <Text>Each time someone saves settings, a version is kept here.</Text>
      </EmptyState>
    );
  return (
    <Flex direction="column" gap="sm" testId="versions">
      <Table density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>Version</TableHeader>
            <TableHeader>Saved</TableHeader>
            <TableHeader>What changed</TableHeader>
            <TableHeader> </TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {results.map((saved) => (
            <VersionRow key={saved.version} saved={saved} newest={version} />
          ))}
        </TableBody>
      </Table>
      {cursors.length > 0 || next !== null ? (
        <Flex direction="row" gap="sm">
          <Button
            size="xs"
            disabled={cursors.length === 0}
            onClick={() => setCursors(cursors.slice(0, -1))}
            testId="newer"
          >
            Newer
          </Button>
          <Button
            size="xs"
            disabled={next === null}
            onClick={() => {
              if (next !== null) setCursors([...cursors, next]);
            }}
            testId="older"
          >
            Older
          </Button>
        </Flex>
      ) : null}
    </Flex>
  );
}

/** A page of versions, read again when a version is added. A late response is ignored. */
function useVersions(
  server: SettingsServer,
  cursor: string | null,
  version: number,
): [Answer<Versions> | null, () => void] {
  const [answer, setAnswer] = useState<Answer<Versions> | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    void server.versions(cursor).then((come) => {
      if (isCurrent) setAnswer(come);
    });
    return () => {
      isCurrent = false;
    };
  }, [server, cursor, version, turn]);
  return [
    answer,
    () => {
      setAnswer(null);
      setTurn(turn + 1);
    },
  ];
}

function VersionRow({ saved, newest }: { saved: Version; newest: number }) {
  const { ready, session, server, clock, locked } = useAt();
  const { version, savedAt, savedBy, changes } = saved;
  return (
    <TableRow testId={`version-${version}`}>
      <TableCell>{String(version)}</TableCell>
      <TableCell>
        <Text>{dateAndTime(savedAt, clock.locale)}</Text>
        <Text variant="microcopy">{savedBy}</Text>
      </TableCell>
      <TableCell>
        {changes.length === 0 ? (
          <Text variant="microcopy">
            {version === 1 ? "The settings at first" : "Nothing"}
          </Text>
        ) : (
          <Sentences lines={changes.map(({ sentence }) => sentence)} />
        )}
      </TableCell>
      <TableCell>
        {version === newest ? (
          <Text variant="microcopy">In use</Text>
        ) : (
          <Button
            size="xs"
            disabled={locked || ready.unsaved > 0}
            overlay={
              <CheckModal
                id={`roll-back-${version}`}
                title={`Go back to version ${version}?`}
                label="Roll back"
                look={() => whatRollBackDoes(server, version)}
                onConfirm={() => session.rollBack(version)}
              />
            }
            testId={`roll-back-${version}-open`}
          >
            Roll back
          </Button>
        )}
      </TableCell>
    </TableRow>
  );
}

/** What saving an earlier version again would do now. */
async function whatRollBackDoes(
  server: SettingsServer,
  version: number,
): Promise<Answer<Check>> {
  const earlier = await server.version(version);
  return earlier.kind === "answered"
    ? server.check(earlier.value.settings)
    : earlier;
}
