import { expect } from "vitest";
import type { World } from "../world.ts";

/** What a list of the product's REST client holds, every page of it. `path` has a query already. */
export async function pages<T>(world: World, path: string): Promise<T[]> {
  const all: T[] = [];
  let cursor = "";
  for (;;) {
    const reply = await world.api<{ results: T[]; next: string | null }>(
      "GET",
      `${path}${cursor}`,
    );
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
    all.push(...reply.body.results);
    if (reply.body.next === null) return all;
    cursor = `&cursor=${encodeURIComponent(reply.body.next)}`;
  }
}
