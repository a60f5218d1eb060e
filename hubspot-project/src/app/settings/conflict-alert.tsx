import { Alert, Button, Flex, Heading, Text } from "@hubspot/ui-extensions";
import { when } from "counterpart-kit/times.ts";
import { Sentences } from "./check-modal.tsx";
import { useAt } from "./use-settings.ts";

/** That somebody else saved meanwhile, with what both changed, and the two ways on. Nothing is overwritten. */
export function ConflictAlert() {
  const {
    ready: { conflict },
    session,
    clock,
    locked,
  } = useAt();
  if (conflict === null) return null;
  const { savedBy, savedAt, theirs, yours } = conflict;
  return (
    <Alert
      title={`${savedBy ?? "Someone"} changed these settings${savedAt === null ? "" : ` ${when(savedAt, clock)}`}`}
      variant="warning"
      testId="conflict"
    >
      <Flex direction="column" gap="sm" align="start">
        <Text>Your changes weren't saved.</Text>
        {theirs.length > 0 ? (
          <Flex direction="column" gap="xs" testId="theirs">
            <Heading>Saved meanwhile</Heading>
            <Sentences lines={theirs.map(({ sentence }) => sentence)} />
          </Flex>
        ) : null}
        {yours.length > 0 ? (
          <Flex direction="column" gap="xs" testId="yours">
            <Heading>Your changes</Heading>
            <Sentences lines={yours.map(({ sentence }) => sentence)} />
          </Flex>
        ) : null}
        <Flex direction="row" gap="sm" wrap>
          <Button
            size="xs"
            disabled={locked}
            onClick={session.keepMine}
            testId="keep-mine"
          >
            Load them, keep mine
          </Button>
          <Button
            size="xs"
            disabled={locked}
            onClick={session.discard}
            testId="discard-mine"
          >
            Discard mine
          </Button>
        </Flex>
      </Flex>
    </Alert>
  );
}
