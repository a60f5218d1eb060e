import {
  Alert,
  Button,
  ButtonRow,
  Flex,
  LoadingButton,
  Text,
} from "@hubspot/ui-extensions";
import { plural } from "counterpart-kit/words.ts";
import { CheckModal } from "./check-modal.tsx";
import { useAt } from "./use-settings.ts";

/** That something is not saved yet, above the tabs, so that it is seen on each of them. */
export function UnsavedAlert() {
  const {
    ready: { unsaved, conflict },
  } = useAt();
  if (unsaved === 0 || conflict !== null) return null;
  return (
    <Alert
      title={`${plural(unsaved, "change")} ${unsaved === 1 ? "isn't" : "aren't"} saved`}
      variant="info"
      testId="unsaved"
    >
      <Text>
        Changes apply when you save them. If you leave this page, they are lost.
      </Text>
    </Alert>
  );
}

/** Save, which first shows what it will do, and Discard. */
export function SaveBar() {
  const { ready, session, server, locked } = useAt();
  const { draft, unsaved, conflict, busy } = ready;
  return (
    <Flex direction="column" gap="xs" testId="save-bar">
      <ButtonRow>
        <LoadingButton
          variant="primary"
          loading={busy === "save"}
          disabled={locked || conflict !== null}
          overlay={
            <CheckModal
              id="confirm-save"
              title={`Save ${plural(unsaved, "change")}?`}
              label="Save settings"
              look={() => server.check(draft)}
              replay={() => server.replay(draft)}
              onFaults={session.found}
              onConfirm={() => session.save(false)}
              onApply={() => session.save(true)}
            />
          }
          testId="save"
        >
          {busy === "save" ? "Saving…" : "Save settings"}
        </LoadingButton>
        <Button
          variant="secondary"
          disabled={locked}
          onClick={session.discard}
          testId="discard"
        >
          Discard changes
        </Button>
      </ButtonRow>
      {conflict === null ? null : (
        <Text variant="microcopy">
          Someone saved settings after you opened this page. Choose above what
          happens to your changes.
        </Text>
      )}
    </Flex>
  );
}
