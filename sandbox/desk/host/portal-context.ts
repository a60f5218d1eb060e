import type { Portal } from "./desk-client.ts";
import type {
  Alert,
  ExtensionContext,
  PlatformActions,
} from "./extension-contract.ts";
import { closeOverlay } from "./kit/overlay.tsx";

/** What every extension is told of its portal and its user, at a place of HubSpot's pages. */
export function portalContext(portal: Portal, place: string): ExtensionContext {
  const { user } = portal;
  const locale = browserLocale();
  return {
    location: place,
    user: {
      ...user,
      emails: [user.email],
      roles: [],
      teams: [],
      locale,
      language: locale.split("-")[0] ?? "en",
      permissions: ["integrations-management-write"],
    },
    portal: {
      id: portal.portalId,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    variables: { API_ORIGIN: portal.serverUrl },
    extension: { appId: portal.appId, appName: portal.appName },
  };
}

/** Some systems call their language "en-US@posix", which no formatter takes. */
function browserLocale(): string {
  try {
    return Intl.getCanonicalLocales(navigator.language)[0] ?? "en-US";
  } catch {
    return "en-US";
  }
}

/** What every extension may do on the page around it. */
export function platformActions(
  showAlert: (alert: Alert) => void,
): PlatformActions {
  return {
    addAlert: (alert) => {
      showAlert(alert);
    },
    reloadPage: () => {
      location.reload();
    },
    copyTextToClipboard: (text) => navigator.clipboard.writeText(text),
    closeOverlay,
    openIframeModal: ({ uri }) => {
      showAlert({
        type: "info",
        title: "openIframeModal",
        message: uri,
      });
    },
    navigateToPage: ({ to }) => {
      showAlert({
        type: "info",
        title: "navigateToPage",
        message: to,
      });
    },
  };
}
