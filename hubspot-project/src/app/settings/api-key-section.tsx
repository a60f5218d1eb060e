import {
  Alert,
  Button,
  Flex,
  Heading,
  Text,
  useExtensionActions,
} from "@hubspot/ui-extensions";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import { atStart, useProductName } from "counterpart-kit/product-name.ts";
import { when } from "counterpart-kit/times.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { useState } from "react";
import { useAt } from "./use-settings.ts";

/** A new API key for the product's developers, shown once. */
export function ApiKeySection() {
  const { ready, session, server, clock, locked } = useAt();
  const productName = useProductName();
  const current = ready.page.apiKey;
  const actions = useExtensionActions<"settings">();
  const [key, setKey] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const make = () => {
    setMaking(true);
    void server.newKey(true).then((answer) => {
      setMaking(false);
      if (answer.kind === "answered") {
        setKey(answer.value.apiKey);
        session.refresh();
      } else
        actions.addAlert({
          type: "danger",
          title: answer.title,
          message: sentenceOf(
            answer.message,
            answer.certain
              ? "The current key is still valid"
              : "A new key may have been created. Create another one to be sure which key is valid",
          ),
        });
    });
  };
  return (
    <Flex direction="column" gap="sm" testId="api-key-section">
      <Heading>API key</Heading>
      <Text>
        {`${atStart(productName)}'s developers use the key to read and write records of this account. A key is shown once, when it's created.`}
      </Text>
      {current === null ? null : (
        <Text testId="current-key">
          {`The key in use ends with ${current.hint}, and was created ${when(current.madeAt, clock)}.`}
        </Text>
      )}
      {key === null ? (
        <Flex direction="row">
          <Button
            size="sm"
            disabled={locked || making}
            overlay={
              <ConfirmModal
                id="confirm-key"
                title="Create a new API key?"
                label="Create new key"
                onConfirm={make}
              >
                <Text>
                  The current key stops working after an hour. Until then, give
                  the new key to your developers.
                </Text>
              </ConfirmModal>
            }
            testId="new-key"
          >
            {making ? "Creating…" : "Create new key"}
          </Button>
        </Flex>
      ) : (
        <Alert
          title="Copy this API key now"
          variant="success"
          testId="issued-key"
        >
          <Flex direction="column" gap="xs" align="start">
            <Text>{key}</Text>
            <Text variant="microcopy">
              It won't be shown again. The earlier key works for another hour.
            </Text>
            <Flex direction="row" gap="sm">
              <Button
                size="xs"
                onClick={() => void actions.copyTextToClipboard(key)}
                testId="copy-key"
              >
                Copy key
              </Button>
              <Button
                size="xs"
                variant="transparent"
                onClick={() => setKey(null)}
                testId="hide-key"
              >
                Hide key
              </Button>
            </Flex>
          </Flex>
        </Alert>
      )}
    </Flex>
  );
}
