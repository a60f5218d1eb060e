import { expect } from "vitest";
import type { Settings } from "../../../server/settings/schema.ts";
import { askCard } from "../card.ts";
import type { World } from "../world.ts";
import { newestSettings } from "./try-settings.ts";

/** A request of the settings page, signed by HubSpot for the user who connected it. */
export async function askPage<T>(
  world: World,
  method: "GET" | "POST",
  path: string,
  input: Record<string, unknown> = {},
): Promise<{ status: number; body: T }> {
  const { body } = await world.api<{
    syncUser: { id: number; email: string };
  }>("GET", "/installation");
  const { id, email } = body.syncUser;
  const { status, text } = await askCard(
    world,
    { userId: id, email },
    method,
    path,
    input,
  );
  return { status, body: JSON.parse(text) as T };
}

/** The newest settings with some of the contacts' changed, as a draft of the page. */
export async function draftWith(
  world: World,
  contact: Partial<Settings["contact"]>,
  more: Partial<Settings> = {},
): Promise<Settings> {
  const { settings } = await newestSettings(world);
  return {
    ...settings,
    ...more,
    contact: { ...settings.contact, ...contact },
  };
}

/** What the page says of the rules of a draft for new contacts. */
export async function counted(
  world: World,
  flow: "pull" | "push",
  settings: Settings,
): Promise<string> {
  const { status, body } = await askPage<{ sentences: string[] }>(
    world,
    "POST",
    "/settings/count",
    { settings, objectType: "contact", flow },
  );
  expect(status, JSON.stringify(body)).toBe(200);
  return body.sentences.join(" ");
}
