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
import { CheckModal, Sentences } from "./check-modal.tsx";
import { PageButtons, useListPages } from "./list-pages.tsx";
import type { Check, Replay, Version } from "./page-answer.ts";
import type { SettingsServer } from "./settings-server.ts";
import { useAnswer } from "./use-answer.ts";
import { useAt } from "./use-settings.ts";

/** Every document that was saved, newest first: who, when, what changed, and the way back. */
export function VersionsTab() {
  const { ready, server } = useAt();
  const { version } = ready.page;
  const pages = useListPages();
  // Read again when a version is added.
  const { answer, again } = useAnswer(
    JSON.stringify([pages.cursor, version]),
    () => server.versions(pages.cursor),
  );
  if (answer === null)
    return (
      <LoadingSpinner label="Loading versions…" showLabel layout="centered" />
    );
  if (answer.kind === "failed")
    return (
      <LoadFailed
        title={answer.title}
        message={answer.message}
        onAgain={again}
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
      <PageButtons pages={pages} next={next} labels={["Newer", "Older"]} />
    </Flex>
  );
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
                title={`Roll back to version ${version}?`}
                label="Roll back"
                look={() => whatRollBackDoes(server, version)}
                replay={() => replayOf(server, version)}
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

/** What of the last day would have gone differently under an earlier version. */
async function replayOf(
  server: SettingsServer,
  version: number,
): Promise<Answer<Replay>> {
  const earlier = await server.version(version);
  return earlier.kind === "answered"
    ? server.replay(earlier.value.settings)
    : earlier;
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
