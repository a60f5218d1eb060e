import {
  Alert,
  ButtonRow,
  Flex,
  LoadingButton,
  Text,
} from "@hubspot/ui-extensions";
import type { Press } from "./ask-server.ts";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import type { Approval } from "./sync-view.ts";
import { withIsolatedQuotes } from "counterpart-kit/value-text.ts";
import { sentenceOf } from "counterpart-kit/words.ts";

type Props = {
  approvals: Approval[];
  busy: boolean;
  press: Press | null;
  onPress: (press: Press) => void;
};

/** What needs an approval in the whole account, such as many deletions at once. */
export function ApprovalSection({ approvals, busy, press, onPress }: Props) {
  return (
    <>
      {approvals.map(({ id, cause, fix, choices, refused }, place) => (
        <Alert
          key={id}
          title={withIsolatedQuotes(cause)}
          variant="warning"
          testId={`approval-${id}`}
        >
          <Flex direction="column" gap="xs" align="start">
            <Text>{sentenceOf(fix)}</Text>
            <ButtonRow>
              {keepingFirst(choices).map(({ choice, label, destructive }) => {
                const decide = () =>
                  onPress({ action: "resolve", attentionId: id, choice });
                return (
                  <LoadingButton
                    key={choice}
                    size="xs"
                    variant={destructive ? "destructive" : "secondary"}
                    loading={
                      press?.action === "resolve" &&
                      "attentionId" in press &&
                      press.attentionId === id &&
                      press.choice === choice
                    }
                    disabled={busy || refused !== null}
                    {...(destructive
                      ? {
                          overlay: (
                            <ConfirmModal
                              id={`confirm-approval-${id}`}
                              title={`${label}?`}
                              label={label}
                              onConfirm={decide}
                            >
                              <Text>{sentenceOf(cause)}</Text>
                            </ConfirmModal>
                          ),
                        }
                      : { onClick: decide })}
                    testId={`approval-${choice}-${id}`}
                  >
                    {approvals.length > 1
                      ? `${label} (${place + 1} of ${approvals.length})`
                      : label}
                  </LoadingButton>
                );
              })}
            </ButtonRow>
            {refused === null ? null : (
              <Text variant="microcopy" testId={`approval-refused-${id}`}>
                {sentenceOf(refused)}
              </Text>
            )}
          </Flex>
        </Alert>
      ))}
    </>
  );
}

/** Destructive choices come last, where they are less likely to be clicked by mistake. */
const keepingFirst = (choices: Approval["choices"]): Approval["choices"] => [
  ...choices.filter(({ destructive }) => !destructive),
  ...choices.filter(({ destructive }) => destructive),
];
