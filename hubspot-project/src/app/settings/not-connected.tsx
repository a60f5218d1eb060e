import { Button, EmptyState, Text } from "@hubspot/ui-extensions";

/** What the page shows in an account in which the app is not installed. */
export function NotConnected({ connectUrl }: { connectUrl: string }) {
  return (
    <EmptyState
      title="Connect HubSpot first"
      layout="vertical"
      testId="not-connected"
    >
      <Text>
        Counterpart isn't connected to this HubSpot account. A super admin, or a
        user who may connect marketplace apps, can connect it.
      </Text>
      <Button
        href={{ url: connectUrl, external: true }}
        variant="primary"
        testId="connect"
      >
        Connect HubSpot
      </Button>
    </EmptyState>
  );
}
