import { expect } from "vitest";
import type { Json, World } from "../world.ts";
import { attention } from "./attention.ts";
import type { AttentionEntry } from "./attention.ts";
import { asOwner } from "./database.ts";
import { pages } from "./pages.ts";
import { one } from "./one.ts";
import { records } from "./records.ts";
import { upkeepTurn } from "./housekeeping.ts";

/** A world of so many contacts that are linked, seeded before the installation. */
export async function linkedContacts(
  world: World,
  contacts: number,
): Promise<void> {
  await world.inHubSpot("POST", "/seed", {
    contacts,
    companies: 0,
    deals: 0,
    seed: 7,
    webhooks: false,
  });
  await world.installed();
  await world.settled();
  const all = await records(world, "contacts");
  expect(all.filter(({ hubspotId }) => hubspotId !== null)).toHaveLength(
    contacts,
  );
}

export interface HeldEntry extends AttentionEntry {
  readonly initiator: string;
  readonly expiresAt: string | null;
}

/** What the brake holds, one entry each type, direction and kind. */
export const heldEntries = async (world: World): Promise<HeldEntry[]> =>
  (await attention(world)).filter(({ code }) =>
    code.startsWith("mass_"),
  ) as HeldEntry[];

/** The only entry, once it holds so many. */
export async function heldEntry(
  world: World,
  count: number,
): Promise<HeldEntry> {
  let seen: HeldEntry[] = [];
  await world.until(
    async () => {
      seen = await heldEntries(world);
      return seen[0]?.details["count"] === count;
    },
    () => `${count} changes are held: ${JSON.stringify(seen)}`,
  );
  expect(seen).toHaveLength(1);
  return one(seen, 0);
}

export interface HeldItem {
  readonly recordId: string | null;
  readonly hubspotId: string | null;
  readonly name: string | null;
  readonly action: string;
  readonly state: string;
}

export const heldItems = (world: World, id: string): Promise<HeldItem[]> =>
  pages<HeldItem>(world, `/attention/${id}/items?limit=100`);

export async function decideOn(
  world: World,
  id: string,
  choice: string,
): Promise<void> {
  const reply = await world.api<Json>("POST", `/attention/${id}/resolve`, {
    choice,
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({
    status: 200,
    body: { state: "resolved" },
  });
}

/** The time for a decision is over. */
export async function letExpire(world: World): Promise<void> {
  await asOwner(world, async (owner) => {
    await owner.query(
      "update attention set expires_at = now() - interval '1 second' where expires_at is not null and state = 'open'",
    );
  });
  await upkeepTurn(world);
}

/** An hour has passed: what went through before counts no more. */
export const forgetWindow = (world: World): Promise<void> =>
  asOwner(world, async (owner) => {
    await owner.query("update brake_window set minutes = '{}'");
  });
