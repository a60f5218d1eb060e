import type { Answer } from "counterpart-kit/ask.ts";
import type { Press, PressRequest, Server } from "./ask-server.ts";
import type { Activity, CardState } from "./card-state.ts";
import {
  noticeOfAnswer,
  noticeOfFailedPress,
  noticeOfFailedRefresh,
  noticeOfRuns,
  noticeOfWorking,
} from "./notice.ts";
import type { FollowedRun, Notice } from "./notice.ts";
import { firstChildType } from "./object-types.ts";
import type { ObjectType } from "./object-types.ts";
import type { Pace } from "./pace.ts";
import type { Change, PressAnswer, Run, SyncView } from "./sync-view.ts";

type Ready = Extract<CardState, { kind: "ready" }>;

/** The page around the card. */
export type Page = {
  /** The object has new values in HubSpot, which the page should show. */
  objectChanged: () => void;
  /** Shows the outcome of a click for a moment. */
  alert: (notice: Notice) => void;
};

export type SyncSession = {
  subscribe: (listener: () => void) => () => void;
  state: () => CardState;
  /** Fetches the view again. What the card shows stays until the response arrives. */
  refresh: () => void;
  /** The object changed on the page around the card: fetches the view after a short pause, without a spinner. */
  objectTouched: () => void;
  /** Sends a click. Ignored while another one is in progress. */
  press: (press: Press) => void;
  /** Sends the click whose outcome is unknown again: the same request, so that the server executes it once. */
  again: () => void;
  close: () => void;
};

const idle: Activity = { kind: "idle" };

/**
 * Everything that happens between a card and the server for one object. Each request has a turn. A response whose turn
 * has passed is late and ignored, so that the card never shows an older state.
 */
