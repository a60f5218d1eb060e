import { Divider, Flex } from "@hubspot/ui-extensions";
import { PeopleSection } from "./people-section.tsx";
import { SettingsAccessSection } from "./settings-access-section.tsx";
import { SyncUserSection } from "./sync-user-section.tsx";
import { UnknownUsersSection } from "./unknown-users-section.tsx";

/** Who may do what: the product's people, everybody else in HubSpot, and in whose name Counterpart syncs. */
export function PeopleTab() {
  return (
    <Flex direction="column" gap="lg" testId="people">
      <PeopleSection />
      <Divider />
      <UnknownUsersSection />
      <Divider />
      <SyncUserSection />
      <Divider />
      <SettingsAccessSection />
    </Flex>
  );
}
