import { Alert, Button, Flex, Tab, Tabs, Text } from "@hubspot/ui-extensions";
import { AppliedRuns } from "./applied-runs.tsx";
import { ConflictAlert } from "./conflict-alert.tsx";
import { ConnectionTab } from "./connection-tab.tsx";
import { OwnersTab } from "./owners-tab.tsx";
import { PageBanner } from "./page-banner.tsx";
import { PeopleTab } from "./people-tab.tsx";
import { SaveBar, UnsavedAlert } from "./save-bar.tsx";
import { TypeTab } from "./type-tab.tsx";
import { useAt } from "./use-settings.ts";
import { VersionsTab } from "./versions-tab.tsx";

/** The page's tabs, and above them what concerns all of them. Only the open tab is drawn. */
export function ReadyPage({ tab }: { tab: string }) {
  const {
    ready: { page, asleep, unsaved },
    session,
    open,
  } = useAt();
  const [place = "", part = "sync"] = tab.split("/");
  return (
    <Flex direction="column" gap="md">
      <PageBanner />
      {page.canChange ? null : (
        <Alert
          title="You can view settings, but not change them"
          variant="info"
          testId="no-permission"
        >
          <Text>{page.whyNot}</Text>
        </Alert>
      )}
      {asleep ? (
        <Alert title="Updates are paused" variant="info" testId="asleep">
          <Button size="xs" onClick={session.refresh} testId="refresh">
            Refresh
          </Button>
        </Alert>
      ) : null}
      <AppliedRuns />
      <ConflictAlert />
      <UnsavedAlert />
      <Tabs
        selected={place}
        onSelectedChange={(to: string | number) => open(String(to))}
        testId="tabs"
      >
        <Tab tabId="connection" title="Connection">
          {place === "connection" ? <ConnectionTab /> : null}
        </Tab>
        {page.types.map((type) => (
          <Tab key={type.type} tabId={type.type} title={type.label.plural}>
            {place === type.type ? (
              <TypeTab
                type={type}
                part={part}
                onPart={(to) => open(`${type.type}/${to}`)}
              />
            ) : null}
          </Tab>
        ))}
        <Tab tabId="people" title="People">
          {place === "people" ? <PeopleTab /> : null}
        </Tab>
        <Tab tabId="owners" title="Owners">
          {place === "owners" ? <OwnersTab /> : null}
        </Tab>
        <Tab tabId="versions" title="Versions">
          {place === "versions" ? <VersionsTab /> : null}
        </Tab>
      </Tabs>
      {page.canChange && unsaved > 0 ? <SaveBar /> : null}
    </Flex>
  );
}
