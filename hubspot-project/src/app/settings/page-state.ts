import type { SettingsDocument } from "./document.ts";
import type { Fault, MappingRun, Page, Stale } from "./page-answer.ts";

/** What is in progress after a click. */
export type Busy =
  | "save"
  | "start"
  | "hold"
  | "check-permissions"
  | "mark"
  | "definitions"
  | "uninstall"
  | "roll-back"
  | null;

/** The page's state. Only `ready` has settings. */
export type PageState =
  | { kind: "loading" }
  | { kind: "error"; title: string; message: string; code: string | null }
  | {
      kind: "ready";
      page: Page;
      /** The saved document with what this person has changed. */
      draft: SettingsDocument;
      /** Settings that the draft changes and that are not saved; a mapping counts as one. */
      unsaved: number;
      /** What the last check of this draft found wrong. */
      faults: readonly Fault[];
      /** Somebody saved after the draft's document was read. */
      conflict: Stale | null;
      /** Runs that a save on this page has started: one may have ended before the page is read again. */
      started: readonly MappingRun[];
      busy: Busy;
      refreshing: boolean;
      /** Whether the page has stopped asking by itself, because nobody did anything for long. */
      asleep: boolean;
      /** When the page's document arrived, in milliseconds since the epoch. */
      since: number;
    };

export type Ready = Extract<PageState, { kind: "ready" }>;
