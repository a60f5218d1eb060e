import { useEffect, useState, useSyncExternalStore } from "react";
import type { Server } from "./ask-server.ts";
import type { CardState } from "./card-state.ts";
import { openSync } from "./sync-session.ts";
import type { Pace } from "./pace.ts";
import type { Page, SyncSession } from "./sync-session.ts";

/**
 * The card's state and its clicks, for one object. The component that calls this hook needs a key that names the object,
 * so that another object starts with a new state and late responses about the first one are ignored.
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
