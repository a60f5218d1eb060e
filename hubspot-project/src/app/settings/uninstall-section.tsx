import { Accordion, Button, Flex, List, Text } from "@hubspot/ui-extensions";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import { useProductName } from "counterpart-kit/product-name.ts";
import { useAt } from "./use-settings.ts";

/** Ends the connection. What stays is said before it is done. */
export function UninstallSection() {
  const { ready, session, locked } = useAt();
  const productName = useProductName();
  const stays = [
    `Records stay as they are, in HubSpot and in ${productName}.`,
    "Links, settings, and history are kept for 90 days, so that you can connect again.",
    "Cards are removed from HubSpot, and nothing syncs anymore.",
  ];
  return (
    <Accordion title="Uninstall" size="sm">
      <Flex direction="column" gap="sm" align="start">
        <List variant="unordered-styled">
          {stays.map((line) => (
            <Text key={line}>{line}</Text>
          ))}
        </List>
        <Button
          variant="destructive"
          size="sm"
          disabled={locked}
          overlay={
            <ConfirmModal
              id="confirm-uninstall"
              title="Uninstall Counterpart?"
              label="Uninstall Counterpart"
              onConfirm={session.uninstall}
            >
              <Text>
                {`HubSpot and ${productName} no longer sync. No record is deleted.`}
              </Text>
            </ConfirmModal>
          }
          testId="uninstall"
        >
          {ready.busy === "uninstall" ? "Uninstalling…" : "Uninstall"}
        </Button>
      </Flex>
    </Accordion>
  );
}
