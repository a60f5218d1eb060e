import { retain } from "@remote-ui/rpc";
import { useEffect, useMemo, useRef } from "react";
import type { Card, CrmObject, Portal } from "./desk-client.ts";
import type { DeskClient } from "./desk-client.ts";
import type {
  Actions,
  Alert,
  ExtensionContext,
  HostApi,
  Properties,
} from "./extension-contract.ts";
import { closeOverlay } from "./kit/overlay.tsx";

type Listener = {
  names: string[] | "*";
  callback: (properties: Properties) => void;
};
type Inputs = {
  portal: Portal;
  client: DeskClient;
  typeId: string;
  object: CrmObject;
  showAlert: (alert: Alert) => void;
  reload: () => Promise<void>;
};

/** What the page hands a card: context, actions, `hubspot.fetch`. The same object for as long as the page shows the same CRM object. */
export function useCardApi(
  inputs: Inputs,
): (card: Card) => Omit<HostApi, "fail" | "log"> {
  const latest = useRef(inputs);
  latest.current = inputs;
  const listeners = useRef<Listener[]>([]);
  const { object } = inputs;
  useEffect(() => {
    for (const { names, callback } of listeners.current)
      callback(pick(object.properties, names));
  }, [object]);

  const { portal, client, typeId } = inputs;
  return useMemo(() => {
    const made = new Map<string, Omit<HostApi, "fail" | "log">>();
    const build = (card: Card) => ({
      context: contextOf(portal, card, typeId, object.id),
      actions: actionsOf(latest, listeners),
      fetch: async (request: Parameters<HostApi["fetch"]>[0]) => {
        const answer = await client.proxy(request);
        if (request.method !== "GET") void latest.current.reload();
        return answer;
      },
    });
    return (card) => {
      const api = made.get(card.uid) ?? build(card);
      made.set(card.uid, api);
      return api;
    };
  }, [portal, client, typeId, object.id]);
}

function contextOf(
  portal: Portal,
  card: Card,
  typeId: string,
  objectId: string,
): ExtensionContext {
  const { user } = portal;
  const locale = browserLocale();
  return {
    location: card.location,
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
    extension: {
      appId: portal.appId,
      appName: portal.appName,
      cardTitle: card.title,
    },
    crm: { objectId: Number(objectId), objectTypeId: typeId },
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

function actionsOf(
  latest: { current: Inputs },
  listeners: { current: Listener[] },
): Actions {
  return {
    addAlert: (alert) => {
      latest.current.showAlert(alert);
    },
    reloadPage: () => {
      location.reload();
    },
    copyTextToClipboard: (text) => navigator.clipboard.writeText(text),
    closeOverlay,
    openIframeModal: ({ uri }) => {
      latest.current.showAlert({
        type: "info",
        title: "openIframeModal",
        message: uri,
      });
    },
    navigateToPage: ({ to }) => {
      latest.current.showAlert({
        type: "info",
        title: "navigateToPage",
        message: to,
      });
    },
    fetchCrmObjectProperties: (names) =>
      Promise.resolve(pick(latest.current.object.properties, names)),
    refreshObjectProperties: () => {
      void latest.current.reload();
    },
    onCrmPropertiesUpdate: (names, callback) => {
      retain(callback);
      listeners.current.push({ names, callback });
    },
  };
}

function pick(properties: Properties, names: string[] | "*"): Properties {
  if (names === "*") return properties;
  return Object.fromEntries(
    names.map((name) => [name, properties[name] ?? null]),
  );
}
