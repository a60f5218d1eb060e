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
import { platformActions, portalContext } from "./portal-context.ts";

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
  const context = portalContext(portal, card.location);
  return {
    ...context,
    extension: { ...context.extension, cardTitle: card.title },
    crm: { objectId: Number(objectId), objectTypeId: typeId },
  };
}

function actionsOf(
  latest: { current: Inputs },
  listeners: { current: Listener[] },
): Actions {
  return {
    ...platformActions((alert) => latest.current.showAlert(alert)),
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
