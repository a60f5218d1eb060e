import type { Failure } from "counterpart-kit/ask.ts";
import { sentenceOf } from "counterpart-kit/words.ts";
import type { SettingsDocument } from "./document.ts";
import { changesBetween, keepingMine } from "./draft.ts";
import { staleAnswer } from "./page-answer.ts";
import type { Fault, Page, Stale, Step } from "./page-answer.ts";
import type { Busy, PageState, Ready } from "./page-state.ts";
import type { Move, SettingsServer } from "./settings-server.ts";

/** How often the page asks by itself, in milliseconds: while something is in progress, otherwise, and until when. */
export type Pace = { active: number; idle: number; sleep: number };

export const usualPace: Pace = {
  active: 5_000,
  idle: 60_000,
  sleep: 15 * 60_000,
};

/** Shows the outcome of a click for a moment, on HubSpot's page. */
export type Alert = (outcome: {
  type: "success" | "warning" | "danger";
  title: string;
  message: string;
}) => void;

export type SettingsSession = {
  subscribe: (listener: () => void) => () => void;
  state: () => PageState;
  /** The page is shown: reads it. */
  open: () => void;
  /** Reads the page again. What it shows stays until the response arrives, and the draft stays after it. */
  refresh: () => void;
  /** Changes the draft. */
  edit: (change: (draft: SettingsDocument) => SettingsDocument) => void;
  discard: () => void;
  /** Keeps what a check of the draft found wrong, so that it is shown where it is. */
  found: (faults: readonly Fault[]) => void;
  /** @param apply whether changed mappings are brought to existing records */
  save: (apply: boolean) => void;
  /** After somebody else's save: their document, with this draft's changes on it. */
  keepMine: () => void;
  rollBack: (to: number) => void;
  move: (move: Move) => void;
  /** Marks a step of the set-up as done, or as not done. */
  mark: (step: Step, done: boolean) => void;
  uninstall: () => void;
  /** The page is left: nothing is read any longer, not even after something that is in progress. */
  close: () => void;
};

const moved: Readonly<Record<Move, { title: string; message: string }>> = {
  start: {
    title: "Sync started",
    message: "Changes sync from now on.",
  },
  hold: {
    title: "Sync paused",
    message: "Changes are kept, and sync when you resume.",
  },
  "check-permissions": {
    title: "Permissions checked",
    message: "The page shows what HubSpot allows now.",
  },
  definitions: {
    title: "HubSpot was checked",
    message: "The page shows which mappings still fit.",
  },
};

/**
 * Everything that happens between the settings page and the server. Each reading has a turn: a response whose turn has
 * passed is late and ignored.
 */
