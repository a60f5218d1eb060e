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
  readonly sync: CardButton;
  readonly push: CardButton;
  readonly pull: CardButton;
  readonly unpermitted: {
    readonly push: string | null;
    readonly pull: string | null;
  };
  readonly problem: {
    readonly id: string;
    readonly retry: {
      readonly allowed: boolean;
      readonly reason: string | null;
    };
  } | null;
}

export interface CardButton {
  readonly allowed: boolean;
  readonly code: string | null;
  readonly reason: string | null;
  readonly remedy: string | null;
}

export interface CardAnswer {
  readonly result: string;
  readonly message: string;
  readonly changes?: readonly Json[];
  readonly objectUrl?: string | null;
  readonly view: CardView;
}

/** A HubSpot user who sees the card. */
export interface CardUser {
  readonly userId: number;
  readonly email: string;
}

const ada: CardUser = { userId: 701, email: "ada@portal.example" };

/** The card on an object's page asks, in the name of a HubSpot user: the request is signed by HubSpot. */
export async function card<T>(
  world: World,
  method: "GET" | "POST",
  path: string,
  input: Json,
  user: CardUser = ada,
): Promise<T> {
  const { status, text } = await askCard(world, user, method, path, input);
  if (status !== 200) throw new Error(`card ${path}: ${status} ${text}`);
  return JSON.parse(text) as T;
}

/** The same request, answered with whatever it is answered with. */
export async function askCard(
  world: World,
  user: CardUser,
  method: "GET" | "POST",
  path: string,
  input: Json,
): Promise<{ status: number; text: string }> {
  const asker = new URLSearchParams({
    portalId: String(world.portalId),
    userId: String(user.userId),
    userEmail: user.email,
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
  return { status: response.status, text: await response.text() };
}

export const viewCard = (
  world: World,
  path: "contacts" | "companies",
  objectId: string,
  user: CardUser = ada,
): Promise<CardView> =>
  card(world, "GET", "/card", { objectTypeId: typeIds[path], objectId }, user);

/** A press of Sync now, Pull or Push on what the card shows just now. */
export async function press(
  world: World,
  action: "sync" | "pull" | "push",
  path: "contacts" | "companies",
  objectId: string,
  {
    user = ada,
    ...more
  }: { readonly confirmed?: true; readonly user?: CardUser } = {},
): Promise<CardAnswer> {
  const { version } = await viewCard(world, path, objectId, user);
  return card(
    world,
    "POST",
    `/card/${action}`,
    {
      objectTypeId: typeIds[path],
      objectId,
      version,
      requestId: randomUUID(),
      ...more,
    },
    user,
  );
}
