import { createContext, useContext, useEffect, useState } from "react";
import { useSyncExternalStore } from "react";
import type { Clock } from "counterpart-kit/times.ts";
import { capitalized, sentenceOf } from "counterpart-kit/words.ts";
import type { SettingsDocument, TypeSettings } from "./document.ts";
import { settingsOf, withType } from "./document.ts";
import type { Fault, ObjectType } from "./page-answer.ts";
import type { PageState, Ready } from "./page-state.ts";
import type { SettingsServer } from "./settings-server.ts";
import { openSettings } from "./settings-session.ts";
import type { Alert, Pace, SettingsSession } from "./settings-session.ts";

/** The page's state and its clicks. The component that calls this hook needs a key that names the server. */
export function useSettings(
  server: SettingsServer,
  pace: Pace,
  alert: Alert,
): { state: PageState; session: SettingsSession } {
  const [session] = useState(() => openSettings(server, pace, alert));
  useEffect(() => {
    session.open();
    return () => session.close();
  }, [session]);
  return {
    state: useSyncExternalStore(session.subscribe, session.state),
    session,
  };
}

/** What every part of the page uses. */
export type At = {
  ready: Ready;
  session: SettingsSession;
  server: SettingsServer;
  clock: Clock;
  /** Whether this person may change nothing, or something is in progress. */
  locked: boolean;
  /** Opens a tab of the page. */
  open: (tab: string) => void;
};

const AtContext = createContext<At | null>(null);
export const AtProvider = AtContext.Provider;

/** What the page shows. Only below AtProvider. */
export function useAt(): At {
  const at = useContext(AtContext);
  if (at === null) throw new Error("The page is not loaded.");
  return at;
}

/** The draft, a way to change it, and what is wrong at a place of it. */
export function useDraft(): {
  draft: SettingsDocument;
  edit: (some: Partial<SettingsDocument>) => void;
  faultAt: (path: string) => FaultProps;
} {
  const {
    ready: { draft, faults },
    session,
  } = useAt();
  return {
    draft,
    edit: (some) => session.edit((now) => ({ ...now, ...some })),
    faultAt: (path) => faultProps(faults, path),
  };
}

/** The same for the settings of one type. */
export function useTypeDraft({ type }: ObjectType): {
  settings: TypeSettings;
  edit: (change: (settings: TypeSettings) => TypeSettings) => void;
  faultAt: (path: string) => FaultProps;
} {
  const {
    ready: { draft, faults },
    session,
  } = useAt();
  return {
    settings: settingsOf(draft, type),
    edit: (change) =>
      session.edit((now) => withType(now, type, change(settingsOf(now, type)))),
    faultAt: (path) => faultProps(faults, `${type}.${path}`),
  };
}

type FaultProps = { error?: true; validationMessage?: string };

/** Properties of a field that say what is wrong with it. Faults name their place below "settings". */
function faultProps(faults: readonly Fault[], path: string): FaultProps {
  const found = faults.find(
    (fault) =>
      fault.path === `settings.${path}` ||
      fault.path.startsWith(`settings.${path}.`),
  );
  return found === undefined
    ? {}
    : {
        error: true,
        validationMessage: capitalized(sentenceOf(found.message)),
      };
}
