import { randomUUID } from "node:crypto";
import { signatureOf } from "../server/http/sign.ts";
import { identity } from "./world.ts";
import type { Json, World } from "./world.ts";

const typeIds = { contacts: "0-1", companies: "0-2" } as const;

/** What a card's request answers, as far as these tests look. */
export interface CardView {
  readonly version: string;
  readonly status: string;
  readonly record: { readonly id: string } | null;
  readonly push: { readonly allowed: boolean; readonly reason: string | null };
  readonly pull: { readonly allowed: boolean; readonly reason: string | null };
}

export interface CardAnswer {
  readonly result: string;
  readonly message: string;
  readonly changes?: readonly Json[];
  readonly objectUrl?: string | null;
  readonly view: CardView;
}

/** The card on an object's page asks, in the name of a HubSpot user: the request is signed by HubSpot. */
export async function card<T>(
  world: World,
  method: "GET" | "POST",
  path: string,
  input: Json,
): Promise<T> {
  const asker = new URLSearchParams({
    portalId: String(world.portalId),
    userId: "701",
    userEmail: "ada@portal.example",
    appId: String(identity.appId),
  });
  if (method === "GET")
    for (const [key, value] of Object.entries(input))
      asker.set(key, String(value));
  const url = `${world.server.publicUrl}/ui${path}?${asker.toString()}`;
  const body = method === "GET" ? "" : JSON.stringify(input);
  const response = await fetch(url, {
    method,
    headers: {
      "content-type": "application/json",
      ...signatureOf(method, url, body, { secret: identity.clientSecret }),
    },
    ...(method === "GET" ? {} : { body }),
  });
  const text = await response.text();
  if (response.status !== 200)
    throw new Error(`card ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

export const viewCard = (
  world: World,
  path: "contacts" | "companies",
  objectId: string,
): Promise<CardView> =>
  card(world, "GET", "/card", { objectTypeId: typeIds[path], objectId });

/** A press of Sync now, Pull or Push on what the card shows just now. */
export async function press(
  world: World,
  action: "sync" | "pull" | "push",
  path: "contacts" | "companies",
  objectId: string,
  more: { readonly confirmed?: true } = {},
): Promise<CardAnswer> {
  const { version } = await viewCard(world, path, objectId);
  return card(world, "POST", `/card/${action}`, {
    objectTypeId: typeIds[path],
    objectId,
    version,
    requestId: randomUUID(),
    ...more,
  });
}
