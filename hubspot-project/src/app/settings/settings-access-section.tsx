import { Button, Flex, Heading, List, Text } from "@hubspot/ui-extensions";
import { useAt } from "./use-settings.ts";

/** Who can change settings, and the permission with which HubSpot's super admins can too. */
export function SettingsAccessSection() {
  const { ready } = useAt();
  const { superAdmins, installation } = ready.page;
  return (
    <Flex direction="column" gap="sm" testId="settings-access-section">
      <Heading>Who can change settings</Heading>
      <List variant="unordered-styled">
        <Text>People with the permission Settings</Text>
        <Text>{`${installation.syncUser.email}, who connected HubSpot`}</Text>
        {superAdmins.known ? (
          <Text testId="super-admins">
            Super admins of the HubSpot account, unless they are deactivated on
            this page
          </Text>
        ) : null}
      </List>
      {superAdmins.known ? null : (
        <>
          <Text testId="super-admins">
            Super admins of the HubSpot account can change settings too if
            Counterpart may ask HubSpot who they are. To allow that, connect
            again and grant the permission settings.users.read. Settings, links,
            and the API key stay.
          </Text>
          <Flex direction="row">
            <Button
              size="sm"
              href={{ url: superAdmins.askUrl, external: true }}
              testId="ask-super-admins"
            >
              Connect and grant
            </Button>
          </Flex>
        </>
      )}
    </Flex>
  );
}
