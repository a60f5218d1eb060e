import { Alert, Button, Flex, Text } from "@hubspot/ui-extensions";
import { dateAndTime } from "counterpart-kit/times.ts";
import type { Clock } from "counterpart-kit/times.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import { isBeforeFirstPull } from "./page-answer.ts";
import type { Page } from "./page-answer.ts";
import { useAt } from "./use-settings.ts";

type Banner = {
  tone: "danger" | "warning" | "info";
  title: string;
  body: string;
  /** What helps: a click on this page, another tab of it, or HubSpot's consent page. */
  helps: "start" | "connect" | "drift" | null;
};

/** What keeps the whole account from syncing, once above everything: the worst of it, or nothing. */
export function PageBanner() {
  const { ready, session, clock, locked, open } = useAt();
  const { page } = ready;
  const banner = bannerOf(page, clock);
  if (banner === null) return null;
  return (
    <Alert title={banner.title} variant={banner.tone} testId="banner">
      <Flex direction="column" gap="xs" align="start">
        <Text>{banner.body}</Text>
        {banner.helps === "start" ? (
          <Button
            size="xs"
            disabled={locked}
            onClick={() => session.move("start")}
            testId="banner-resume"
          >
            {ready.busy === "start" ? "Resuming…" : "Resume sync"}
          </Button>
        ) : null}
        {banner.helps === "drift" ? (
          <Button
            size="xs"
            onClick={() => open("connection")}
            testId="banner-drift"
          >
            Show mappings
          </Button>
        ) : null}
        {banner.helps === "connect" ? (
          <Button
            size="xs"
            href={{ url: page.connectUrl, external: true }}
            testId="banner-connect"
          >
            Connect again
          </Button>
        ) : null}
      </Flex>
    </Alert>
  );
}

function bannerOf(page: Page, { locale }: Clock): Banner | null {
  const { state, since, reason, warnings } = page.installation;
  const worst = warnings[0];
  if (!page.connected)
    return {
      tone: "danger",
      title: "Counterpart is disconnected",
      body: sentenceOf(
        "Connect HubSpot first",
        `Nothing has been synced since ${dateAndTime(since, locale)}`,
        "Links and settings are kept",
      ),
      helps: "connect",
    };
  if (state === "held" && isBeforeFirstPull(page))
    return {
      tone: "warning",
      title: "Sync is paused",
      body: sentenceOf(
        warnings.find(({ code }) => code === "restored_copy")?.message ??
          `Sync was ${reason} on ${dateAndTime(since, locale)}`,
        "The first pull doesn't start by itself. To start it, click Start now in the set-up checklist on the Connection tab",
      ),
      helps: null,
    };
  if (state === "held")
    return {
      tone: "warning",
      title: "Sync is paused",
      body: sentenceOf(
        warnings.find(({ code }) => code === "restored_copy")?.message ??
          `Sync was ${reason} on ${dateAndTime(since, locale)}`,
        "Changes are kept, and sync when you resume",
      ),
      helps: "start",
    };
  if (worst === undefined) return null;
  if (worst.code === "drift")
    return {
      tone: "warning",
      title:
        page.drift.count === 1
          ? "A mapping no longer fits HubSpot"
          : "Some mappings no longer fit HubSpot",
      body: sentenceOf(worst.message, "The Connection tab says what to do"),
      helps: "drift",
    };
  return {
    tone: "warning",
    title: "Something keeps this account from syncing fully",
    body: sentenceOf(worst.message, worst.remedy),
    helps: ["missing_capability", "sync_user_deactivated"].includes(worst.code)
      ? "connect"
      : null,
  };
}
