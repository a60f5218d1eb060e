/**
 * The worker in which a card's bundle runs, with the globals that HubSpot's worker has (the bundle reads `React`,
 * `RemoteUI`, `extend_V2`, `logger` and `hsWorkerAPI` from its global scope while it loads) and without a network.
 */
import { createRemoteRoot } from "@remote-ui/core";
import type { RemoteChannel } from "@remote-ui/core";
import * as RemoteUI from "@remote-ui/react";
import { createEndpoint, retain } from "@remote-ui/rpc";
import type { MessageEndpoint } from "@remote-ui/rpc";
import * as React from "react";
import type { ReactElement } from "react";
import type {
  FetchRequest,
  HostApi,
  Properties,
  WorkerApi,
} from "./extension-contract.ts";

type Extend = (api: {
  context: unknown;
  actions: unknown;
  runServerlessFunction: unknown;
}) => ReactElement;
type FetchOptions = {
  method?: string;
  timeout?: number;
  body?: unknown;
  headers?: Headers | Record<string, string>;
};

const scope = globalThis as unknown as Record<string, unknown> & {
  importScripts(url: string): void;
};
const importBundle = scope.importScripts.bind(scope);
let extend: Extend | null = null;
let host: HostApi | null = null;

function connected(): HostApi {
  if (host === null)
    throw new Error("The card ran before the page had given it its context.");
  return host;
}

function log(level: string) {
  return (data: unknown) => {
    host?.log(level, typeof data === "string" ? data : JSON.stringify(data));
  };
}

function refuse(name: string, remedy: string) {
  return function refused(): never {
    throw new Error(`${name} does not exist in HubSpot's worker. ${remedy}`);
  };
}

async function hsFetch(
  url: string | URL,
  options: FetchOptions = {},
): Promise<Response> {
  const request: FetchRequest = {
    url: String(url),
    method: options.method ?? "GET",
    headers:
      options.headers instanceof Headers
        ? Object.fromEntries(options.headers)
        : { ...options.headers },
  };
  if (options.timeout !== undefined) request.timeout = options.timeout;
  if (options.body !== undefined) request.body = options.body;
  const answer = await connected().fetch(request);
  if (!answer.ok) throw new Error(answer.reason);
  const empty = answer.status === 204 || answer.status === 304;
  return new Response(empty ? null : answer.body, {
    status: answer.status,
    headers: { "content-type": answer.contentType },
  });
}

function json(data: unknown) {
  return { json: () => Promise.resolve(data) };
}

/** HubSpot follows the object's properties and calls back when they change. */
async function fetchCrmProperties(
  names: string[],
  onUpdate: (properties: Properties) => void,
) {
  const { onCrmPropertiesUpdate, fetchCrmObjectProperties } =
    connected().actions;
  if (!onCrmPropertiesUpdate || !fetchCrmObjectProperties)
    return json({ error: "Only an extension on a record has properties." });
  let listening = true;
  onCrmPropertiesUpdate(names, (properties) => {
    if (listening) onUpdate(properties);
  });
  const data = await fetchCrmObjectProperties(names);
  const cleanup = () => {
    listening = false;
  };
  return json({ data, cleanup });
}

const absent = (name: string) => () =>
  Promise.resolve(json({ error: `The desk does not offer ${name}.` }));

Object.assign(scope, {
  __HUBSPOT_EXTENSION_WORKER__: true,
  React,
  RemoteUI,
  extend_V2: (callback: Extend) => {
    extend = callback;
  },
  logger: {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
  },
  hsFetch,
  serverless: refuse("serverless()", "Ask the app's server by hubspot.fetch."),
  hsWorkerAPI: {
    useExtensionContext: () => connected().context,
    useExtensionActions: () => connected().actions,
    useExtensionApi: () => ({
      context: connected().context,
      actions: connected().actions,
    }),
    useAppPageLocation: () => ({ path: "/", params: {} }),
    fetchCrmProperties,
    fetchAssociations: absent("useAssociations"),
    fetchCrmSearch: absent("useCrmSearch"),
    formatCrmProperties: absent("formatCrmProperties"),
    fetchHubSpotApi: absent("fetchHubSpotApi"),
  },
  fetch: refuse("fetch", "Use hubspot.fetch."),
  XMLHttpRequest: refuse("XMLHttpRequest", "Use hubspot.fetch."),
  WebSocket: refuse("WebSocket", "Use hubspot.fetch."),
  EventSource: refuse("EventSource", "Use hubspot.fetch."),
  importScripts: refuse("importScripts", "Bundle what the card needs."),
});

/** A card that throws outside of a call from the page would fail without a sound: tell the page. */
function report(cause: unknown): void {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  host?.fail(error.message, error.stack ?? "");
}
addEventListener("error", (event) => {
  if (host === null) return;
  event.preventDefault();
  report(event.error ?? event.message);
});
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  report(event.reason);
});

const worker: WorkerApi = {
  load(url) {
    importBundle(url);
    if (extend === null)
      throw new Error("The bundle never called hubspot.extend.");
  },
  render(channel: RemoteChannel, api) {
    retain(channel);
    retain(api);
    host = api;
    if (extend === null) throw new Error("No bundle is loaded.");
    const root = createRemoteRoot(channel, { strict: false });
    const runServerlessFunction = refuse(
      "runServerlessFunction",
      "Ask the app's server by hubspot.fetch.",
    );
    RemoteUI.createRoot(root).render(
      extend({
        context: api.context,
        actions: api.actions,
        runServerlessFunction,
      }),
    );
    void root.mount();
  },
};

createEndpoint(globalThis as unknown as MessageEndpoint).expose({ ...worker });
