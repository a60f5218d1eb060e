import { Alert, Flex, Text } from "@hubspot/ui-extensions";
import { HelpLine } from "./help-line.tsx";
import type { SyncView } from "./sync-view.ts";
import { dateAndTime } from "counterpart-kit/times.ts";
import type { Clock } from "counterpart-kit/times.ts";
import { sentenceOf } from "counterpart-kit/words.ts";

type Banner = {
  tone: "danger" | "warning" | "info";
  title: string;
  body: string;
};

/** Whether the banner says everything, so that the status needs no reason of its own. */
export const hasBanner = (view: SyncView): boolean =>
  view.status === "disconnected" ||
  view.status === "paused" ||
  (view.setup?.endsAt ?? null) !== null;

/** What stops sync for the whole account, shown once above everything; nothing if sync works. */
export function AccountBanner({
  view,
  clock,
}: {
  view: SyncView;
  clock: Clock;
}) {
  const banner = bannerOf(view, clock);
  if (banner === null) return null;
  const { tone, title, body } = banner;
  return (
    <Alert title={title} variant={tone} testId="banner">
      <Flex direction="column" gap="xs" align="start">
        <Text>{body}</Text>
        {view.help === null ? null : <HelpLine help={view.help} />}
      </Flex>
    </Alert>
  );
}

function bannerOf(view: SyncView, { now, locale }: Clock): Banner | null {
  const { status, code, reason, lastKnown, setup } = view;
  if (status === "disconnected") {
    const since = lastKnown?.at ?? null;
    return {
      tone: "danger",
      title: "Counterpart is disconnected",
      body: sentenceOf(
        // The title says as much.
        code === "disconnected" ? null : reason,
        since === null
          ? "Sync has stopped"
          : `Nothing has been synced since ${dateAndTime(since, locale)}`,
        "Links and settings are kept",
      ),
    };
  }
  if (status === "paused")
    return {
      tone: "warning",
      title: "Sync is paused",
      body: sentenceOf(reason, "Changes are kept"),
    };
  const startsAt = setup?.endsAt ?? null;
  if (startsAt === null) return null;
  return {
    tone: "info",
    title:
      Date.parse(startsAt) - now > 60_000
        ? `Sync starts ${dateAndTime(startsAt, locale)}`
        : "Sync is about to start",
    body: sentenceOf(reason),
  };
}
