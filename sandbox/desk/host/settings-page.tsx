import { useEffect, useMemo } from "react";
import { retained, RunningExtension } from "./card-frame.tsx";
import { EmptyState } from "./kit/notices.tsx";
import { platformActions, portalContext } from "./portal-context.ts";
import type { Frame } from "./shell.tsx";
import { useToast } from "./toasts.tsx";

/** The page of a connected app in HubSpot's settings, with the app's own settings in its tab. */
export function SettingsPage({ portal, client }: Omit<Frame, "type">) {
  const showAlert = useToast();
  useEffect(() => {
    document.title = `${portal.appName} · Connected apps`;
  }, [portal]);
  const api = useMemo(
    () =>
      retained({
        context: portalContext(portal, "settings"),
        actions: platformActions(showAlert),
        fetch: client.proxy,
      }),
    [portal, client, showAlert],
  );
  return (
    <main className="settings-page">
      <nav aria-label="Breadcrumbs">
        Settings / Integrations / Connected apps
      </nav>
      <h1>{portal.appName}</h1>
      {portal.settings === null ? (
        <EmptyState title="This app has no settings">
          Its project has no settings component.
        </EmptyState>
      ) : (
        <section
          className="panel settings"
          aria-label="Settings"
          data-testid="settings"
        >
          <RunningExtension url={portal.settings.url} api={api} />
        </section>
      )}
    </main>
  );
}
