import { useEffect, useState, useSyncExternalStore } from "react";
import type { Server } from "./ask-server.ts";
import type { CardState } from "./card-state.ts";
import { openSync } from "./sync-session.ts";
import type { Pace } from "./pace.ts";
import type { Page, SyncSession } from "./sync-session.ts";

/**
 * The card's state and the presses it takes, for one object: give the component that calls it a key that names the
 * object, so that another object starts afresh and answers about the first one are dropped.
 */
export function useSync(
  server: Server,
  pace: Pace,
  page: Page,
): { state: CardState; sync: SyncSession } {
  const [sync] = useState(() => openSync(server, pace, page));
  useEffect(() => {
    sync.refresh();
    return () => sync.close();
  }, [sync]);
  return { state: useSyncExternalStore(sync.subscribe, sync.state), sync };
}

/** The time, told anew every minute, so that "5 minutes ago" stays true on a page that is left open. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(tick);
  }, []);
  return now;
}
