import { expect } from "vitest";
import type { Json, Reply, World } from "../world.ts";
import { attention } from "./attention.ts";
import type { AttentionEntry } from "./attention.ts";
import { calm } from "./calm.ts";
import { one } from "./one.ts";
import { createLinked, make } from "./records.ts";

/** What a record says of itself once a person has given its company to another one. */
export const givenUp =
  "Someone linked the company in HubSpot to another company in the workspace.";

/** The one thing that is open for a person on a record. */
export async function theEntry(
  world: World,
  recordId: string,
): Promise<AttentionEntry> {
  const entries = await attention(world, recordId);
  expect(entries).toHaveLength(1);
  return one(entries, 0);
}

/** A person chooses to link the entry's record to the company that HubSpot has already. */
export const linkExisting = (
  world: World,
  entry: Pick<AttentionEntry, "id">,
  more: Json = {},
): Promise<Reply> =>
  world.api("POST", `/attention/${entry.id}/resolve`, {
    choice: "link_existing",
    ...more,
  });

/** A record that holds the company of a domain, and a latecomer that conflicts with it. */
export async function conflict(
  world: World,
  domain: string,
): Promise<{
  holder: string;
  late: string;
  objectId: string;
  entry: AttentionEntry;
}> {
  const held = one(
    await createLinked(world, "companies", [
      { name: "Holder", domain, city: "Ulm", phone: "+49 1" },
    ]),
    0,
  );
  const late = await make(world, "companies", {
    name: "Latecomer",
    domain,
    country: "Germany",
  });
  await calm(world);
  return {
    holder: held.id,
    late: late.id,
    objectId: held.objectId,
    entry: await theEntry(world, late.id),
  };
}