export function openSync(server: Server, pace: Pace, page: Page): SyncSession {
  let state: CardState = { kind: "loading" };
  let turn = 0;
  let pressed = false;
  let wentWell = true;
  let setupLooks = 0;
  let nextLook: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();

  function set(next: CardState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function change(some: Partial<Ready>): void {
    if (state.kind === "ready") set({ ...state, ...some });
  }

  function takeTurn(): number {
    clearTimeout(nextLook);
    return ++turn;
  }

  function after(milliseconds: number, then: () => void): void {
    clearTimeout(nextLook);
    nextLook = setTimeout(then, milliseconds);
  }

  /** Reports what came of a click: on the page for a moment, or, if someone has to act on it, on the card. */
  function report(notice: Notice | null): Pick<Ready, "notice" | "wentWell"> {
    if (notice !== null) wentWell = notice.tone === "success";
    if (notice === null || notice.stays) return { notice, wentWell };
    page.alert(notice);
    return { notice: null, wentWell };
  }

  function show(
    view: SyncView,
    activity: Activity,
    notice: Notice | null,
  ): void {
    set({
      kind: "ready",
      view,
      activity,
      ...report(notice),
      refreshing: false,
      since: Date.now(),
    });
  }

  /** Shows a view, and keeps polling if something is in progress. */
  function arrive(view: SyncView, notice: Notice | null): void {
    if (view.run !== null && !ended(view.run)) {
      show(
        view,
        { kind: "following", press: null, run: null, message: null },
        notice,
      );
      void follow(turn, [{ type: null, runId: view.run.id }], null, []);
      return;
    }
    show(view, idle, notice);
    if (view.setup?.progress && setupLooks < pace.maxPolls) {
      setupLooks += 1;
      after(pace.longestPause, () => void look(true));
    }
  }

  async function look(quietly: boolean): Promise<void> {
    if (pressed) return;
    const mine = takeTurn();
    if (!quietly && state.kind === "ready") change({ refreshing: true });
    else if (!quietly) set({ kind: "loading" });
    const answer = await server.view();
    if (mine !== turn) return;
    const before = state.kind === "ready" ? state.notice : null;
    if (answer.kind === "answered")
      arrive(answer.value, quietly ? before : null);
    // If the server refuses the request (the object is gone), what is shown isn't true anymore.
    else if (state.kind === "ready" && !answer.certain)
      change({
        activity: idle,
        refreshing: false,
        notice: quietly ? before : noticeOfFailedRefresh(answer),
      });
    else set({ kind: "error", title: answer.title, message: answer.message });
  }

  async function send(request: PressRequest): Promise<void> {
    if (pressed || state.kind !== "ready") return;
    pressed = true;
    const mine = takeTurn();
    const { press } = request;
    change({
      activity: { kind: "sending", press, message: null },
      notice: null,
      refreshing: false,
    });
    const answer = await untilDone(mine, request);
    if (mine !== turn) return;
    if (answer.kind === "failed") {
      pressed = false;
      change({
        activity: idle,
        ...report(noticeOfFailedPress(request, answer)),
      });
      return;
    }
    const { value } = answer;
    if (value.result === "working") {
      pressed = false;
      change({
        activity: idle,
        ...report(noticeOfWorking(request, value.message)),
      });
      return;
    }
    if (value.result === "running") {
      show(
        value.view,
        { kind: "following", press, run: null, message: value.message },
        null,
      );
      await follow(mine, runsOf(value, press), press, value.changes);
      return;
    }
    pressed = false;
    if (
      value.result === "done" &&
      value.changes.some(({ side }) => side === "hubspot")
    )
      page.objectChanged();
    arrive(value.view, noticeOfAnswer(press, value));
  }

  /** Sends the same request again while the server says that it's in progress: the server executes it once. */
  async function untilDone(
    mine: number,
    request: PressRequest,
  ): Promise<Answer<PressAnswer>> {
    for (let sent = 1; ; sent++) {
      const answer = await server.act(request);
      if (
        mine !== turn ||
        answer.kind === "failed" ||
        answer.value.result !== "working" ||
        sent >= pace.maxResends
      )
        return answer;
      const { message } = answer.value;
      change({ activity: { kind: "sending", press: request.press, message } });
      await new Promise<void>((resolve) => after(pace.firstPause, resolve));
    }
  }

  /** Follows a run until it ends, or for the most polls. "late": another turn has started. */
  async function followOne(
    mine: number,
    runId: string,
  ): Promise<Run | null | "late"> {
    let run: Run | null = null;
    for (let polls = 0; polls < pace.maxPolls; polls++) {
      const pause = Math.min(pace.firstPause * 1.3 ** polls, pace.longestPause);
      // Never ends if another turn starts, which clears the timer.
      await new Promise<void>((resolve) => after(pause, resolve));
      const answer = await server.run(runId);
      if (mine !== turn) return "late";
      if (answer.kind === "failed" && answer.certain) break;
      if (answer.kind === "failed") continue;
      run = answer.value;
      if (ended(run)) break;
      if (state.kind === "ready" && state.activity.kind === "following")
        change({ activity: { ...state.activity, run } });
    }
    return run;
  }

  /** Follows runs, one after the other, then shows the current view. */
  async function follow(
    mine: number,
    started: readonly StartedRun[],
    press: Press | null,
    changes: Change[],
  ): Promise<void> {
    const followed: FollowedRun[] = [];
    for (const { type, runId } of started) {
      const run = await followOne(mine, runId);
      if (run === "late") return;
      followed.push({ type, run });
    }
    const answer = await server.view();
    if (mine !== turn) return;
    pressed = false;
    if (
      changes.some(({ side }) => side === "hubspot") ||
      followed.some(
        ({ run }) =>
          run !== null && run.counts.created + run.counts.updated > 0,
      )
    )
      page.objectChanged();
    const notice =
      press !== null
        ? noticeOfRuns(press, followed)
        : state.kind === "ready"
          ? state.notice
          : null;
    if (answer.kind !== "answered")
      change({ activity: idle, ...report(notice) });
    // Another run may be queued behind this one. This run itself was followed long enough.
    else if (started.every(({ runId }) => runId !== answer.value.run?.id))
      arrive(answer.value, notice);
    else show(answer.value, idle, notice);
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
    refresh: () => void look(false),
    objectTouched() {
      if (!pressed && state.kind === "ready" && state.activity.kind === "idle")
        after(pace.debounce, () => void look(true));
    },
    press(press) {
      if (state.kind === "ready")
        void send({
          press,
          version: state.view.version,
          requestId: crypto.randomUUID(),
        });
    },
    again() {
      if (state.kind === "ready" && state.notice?.again)
        void send(state.notice.again.request);
    },
    close() {
      takeTurn();
      pressed = false;
    },
  };
}

type StartedRun = { type: ObjectType | null; runId: string };

/** The runs that a click started. A server of the previous version starts one at most. */
const runsOf = (
  { runs, runId }: Extract<PressAnswer, { result: "running" }>,
  press: Press,
): StartedRun[] =>
  runs.length > 0
    ? runs
    : [
        {
          type:
            press.action === "push" && press.contacts === true
              ? firstChildType
              : null,
          runId,
        },
      ];

function ended(run: { state: Run["state"] }): boolean {
  return run.state === "done" || run.state === "failed";
}
