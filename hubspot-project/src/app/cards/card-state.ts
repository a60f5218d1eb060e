import type { Press } from "./ask-server.ts";
import type { Notice } from "./notice.ts";
import type { Run, SyncView } from "./sync-view.ts";

/** What is in progress: nothing, a click without a response yet, or a run that the card follows. */
export type Activity =
  | { kind: "idle" }
  | {
      kind: "sending";
      press: Press;
      /** The server's message if the action takes long. */
      message: string | null;
    }
  | {
      kind: "following";
      press: Press | null;
      run: Run | null;
      message: string | null;
    };

export type CardState =
  | { kind: "loading" }
  | { kind: "error"; title: string; message: string }
  | {
      kind: "ready";
      view: SyncView;
      activity: Activity;
      /** What stays to be read or done after a click. */
      notice: Notice | null;
      /** Whether the last click had its effect. */
      wentWell: boolean;
      refreshing: boolean;
      /** When this view arrived, in milliseconds since the epoch. */
      since: number;
    };
