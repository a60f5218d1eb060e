import type { Answer } from "counterpart-kit/ask.ts";
import type { Press, PressRequest } from "./ask-server.ts";
import type { ActionAnswer, Run } from "./sync-view.ts";
import { countedOf } from "./object-types.ts";
import type { ObjectType } from "./object-types.ts";
import { counted, sentenceOf } from "counterpart-kit/words.ts";

/** What the card reports after a click. */
export type Notice = {
  tone: "success" | "info" | "warning" | "danger";
  title: string;
  message: string;
  /** The request to repeat if its outcome is unknown. */
  again: { request: PressRequest; label: string } | null;
  /** Whether it stays on the card, because someone must act on it; otherwise HubSpot shows it for a moment. */
  stays: boolean;
};

type Told = Pick<Notice, "tone" | "title" | "message">;

const passing = (told: Told): Notice => ({
  ...told,
  again: null,
  stays: false,
});
const staying = (told: Told, again: Notice["again"] = null): Notice => ({
  ...told,
  again,
  stays: true,
});

/** The outcome of a click that the server responded to at once. */
export function noticeOfAnswer(
  press: Press,
  answer: Exclude<ActionAnswer, { result: "running" }>,
): Notice {
  switch (answer.result) {
    case "done":
      return passing({
        ...(press.action === "sync" &&
        answer.changes.length === 0 &&
        answer.view.held.length > 0
          ? { tone: "warning", title: "Conflicts to resolve" }
          : { tone: "success", title: doneTitle(press) }),
        message: sentenceOf(answer.message),
      });
    case "changed":
      return passing({
        tone: "warning",
        title: "No changes were made",
        message: sentenceOf(
          answer.message,
          "Review the values, then try again.",
        ),
      });
    case "confirm":
      return passing({
        tone: "warning",
        title: "No changes were made yet",
        message: sentenceOf(
          answer.message,
          `To confirm, click ${press.action === "pull" ? "Pull from HubSpot" : "Push to HubSpot"} again.`,
        ),
      });
    case "refused":
      return passing(
        // The problem on the card says it already.
        answer.view.problem?.cause === answer.message
          ? {
              tone: "warning",
              title:
                press.action === "retry"
                  ? "Retry failed"
                  : "Couldn't complete the action",
              message: "See the cause and fix below.",
            }
          : {
              tone: "warning",
              title: "Couldn't complete the action",
              message: sentenceOf(answer.message, answer.remedy),
            },
      );
  }
}

function doneTitle(press: Press): string {
  switch (press.action) {
    case "sync":
      return "Synced";
    case "pull":
      return "Pulled from HubSpot";
    case "push":
      return "Pushed to HubSpot";
    case "retry":
      return "Problem resolved";
    case "resolve":
      switch (press.choice) {
        case "approve":
        case "refuse":
          return "Decision saved";
        case "link_existing":
          return "Linked";
        case "workspace":
        case "hubspot":
          return "all" in press ? "Conflicts resolved" : "Conflict resolved";
      }
  }
}

/** What is known about a click without a response. The same request can be sent again: the server executes it once. */
export function noticeOfFailedPress(
  request: PressRequest,
  failure: Extract<Answer<unknown>, { kind: "failed" }>,
): Notice {
  const { certain, title, message } = failure;
  return certain
    ? passing({ tone: "danger", title, message: sentenceOf(message) })
    : staying(
        {
          tone: "danger",
          title,
          message:
            "Your request may have gone through. You can safely try again: it runs only once.",
        },
        { request, label: "Try again" },
      );
}

/** A click that is still in progress after the card's last poll. Another poll shows how it ended. */
export function noticeOfWorking(
  request: PressRequest,
  message: string,
): Notice {
  return staying(
    {
      tone: "info",
      title: "Still in progress",
      message: sentenceOf(message),
    },
    { request, label: "Check again" },
  );
}

/** The view couldn't be fetched again, so the earlier one is shown. */
export function noticeOfFailedRefresh({
  title,
  message,
}: Extract<Answer<unknown>, { kind: "failed" }>): Notice {
  return staying({
    tone: "warning",
    title,
    message: sentenceOf(message, "Showing the last known values."),
  });
}

/** A run that was followed, of the children of one type if it's known. Null: its progress couldn't be loaded. */
export type FollowedRun = { type: ObjectType | null; run: Run | null };

/** How the runs that were followed ended, or that they haven't ended: the title of the one that went worst. */
export function noticeOfRuns(
  press: Press,
  runs: readonly FollowedRun[],
): Notice {
  const notices = runs.map((each) => noticeOfRun(press, each));
  const worst = notices.reduce((before, notice) =>
    badness[notice.tone] > badness[before.tone] ? notice : before,
  );
  const messages = new Set(notices.map(({ message }) => message));
  return { ...worst, message: [...messages].join(" ") };
}

const badness = { success: 0, info: 1, warning: 2, danger: 3 } as const;

function noticeOfRun(press: Press, { type, run }: FollowedRun): Notice {
  switch (run?.state) {
    case "done":
      return run.counts.failed > 0 || run.counts.held > 0
        ? staying({
            tone: "warning",
            title: "Finished, but some items need attention",
            message: sentenceOf(countsOf(type, run), run.reason),
          })
        : passing({
            tone: "success",
            title: doneTitle(press),
            message: sentenceOf(countsOf(type, run), run.reason),
          });
    case "failed":
      return staying({
        tone: "danger",
        title: "Stopped before finishing",
        message: sentenceOf(run.reason, countsOf(type, run)),
      });
    case "queued":
    case "running":
    case "paused":
      return staying({
        tone: "info",
        title: "Still in progress",
        message: sentenceOf(run.reason, leave),
      });
    case undefined:
      return staying({
        tone: "warning",
        title: "Couldn't load progress",
        message: leave,
      });
  }
}

const leave = "You can leave this page. Refresh to see progress.";

/** "Of its 4 contacts: 1 updated, 3 already in sync." A card's run is over its children of one type. */
function countsOf(type: ObjectType | null, { counts }: Run): string {
  const parts: [number, string][] = [
    [counts.created, "created"],
    [counts.updated, "updated"],
    [counts.unchanged, "already in sync"],
    [counts.skipped, "excluded"],
    [counts.held, "with conflicts"],
    [counts.failed, "failed"],
  ];
  const said = parts.filter(([count]) => count > 0);
  if (said.length === 0) return "There was nothing to do.";
  const all = said.reduce((sum, [count]) => sum + count, 0);
  const listed = said.map(([count, what]) => `${counted(count)} ${what}`);
  return type === null
    ? `${listed.join(", ")}.`
    : `Of its ${countedOf(type, all)}: ${listed.join(", ")}.`;
}
