import {
  Accordion,
  Button,
  DescriptionList,
  DescriptionListItem,
  Divider,
  Flex,
  Heading,
  Link,
  LoadingButton,
  StatusTag,
  Text,
} from "@hubspot/ui-extensions";
import { ConfirmModal } from "counterpart-kit/confirm-modal.tsx";
import { dateAndTime, when } from "counterpart-kit/times.ts";
import type { Clock } from "counterpart-kit/times.ts";
import {
  capitalized,
  counted,
  plural,
  sentenceOf,
} from "counterpart-kit/words.ts";
import { ApiKeySection } from "./api-key-section.tsx";
import { AutomaticSection } from "./automatic-section.tsx";
import { Checklist } from "./checklist.tsx";
import { settingsOf } from "./document.ts";
import { isBeforeFirstPull } from "./page-answer.ts";
import { DriftSection } from "./drift-section.tsx";
import type { Installation } from "./page-answer.ts";
import { ProductSection } from "./product-section.tsx";
import { UninstallSection } from "./uninstall-section.tsx";
import { useAt } from "./use-settings.ts";

const tags: Readonly<
  Record<
    Installation["state"],
    { label: string; variant: "success" | "info" | "warning" | "danger" }
  >
> = {
  "setting-up": { label: "Setting up", variant: "info" },
  "first-pull": { label: "First pull", variant: "info" },
  active: { label: "Active", variant: "success" },
  held: { label: "Paused", variant: "warning" },
  disconnected: { label: "Disconnected", variant: "danger" },
  uninstalled: { label: "Disconnected", variant: "danger" },
};

/** How the account is connected, and what isn't of one object type. */
export function ConnectionTab() {
  const { ready } = useAt();
  const isSetUp = ready.page.checklist.every(({ done }) => done);
  return (
    <Flex direction="column" gap="lg" testId="connection">
      {isSetUp ? null : (
        <>
          <Checklist />
          <Divider />
        </>
      )}
      <StatusSection />
      <Divider />
      <DriftSection />
      <Divider />
      <ProductSection />
      <Divider />
      <AutomaticSection />
      <Divider />
      <ApiKeySection />
      {isSetUp ? (
        <Accordion title="Set-up checklist" size="sm">
          <Checklist />
        </Accordion>
      ) : null}
      <UninstallSection />
    </Flex>
  );
}

