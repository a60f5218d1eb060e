import { expect } from "vitest";
import type { World } from "../world.ts";

export interface Installation {
  readonly state: string;
  readonly missingCapabilities: Record<string, { scopes: string[] }>;
  readonly warnings: readonly { code: string; message: string }[];
}

export const installation = async (world: World): Promise<Installation> =>
  (await world.api<Installation>("GET", "/installation")).body;

export const missing = async (world: World): Promise<string[]> =>
  Object.keys((await installation(world)).missingCapabilities).sort();

/** HubSpot takes these scopes away, and gives back all others. */
export const withhold = async (
  world: World,
  ...withheldScopes: readonly string[]
): Promise<void> => {
  const { status } = await world.control(
    "PATCH",
    `/sandbox/portals/${world.portalId}`,
    { options: { withheldScopes } },
  );
  expect(status).toBe(200);
};

/** What HubSpot refused for want of a scope since the requests were last forgotten. */
export async function refusals(world: World): Promise<string[]> {
  const { body } = await world.control<{
    rows: { path: string; status: number; count: number }[];
  }>("GET", "/sandbox/requests");
  return body.rows.flatMap(({ path, status, count }) =>
    status === 403 ? Array.from({ length: count }, () => path) : [],
  );
}
