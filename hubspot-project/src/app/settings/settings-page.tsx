import {
  LoadingSpinner,
  useExtensionActions,
  useExtensionContext,
} from "@hubspot/ui-extensions";
import { LoadFailed } from "counterpart-kit/load-failed.tsx";
import { NoServerAddress } from "counterpart-kit/no-server-address.tsx";
import { ProductName } from "counterpart-kit/product-name.ts";
import { useNow } from "counterpart-kit/use-now.ts";
import { useMemo, useState } from "react";
import { NotConnected } from "./not-connected.tsx";
import { ReadyPage } from "./ready-page.tsx";
import { settingsServerFor } from "./settings-server.ts";
import type { SettingsServer } from "./settings-server.ts";
import { usualPace } from "./settings-session.ts";
import type { Pace } from "./settings-session.ts";
import { AtProvider, useSettings } from "./use-settings.ts";

/** The settings page in HubSpot. The server decides what it shows, and who may change something. */
export function SettingsPage({ pace = usualPace }: { pace?: Pace }) {
  const { user, variables } = useExtensionContext<"settings">();
  const origin = String(variables?.["API_ORIGIN"] ?? "");
  const server = useMemo(() => settingsServerFor(origin), [origin]);
  if (origin === "") return <NoServerAddress extension="page" />;
  return (
    <LoadedPage
      key={origin}
      server={server}
      connectUrl={`${origin}/oauth/install`}
      pace={pace}
      locale={user.locale ?? "en"}
    />
  );
}

function LoadedPage({
  server,
  connectUrl,
  pace,
  locale,
}: {
  server: SettingsServer;
  connectUrl: string;
  pace: Pace;
  locale: string;
}) {
  // Kept from the first render: a host may return another object on each render.
  const [actions] = useState(useExtensionActions<"settings">());
  const { state, session } = useSettings(server, pace, actions.addAlert);
  const [tab, setTab] = useState<string>("connection");
  const now = useNow();
  switch (state.kind) {
    case "loading":
      return (
        <LoadingSpinner label="Loading settings…" showLabel layout="centered" />
      );
    case "error":
      return state.code === "not_installed" ? (
        <NotConnected connectUrl={connectUrl} onAgain={session.refresh} />
      ) : (
        <LoadFailed
          title={state.title}
          message={state.message}
          onAgain={session.refresh}
        />
      );
    case "ready":
      return (
        <ProductName.Provider value={state.page.settings.productName}>
          <AtProvider
            value={{
              ready: state,
              session,
              server,
              clock: { now: Math.max(now, state.since), locale },
              locked: !state.page.canChange || state.busy !== null,
              open: setTab,
            }}
          >
            <ReadyPage tab={tab} />
          </AtProvider>
        </ProductName.Provider>
      );
  }
}