export function openSettings(
  server: SettingsServer,
  pace: Pace,
  alert: Alert,
): SettingsSession {
  let state: PageState = { kind: "loading" };
  let turn = 0;
  let isOpen = false;
  let wakeUntil = Date.now() + pace.sleep;
  let next: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();

  function set(to: PageState): void {
    state = to;
    for (const listener of listeners) listener();
  }

  function change(some: Partial<Ready>): void {
    if (state.kind === "ready") set({ ...state, ...some });
  }

  /** Asks again after a while, unless nobody has done anything for long. */
  function schedule(page: Page): void {
    clearTimeout(next);
    if (Date.now() > wakeUntil) return change({ asleep: true });
    const isActive =
      page.installation.state === "first-pull" ||
      page.types.some(({ pulling }) => pulling !== null);
    next = setTimeout(
      () => void read(false),
      isActive ? pace.active : pace.idle,
    );
  }

  function arrive(page: Page): void {
    const before = state.kind === "ready" ? state : null;
    const keeps = before !== null && before.unsaved > 0;
    const isNewer = before !== null && before.page.version !== page.version;
    set({
      kind: "ready",
      // What the draft was made from stays, until its author has chosen.
      page:
        keeps && isNewer
          ? {
              ...page,
              version: before.page.version,
              settings: before.page.settings,
            }
          : page,
      draft: keeps ? before.draft : page.settings,
      unsaved: keeps
        ? isNewer
          ? before.unsaved
          : changesBetween(page.settings, before.draft)
        : 0,
      faults: keeps ? before.faults : [],
      conflict:
        keeps && isNewer
          ? (before.conflict ?? {
              version: page.version,
              savedBy: page.savedBy,
              savedAt: page.savedAt,
              theirs: [],
              yours: [],
            })
          : null,
      started: before?.started ?? [],
      busy: before?.busy ?? null,
      refreshing: false,
      asleep: false,
      since: Date.now(),
    });
    schedule(page);
  }

  /** Returns whether the page could be read. */
  async function read(asked: boolean): Promise<boolean> {
    if (!isOpen) return false;
    const mine = ++turn;
    if (asked) wakeUntil = Date.now() + pace.sleep;
    clearTimeout(next);
    change({ refreshing: true });
    const answer = await server.page();
    if (mine !== turn) return false;
    if (answer.kind === "answered") {
      arrive(answer.value);
      return true;
    }
    const isUninstalled = answer.refusal?.code === "not_installed";
    if (state.kind !== "ready" || isUninstalled) {
      set({
        kind: "error",
        title: answer.title,
        message: answer.message,
        code: answer.refusal?.code ?? null,
      });
      // HubSpot's consent page opens beside this one: when the account is connected, the set-up goes on here.
      if (isUninstalled && Date.now() < wakeUntil)
        next = setTimeout(() => void read(false), pace.active);
    } else {
      change({ refreshing: false });
      if (asked) failed(answer);
      schedule(state.page);
    }
    return false;
  }

  /** Says why something wasn't done, or that this is not known. */
  function failed({ certain, title, message }: Failure): void {
    alert({
      type: "danger",
      title: certain ? "No changes were made" : title,
      message: certain
        ? sentenceOf(message)
        : "Your request may have gone through. Refresh the page to see how settings are now.",
    });
  }

  /** Does one thing at a time, and reads the page again after it. */
  async function doing(
    what: NonNullable<Busy>,
    act: (at: Ready) => Promise<void>,
  ): Promise<void> {
    if (state.kind !== "ready" || state.busy !== null) return;
    const at = state;
    change({ busy: what });
    await act(at);
    change({ busy: null });
    await read(true);
  }

  /** Shows a document without a draft: the saved one, or the one that has just been saved. */
  function showSaved(some: Partial<Pick<Page, "version" | "settings">>): void {
    if (state.kind !== "ready") return;
    const page = { ...state.page, ...some };
    set({
      ...state,
      page,
      draft: page.settings,
      unsaved: 0,
      faults: [],
      conflict: null,
    });
  }

  const clear = (): void => showSaved({});

  function saySaved(title: string, message = "They apply from now on."): void {
    alert({ type: "success", title, message });
  }

  async function save({ page, draft }: Ready, apply: boolean): Promise<void> {
    const answer = await server.save(page.version, draft, apply);
    const stale = answer.kind === "failed" ? staleOf(answer) : null;
    // HubSpot repeats a request whose response was lost: then the save meanwhile was this one.
    const isOwn = stale !== null && isSameSave(stale, page.user);
    const saved =
      answer.kind === "answered" ? answer.value : isOwn ? stale : null;
    if (saved !== null) {
      if (answer.kind === "answered" && state.kind === "ready")
        change({ started: [...state.started, ...(answer.value.runs ?? [])] });
      showSaved({ version: saved.version, settings: draft });
      saySaved(
        "Settings saved",
        apply
          ? "Existing records follow now. The page shows how far that is."
          : undefined,
      );
    } else if (stale !== null) change({ conflict: stale });
    else if (answer.kind === "failed") failed(answer);
  }

  const session: SettingsSession = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
    open: () => {
      isOpen = true;
      void read(true);
    },
    refresh: () => void read(true),
    edit: (edit) => {
      if (state.kind !== "ready") return;
      wakeUntil = Date.now() + pace.sleep;
      const draft = edit(state.draft);
      const unsaved = changesBetween(state.page.settings, draft);
      set({
        ...state,
        draft,
        unsaved,
        faults: [],
        conflict: unsaved === 0 ? null : state.conflict,
      });
    },
    discard: () => {
      const isStale = state.kind === "ready" && state.conflict !== null;
      clear();
      if (isStale) void read(true);
    },
    found: (faults) => change({ faults }),
    save: (apply) => void doing("save", (at) => save(at, apply)),
    keepMine: () => {
      if (state.kind !== "ready") return;
      const { page: base, draft } = state;
      clear();
      void read(true).then((isRead) => {
        if (state.kind !== "ready") return;
        // Unread, the draft stays where it was.
        const newest = isRead ? state.page.settings : base.settings;
        session.edit(() => keepingMine(base.settings, draft, newest));
      });
    },
    rollBack: (to) =>
      void doing("roll-back", async ({ page }) => {
        const answer = await server.rollBack(page.version, to);
        if (answer.kind === "answered")
          saySaved(`Settings are as in version ${to} again`);
        else failed(answer);
      }),
    move: (move) =>
      void doing(move, async () => {
        const answer = await server.move(move);
        if (answer.kind === "answered")
          alert({ type: "success", ...moved[move] });
        else failed(answer);
      }),
    mark: (step, done) =>
      void doing("mark", async () => {
        const answer = await server.mark(step, done);
        if (answer.kind === "failed") failed(answer);
      }),
    uninstall: () =>
      void doing("uninstall", async () => {
        const answer = await server.uninstall();
        if (answer.kind === "failed") failed(answer);
      }),
    close: () => {
      isOpen = false;
      turn += 1;
      clearTimeout(next);
      listeners.clear();
    },
  };
  return session;
}

/** What a refused save says of somebody else's, or null if it was refused for another reason. */
function staleOf({ refusal }: Failure): Stale | null {
  if (refusal?.code !== "stale_version") return null;
  const read = staleAnswer.safeParse(refusal.body);
  return read.success ? read.data : null;
}

const isSameSave = ({ savedBy, theirs, yours }: Stale, user: string): boolean =>
  savedBy === user && JSON.stringify(theirs) === JSON.stringify(yours);
