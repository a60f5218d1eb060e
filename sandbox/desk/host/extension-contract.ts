import type { RemoteChannel } from "@remote-ui/core";

/** What an extension is told about where it runs: HubSpot's `context`. Only a record card has `crm`. */
export type ExtensionContext = {
  location: string;
  user: {
    id: number;
    email: string;
    emails: string[];
    firstName: string;
    lastName: string;
    roles: string[];
    teams: never[];
    locale: string;
    language: string;
    permissions: string[];
  };
  portal: { id: number; timezone: string };
  variables: Record<string, string>;
  extension: { appId: number; appName: string; cardTitle?: string };
  crm?: { objectId: number; objectTypeId: string };
};

export type Properties = Record<string, string | null>;

export type Alert = {
  type?: "info" | "warning" | "success" | "danger" | "tip";
  title?: string;
  message: string;
};

/** The actions that HubSpot hands to every extension. */
export type PlatformActions = {
  addAlert(alert: Alert): void;
  reloadPage(): void;
  copyTextToClipboard(text: string): Promise<void>;
  closeOverlay(id: string): void;
  openIframeModal(
    payload: { uri: string; title?: string },
    onClose?: () => void,
  ): void;
  navigateToPage(target: { to: string; params?: Record<string, string> }): void;
};

/** The actions that HubSpot hands to a record card. */
export type Actions = PlatformActions & {
  fetchCrmObjectProperties(names: string[] | "*"): Promise<Properties>;
  refreshObjectProperties(): void;
  onCrmPropertiesUpdate(
    names: string[] | "*",
    callback: (properties: Properties) => void,
  ): void;
};

/** `hubspot.fetch` options as they cross to the page. */
export type FetchRequest = {
  url: string;
  method: string;
  timeout?: number;
  body?: unknown;
  headers: Record<string, string>;
};
/** Refusals travel as data: a throw across the page's border would surface as an error of the page. */
export type FetchAnswer =
  | { ok: true; status: number; body: string; contentType: string }
  | { ok: false; reason: string };

/** What the page offers the worker. */
export type HostApi = {
  context: ExtensionContext;
  actions: PlatformActions & Partial<Actions>;
  fetch(request: FetchRequest): Promise<FetchAnswer>;
  log(level: string, data: string): void;
  fail(message: string, stack: string): void;
};

/** What the worker offers the page. */
export type WorkerApi = {
  load(url: string): void;
  render(channel: RemoteChannel, api: HostApi): void;
};
