import { expect } from "vitest";
import type { Settings } from "../../../server/settings/schema.ts";
import type { Json, World } from "../world.ts";

type Partly<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Partly<T[K]> }
    : T;

/** By portal: of a world that another test used before, the portal is new. */
const fresh = new Map<number, Settings>();

/** Puts the settings to those of a fresh installation with these differences; with none, back to them. */
export async function choose(
  world: World,
  wish: Partly<Settings> = {},
): Promise<void> {
  const read = await world.api<{ version: number; settings: Settings }>(
    "GET",
    "/settings",
  );
  expect(read.status).toBe(200);
  const defaults = fresh.get(world.portalId) ?? read.body.settings;
  fresh.set(world.portalId, defaults);
  const written = await world.api("PUT", "/settings", {
    version: read.body.version,
    settings: over(defaults, wish),
  });
  expect(written.body).toMatchObject({ version: read.body.version + 1 });
}

function over(base: unknown, wish: unknown): unknown {
  if (!isPlain(base) || !isPlain(wish)) return wish;
  const merged: Json = { ...base };
  for (const [key, value] of Object.entries(wish))
    merged[key] = over(base[key], value);
  return merged;
}

const isPlain = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Nothing moves but by hand. */
export const byHandOnly = { pull: false, push: false } as const;

/** Saves settings as they stand, with some of a type's changed. */
export async function setSettings(
  world: World,
  type: "contact" | "company",
  change: Partial<Settings["contact"]>,
): Promise<void> {
  const { body } = await world.api<{ version: number; settings: Settings }>(
    "GET",
    "/settings",
  );
  const saved = await world.api("PUT", "/settings", {
    version: body.version,
    settings: {
      ...body.settings,
      [type]: { ...body.settings[type], ...change },
    },
  });
  if (saved.status !== 200)
    throw new Error(`settings: ${saved.status} ${JSON.stringify(saved.body)}`);
}