function StatusSection() {
  const { ready, session, clock, locked } = useAt();
  const { installation, connected, connectUrl, helpUrl } = ready.page;
  const { state, since, syncUser, chosenSyncUser, scopes, warnings, portalId } =
    installation;
  const missing = warnings.filter(({ code }) => code === "missing_capability");
  // Types that are turned on, and can't sync.
  const ungranted = ready.page.types.filter(
    ({ type, missing: lacks }) =>
      lacks.length > 0 &&
      settingsOf(ready.page.settings, type).enabled === true,
  );
  const tag = tags[state];
  return (
    <Flex direction="column" gap="sm" testId="status-section">
      <Heading>Connection</Heading>
      <Flex direction="row" gap="sm" align="center" wrap>
        <StatusTag variant={tag.variant} testId="state">
          {tag.label}
        </StatusTag>
        <Text>{`since ${dateAndTime(since, clock.locale)}`}</Text>
        <Button
          variant="transparent"
          size="xs"
          disabled={ready.refreshing}
          onClick={session.refresh}
          testId="refresh-page"
        >
          {ready.refreshing ? "Updating…" : "Refresh"}
        </Button>
      </Flex>
      <DescriptionList direction="row">
        <DescriptionListItem label="HubSpot account">
          <Text>{String(portalId)}</Text>
        </DescriptionListItem>
        <DescriptionListItem label="Connected by">
          <Text testId="sync-user">{syncUser.email}</Text>
        </DescriptionListItem>
        {chosenSyncUser === null ? null : (
          <DescriptionListItem label="Sync user">
            <Text testId="chosen-sync-user">{chosenSyncUser.email}</Text>
          </DescriptionListItem>
        )}
        <DescriptionListItem label="Permissions">
          <Text testId="permissions">
            {missing.length > 0
              ? missing.map(({ message }) => message).join(" ")
              : ungranted.length > 0
                ? sentenceOf(
                    `${plural(scopes.length, "permission")} granted`,
                    ...ungranted.map(
                      (type) =>
                        `${type.label.plural} don't sync without ${counted(type.missing.length)} more: see the tab ${type.label.plural}`,
                    ),
                  )
                : `${plural(scopes.length, "permission")} granted, none missing`}
          </Text>
        </DescriptionListItem>
        <DescriptionListItem label="Health">
          <Text testId="health">{healthOf(installation, clock)}</Text>
        </DescriptionListItem>
      </DescriptionList>
      <Flex direction="row" gap="sm" wrap>
        <MoveButton />
        <Button
          size="sm"
          href={{ url: connectUrl, external: true }}
          testId="connect-again"
        >
          {connected ? "Connect again" : "Connect HubSpot"}
        </Button>
        {missing.length > 0 ? (
          <LoadingButton
            size="sm"
            variant="secondary"
            loading={ready.busy === "check-permissions"}
            disabled={locked}
            onClick={() => session.move("check-permissions")}
            testId="check-permissions"
          >
            Check permissions
          </LoadingButton>
        ) : null}
      </Flex>
      {connected ? (
        <Text variant="microcopy">
          Connecting again keeps settings, links, and the API key. The admin who
          connects becomes the user whose permissions Counterpart uses.
        </Text>
      ) : (
        <Text variant="microcopy" testId="connect-first">
          Settings can be changed while Counterpart is disconnected, and apply
          when it's connected again.
        </Text>
      )}
      {helpUrl === null ? null : (
        <Text variant="microcopy">
          <Link href={{ url: helpUrl, external: true }}>
            How to connect, map fields, and decide what syncs
          </Link>
        </Text>
      )}
    </Flex>
  );
}

/** Pause while sync runs, Resume while it's paused. Before the first pull, the checklist has the buttons. */
function MoveButton() {
  const { ready, session, locked } = useAt();
  const { state } = ready.page.installation;
  if (isBeforeFirstPull(ready.page)) return null;
  switch (state) {
    case "active":
    case "first-pull":
      return <PauseButton label="Pause sync" />;
    case "held":
      return (
        <LoadingButton
          size="sm"
          variant="secondary"
          loading={ready.busy === "start"}
          disabled={locked}
          onClick={() => session.move("start")}
          testId="resume"
        >
          Resume sync
        </LoadingButton>
      );
    case "setting-up":
      return null;
    case "disconnected":
    case "uninstalled":
      return (
        <Button size="sm" disabled testId="resume">
          Resume sync
        </Button>
      );
  }
}

/** Pauses sync, after a question: it is for everyone in the account. */
export function PauseButton({ label }: { label: string }) {
  const { ready, session, locked } = useAt();
  return (
    <Button
      size="sm"
      disabled={locked}
      overlay={
        <ConfirmModal
          id="confirm-pause"
          title="Pause sync for everyone?"
          label="Pause sync"
          onConfirm={() => session.move("hold")}
        >
          <Text>
            Nothing syncs until someone resumes sync. Changes on both sides are
            kept, and sync then.
          </Text>
        </ConfirmModal>
      }
      testId="pause"
    >
      {ready.busy === "hold" ? "Pausing…" : label}
    </Button>
  );
}

function healthOf({ lastSuccess }: Installation, clock: Clock): string {
  if (Object.values(lastSuccess).every((time) => time === null))
    return "Nothing has synced yet";
  const at = (time: string | null): string =>
    time === null ? "not yet" : when(time, clock);
  return capitalized(
    [
      `last pull ${at(lastSuccess.pull)}`,
      `last push ${at(lastSuccess.push)}`,
      `daily check ${at(lastSuccess.sweep)}`,
    ].join(" · "),
  );
}
