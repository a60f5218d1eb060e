import { Button, EmptyState, Flex, Text } from "@hubspot/ui-extensions";

/** What the page shows in an account in which the app is not installed. */
export function NotConnected({
  connectUrl,
  onAgain,
}: {
  connectUrl: string;
  onAgain: () => void;
}) {
  return (
    <EmptyState
      title="Connect HubSpot first"
      layout="vertical"
      testId="not-connected"
    >
      <Text>
        Counterpart isn't connected to this HubSpot account. A super admin, or a
        user who may connect marketplace apps, can connect it. The set-up then
        continues on this page.
      </Text>
      <Flex direction="row" gap="sm">
        <Button
          href={{ url: connectUrl, external: true }}
          variant="primary"
          testId="connect"
        >
          Connect HubSpot
        </Button>
        <Button variant="secondary" onClick={onAgain} testId="check-connection">
          Check again
        </Button>
      </Flex>
    </EmptyState>
  );
}
