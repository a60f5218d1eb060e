import type { World } from "./world.ts";

/** A portal with one company. */
export async function oneCompany(
  world: World,
): Promise<{ portalId: number; id: string }> {
  const portalId = await world.installed();
  const id = await world.make(portalId, "companies", { name: "One" });
  return { portalId, id };
}
