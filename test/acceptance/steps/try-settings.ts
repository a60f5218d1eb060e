import { expect } from "vitest";
import type { Settings } from "../../../server/settings/schema.ts";
import type { Trial } from "../../../server/http/trial-view.ts";
import type { World } from "../world.ts";
import { asOwner } from "./database.ts";

/** The newest document, with its version. */
export const newestSettings = async (
  world: World,
): Promise<{ version: number; settings: Settings }> =>
  (await world.api<{ version: number; settings: Settings }>("GET", "/settings"))
    .body;

/** Tries the newest settings with some of the contacts' changed on one contact, and checks that nothing is written. */
export async function tryOut(
  world: World,
  subject: { readonly recordId: string } | { readonly objectId: string },
  contact: Partial<Settings["contact"]>,
  more: Partial<Settings> = {},
): Promise<Trial> {
  const { settings } = await newestSettings(world);
  const before = await everythingStored(world);
  const { status, body } = await world.api<Trial>("POST", "/settings/try", {
    settings: {
      ...settings,
      ...more,
      contact: { ...settings.contact, ...contact },
    },
    objectType: "contact",
    ...subject,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(await everythingStored(world)).toEqual(before);
  return body;
}

/** What a try-out must not touch: the rows of each table, hashed. */
async function everythingStored(
  world: World,
): Promise<Readonly<Record<string, string>>> {
  const tables = [
    "attempt",
    "attention",
    "dirty",
    "journal",
    "link",
    "object_alias",
    "record",
    "record_alias",
    "run",
    "settings",
  ];
  return asOwner(world, async (owner) => {
    const hashed: [string, string][] = [];
    for (const table of tables) {
      const { rows } = await owner.query<{ hash: string }>(
        `select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as hash from ${table} t`,
      );
      hashed.push([table, rows[0]?.hash ?? ""]);
    }
    return Object.fromEntries(hashed);
  });
}
