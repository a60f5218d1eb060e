import { EmptyState, Flex, Text } from "@hubspot/ui-extensions";
import { AccountBanner, hasBanner } from "./account-banner.tsx";
import { ActionSection } from "./action-section.tsx";
import { ApprovalSection } from "./approval-section.tsx";
import type { CardState } from "./card-state.ts";
import { ChecksSection } from "./checks-section.tsx";
import { DifferenceList } from "./difference-list.tsx";
import { DuplicateLine } from "./duplicate-line.tsx";
import { HelpLine } from "./help-line.tsx";
import { ConflictSection } from "./conflict-section.tsx";
import { JournalSection } from "./journal-section.tsx";
import { NoticeAlert } from "./notice-alert.tsx";
import { pictures } from "./object-types.ts";
import { ProblemSection } from "./problem-section.tsx";
import { RunProgress } from "./run-progress.tsx";
import { reasonBesideLists } from "./said-once.ts";
import { SetupSection } from "./setup-section.tsx";
import { StatusHeader } from "./status-header.tsx";
import type { SyncSession } from "./sync-session.ts";
import type { SyncView } from "./sync-view.ts";
import type { Clock } from "counterpart-kit/times.ts";
import { sentenceOf } from "counterpart-kit/words.ts";

type Props = {
  card: Extract<CardState, { kind: "ready" }>;
  sync: SyncSession;
  clock: Clock;
};

/** Everything the server said about this object, most urgent first. */
export function ReadyCard({ card, sync, clock }: Props) {
  const { view, activity, notice } = card;
  const press = activity.kind === "idle" ? null : activity.press;
  const busy = press !== null;
  const undecided = new Set(view.held.map(({ field }) => field));
  return (
    <Flex direction="column" gap="md">
      <AccountBanner view={view} clock={clock} />
      <StatusHeader
        view={view}
        clock={clock}
        refreshing={card.refreshing}
        busy={busy}
        onRefresh={sync.refresh}
      >
        <StatusReason view={view} />
        {view.help === null || hasBanner(view) ? null : (
          <HelpLine help={view.help} />
        )}
      </StatusHeader>
      {notice === null ? null : (
        <NoticeAlert notice={notice} onAgain={sync.again} />
      )}
      {activity.kind === "following" ? (
        <RunProgress run={activity.run} message={activity.message} />
      ) : null}
      {activity.kind === "sending" && activity.message !== null ? (
        <RunProgress run={null} message={activity.message} />
      ) : null}
      {view.setup === null ? null : <SetupSection setup={view.setup} />}
      <ProblemSection
        view={view}
        clock={clock}
        busy={busy}
        press={press}
        onPress={sync.press}
      />
      <ApprovalSection
        approvals={view.approvals}
        busy={busy}
        press={press}
        onPress={sync.press}
      />
      <ConflictSection
        view={view}
        busy={busy}
        settling={press?.action === "resolve" ? press : null}
        onResolve={sync.press}
      />
      <ActionSection
        view={view}
        active={press?.action ?? null}
        busy={busy}
        wentWell={card.wentWell}
        onPress={sync.press}
      />
      <DifferenceList
        fields={view.fields.filter(({ field }) => !undecided.has(field))}
        view={view}
      />
      <ChecksSection view={view} />
      <DuplicateLine duplicates={view.duplicates} />
      <JournalSection journal={view.journal} clock={clock} />
    </Flex>
  );
}

/** The status's reason, with more room if there is nothing else to show. */
function StatusReason({ view }: { view: SyncView }) {
  if (hasBanner(view)) return null;
  const reason = sentenceOf(reasonBesideLists(view));
  if (reason === "") return null;
  const alone = view.record === null || view.object === null;
  if (view.status === "not_synced" && alone)
    return (
      <EmptyState
        title={
          view.record === null ? `Not in ${view.productName}` : "Not in HubSpot"
        }
        imageName={pictures[view.objectType]}
        imageWidth={90}
        layout="vertical"
        flush
        testId="empty"
      >
        <Text>{reason}</Text>
      </EmptyState>
    );
  return <Text testId="reason">{reason}</Text>;
}
