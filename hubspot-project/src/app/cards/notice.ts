import type { Answer, Press, PressRequest } from "./ask-server.ts";
import type { ActionAnswer, Change, Run } from "./sync-view.ts";
import { counted, plural, sentenceOf } from "./wording.ts";

/** What the card tells a person after a press. `again` is the request to repeat where its outcome is unknown. */
export type Notice = {
  tone: "success" | "info" | "warning" | "danger";
  title: string;
  message: string;
  changes: Change[];
  objectUrl: string | null;
  again: { request: PressRequest; label: string } | null;
};

const nothingMore = { changes: [], objectUrl: null, again: null };

const doneTitles: Record<Press["action"], string> = {
  sync: "Synced",
  pull: "Pulled from HubSpot",
  push: "Pushed to HubSpot",
  retry: "Problem resolved",
  resolve: "Conflict resolved",
};

/** What came of a press that the server answered at once. */
export function noticeOfAnswer(
  press: Press,
  answer: Exclude<ActionAnswer, { result: "running" }>,
): Notice {
  switch (answer.result) {
    case "done":
      return {
        tone: "success",
        title: doneTitles[press.action],
        message: sentenceOf(answer.message),
        changes: answer.changes,
        objectUrl: answer.objectUrl,
        again: null,
      };
    case "changed":
      return {
        ...nothingMore,
        tone: "warning",
        title: "No changes were made",
        message: sentenceOf(
          answer.message,
          "Review the values, then try again.",
        ),
      };
    case "confirm":
      return {
        ...nothingMore,
        tone: "warning",
        title: "No changes were made yet",
        message: sentenceOf(
          answer.message,
          `To confirm, click ${press.action === "pull" ? "Pull from HubSpot" : "Push to HubSpot"} again.`,
        ),
      };
    case "refused":
      // The problem below says it already.
      if (answer.view.problem?.cause === answer.message)
        return {
          ...nothingMore,
          tone: "warning",
          title: "Retry failed",
          message: "See the cause and fix below.",
        };
      return {
        ...nothingMore,
        tone: "warning",
        title: "Couldn’t complete the action",
        message: sentenceOf(answer.message, answer.remedy),
      };
  }
}

/** What is known of a press that got no answer. The same request may be sent again: the server carries it out once. */
export function noticeOfFailedPress(
  request: PressRequest,
  failure: Extract<Answer<unknown>, { kind: "failed" }>,
): Notice {
  if (failure.certain)
    return {
      ...nothingMore,
      tone: "danger",
      title: failure.title,
      message: sentenceOf(failure.message),
    };
  return {
    ...nothingMore,
    tone: "danger",
    title: failure.title,
    message: sentenceOf(
      failure.message,
      "What you asked for may still have been carried out. Trying again is safe: it is done only once.",
    ),
    again: { request, label: "Try again" },
  };
}

/** A press that still goes on after the card has asked often enough; asking once more tells how it ended. */
export function noticeOfWorking(
  request: PressRequest,
  message: string,
): Notice {
  return {
    ...nothingMore,
    tone: "info",
    title: "Still under way",
    message: sentenceOf(message),
    again: { request, label: "Look again" },
  };
}

/** A view that could not be fetched again; what is shown is the earlier one. */
export function noticeOfFailedRefresh(
  failure: Extract<Answer<unknown>, { kind: "failed" }>,
): Notice {
  return {
    ...nothingMore,
    tone: "warning",
    title: failure.title,
    message: sentenceOf(failure.message, "Below is what was known before."),
  };
}

/**
 * How a run that was followed ended, or that it had not ended (null: nothing could be learnt of it).
 * @param changes what the press itself had changed before the run began
 */
export function noticeOfRun(
  press: Press,
  run: Run | null,
  changes: Change[],
): Notice {
  const rest = { ...nothingMore, changes };
  switch (run?.state) {
    case "done": {
      const needsPerson = run.counts.failed > 0 || run.counts.held > 0;
      return {
        ...rest,
        tone: needsPerson ? "warning" : "success",
        title: needsPerson
          ? "Finished, with something left to do"
          : doneTitles[press.action],
        message: sentenceOf(countsOf(press, run), run.reason),
      };
    }
    case "failed":
      return {
        ...rest,
        tone: "danger",
        title: "Stopped before the end",
        message: sentenceOf(run.reason, countsOf(press, run)),
      };
    case "queued":
    case "running":
    case "paused":
      return {
        ...rest,
        tone: "info",
        title: "Still under way",
        message: sentenceOf(
          run.reason,
          "It goes on without this card. Refresh to see how far it is.",
        ),
      };
    case undefined:
      return {
        ...rest,
        tone: "warning",
        title: "Progress could not be read",
        message:
          "It goes on without this card. Refresh to see how things stand.",
      };
  }
}

/** "Of its 4 contacts, 1 updated, 3 already in step." A card's run is over a company's contacts. */
function countsOf(press: Press, { counts }: Run): string {
  const parts: [number, string][] = [
    [counts.created, "created"],
    [counts.updated, "updated"],
    [counts.unchanged, "already in step"],
    [counts.skipped, "left out"],
    [counts.held, "held for a decision"],
    [counts.failed, "failed"],
  ];
  const said = parts.filter(([count]) => count > 0);
  if (said.length === 0) return "There was nothing to do.";
  const all = said.reduce((sum, [count]) => sum + count, 0);
  const listed = said.map(([count, what]) => `${counted(count)} ${what}`);
  return press.action === "push" && press.contacts === true
    ? `Of its ${plural(all, "contact")}: ${listed.join(", ")}.`
    : `${listed.join(", ")}.`;
}
