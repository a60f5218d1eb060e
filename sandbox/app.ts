import { AppIdentity } from "./app-identity.ts";
import { definitionRoutes } from "./control/definitions.ts";
import { faultRoutes, setFaults } from "./control/faults.ts";
import { objectRoutes } from "./control/objects.ts";
import { portalRoutes } from "./control/portals.ts";
import { trafficRoutes } from "./control/traffic.ts";
import { userRoutes } from "./control/users.ts";
import type { Desk } from "./desk/server.ts";
import { Faults } from "./faults.ts";
import { listen, stopListening } from "./http/listen.ts";
import { LateCalls } from "./late-calls.ts";
import type { LimitSettings } from "./limits/settings.ts";
import { limitSettingsSchema } from "./limits/settings.ts";
import { authorizeRoutes } from "./oauth/authorize.ts";
import { Grants } from "./oauth/grants.ts";
import type { Platform } from "./platform.ts";
import { PortalRegistry } from "./portal-registry.ts";
import type { ProjectFiles } from "./project.ts";
import { readProjectFiles } from "./project.ts";
import { RequestCounts } from "./requests.ts";
import type { Sandbox } from "./sandbox.ts";
import { createSandboxServer } from "./server.ts";
import { Timers } from "./timers.ts";
import type { WebhookSettings } from "./webhooks/sender.ts";
import { WebhookSender } from "./webhooks/sender.ts";

export type SandboxAppOptions = {
  readonly appId?: number;
  readonly clientId?: string;
  /** One or several (while rotating); the first signs what HubSpot sends. */
  readonly clientSecret?: string | readonly string[];
  /** The app's project files, instead of those of this repository. `${API_ORIGIN}` may be in them. */
  readonly files?: ProjectFiles;
};

export type SandboxOptions = {
  /** 0 for any free one. */
  readonly port?: number;
  readonly host?: string;
  /** The address of the app's server; `setPublicUrl` tells it later. */
  readonly publicUrl?: string;
  readonly app?: SandboxAppOptions;
  /** Call limits of portals that name none; HubSpot's when absent. */
  readonly limits?: "unlimited" | Partial<Exclude<LimitSettings, "unlimited">>;
  readonly webhooks?: Partial<WebhookSettings>;
  /** Also start the desk, for the app at `publicUrl` as it is now. Its cards are built first, which takes seconds. */
  readonly desk?: boolean;
  /** Of the desk; 0, the default, for any free one. */
  readonly deskPort?: number;
};

const webhookDefaults: WebhookSettings = {
  timeScale: 0.01,
  timeoutMs: 5000,
  gatherMs: 20,
};

/** Starts a sandbox. The identity of the app has defaults for tests only; `main.ts` takes it from the environment. */
export async function startSandbox(
  options: SandboxOptions = {},
): Promise<Sandbox> {
  const {
    host = "127.0.0.1",
    publicUrl = "http://127.0.0.1:4300",
    app: appOptions = {},
  } = options;
  const {
    appId = 500_001,
    clientId = "sandbox-client-id",
    clientSecret = "sandbox-client-secret",
  } = appOptions;
  const clientSecrets =
    typeof clientSecret === "string" ? [clientSecret] : clientSecret;
  const files = appOptions.files ?? (await readProjectFiles());
  const app = new AppIdentity(
    { appId, clientId, clientSecrets },
    files,
    publicUrl,
  );
  const timers = new Timers();
  const faults = new Faults();
  const grants = new Grants(appId);
  const webhooks = new WebhookSender(app, grants, faults, timers, {
    ...webhookDefaults,
    ...options.webhooks,
  });
  const registry = new PortalRegistry(
    limitSettingsSchema.parse(options.limits ?? {}),
    (entry) => {
      webhooks.watch(entry);
      entry.overrideSearchLag(faults.searchLagMs(entry.portalId));
    },
  );
  let url = "";
  const platform: Platform = {
    app,
    registry,
    grants,
    faults,
    requests: new RequestCounts(),
    webhooks,
    timers,
    late: new LateCalls(timers),
    url: () => url,
  };
  const server = createSandboxServer(platform, [
    ...authorizeRoutes(platform),
    ...portalRoutes(platform),
    ...userRoutes(platform),
    ...objectRoutes(platform),
    ...definitionRoutes(platform),
    ...faultRoutes(platform),
    ...trafficRoutes(platform),
  ]);
  url = `http://${host}:${await listen(server, options.port ?? 0, host)}`;
  const desk = await openDesk(options, platform, host);
  return {
    url,
    authorizeUrl: `${url}/oauth/authorize`,
    portals: registry.portals,
    platform,
    deskUrl: desk?.url ?? null,
    createPortal: (input) => registry.create(input),
    setFaults: (documents) => setFaults(platform, documents),
    setPublicUrl: (address) => {
      app.setPublicUrl(address);
      webhooks.reload();
    },
    close: async () => {
      timers.close();
      webhooks.close();
      await Promise.all([stopListening(server), desk?.close()]);
    },
  };
}

/** The desk comes along only when it is wanted: it brings express and a bundler with it. */
async function openDesk(
  options: SandboxOptions,
  platform: Platform,
  host: string,
): Promise<Desk | null> {
  if (options.desk !== true) return null;
  const { startDesk } = await import("./desk/server.ts");
  const { publicUrl, signingSecret, appId } = platform.app;
  return startDesk({
    sandboxUrl: platform.url(),
    serverUrl: publicUrl,
    clientSecret: signingSecret,
    appId,
    host,
    port: options.deskPort ?? 0,
  });
}
