import { expect } from "vitest";
import type { Settings } from "../../../server/settings/schema.ts";
import type { Json, TruthRow, World } from "../world.ts";
import { inSql } from "./database.ts";
import { makeObject, object } from "./objects.ts";
import { choose } from "./settings.ts";

/** Switches deals on with what is wished for them, and for the portal, and waits until their first pull has ended. */
export async function switchOn(
  world: World,
  wish: Partial<Settings["deal"]> = {},
  ofPortal: Partial<Settings> = {},
): Promise<void> {
  await choose(world, { ...ofPortal, deal: { ...wish, enabled: true } });
  await world.until(async () => {
    const { body } = await world.api<{
      state: string;
      firstPullEndedAt: Record<string, string | null>;
    }>("GET", "/installation");
    return body.state === "active" && body.firstPullEndedAt["deal"] !== null;
  }, "deals have been pulled");
}

/** Switches deals off, and nothing else is chosen. */
export const switchOff = (world: World): Promise<void> =>
  choose(world, { deal: { enabled: false } });

/** A HubSpot user creates a deal. */
export const makeDealIn = (
  world: World,
  properties: Json,
  associations: readonly Json[] = [],
): Promise<string> =>
  makeObject(
    world,
    "deals",
    { pipeline: "default", dealstage: "qualifiedtobuy", ...properties },
    associations,
  );

/** A deal as HubSpot truly has it. */
export const dealIn = (world: World, id: string | null): Promise<TruthRow> =>
  object(world, "deals", id);

/** The parents of a deal in HubSpot, as "contacts 1" and "companies 2*", the primary one with a star. */
export async function parentsIn(world: World, id: string): Promise<string[]> {
  const { associations } = await dealIn(world, id);
  return Object.values(associations)
    .map((each) => {
      const { toType, toId, primary } = each as Json;
      return `${String(toType)} ${String(toId)}${primary === true ? "*" : ""}`;
    })
    .sort();
}

/** The parents of a deal in the workspace, as its product's SQL shows them: "contact 1" and "company 2*". */
export async function parentsHere(world: World, id: string): Promise<string[]> {
  const rows = await inSql<{
    to_type: string;
    to_id: string;
    labels: string[];
  }>(
    world,
    "select to_type, to_id, labels from workspace.associations where from_type = 'deal' and from_id = $1",
    [id],
  );
  return rows
    .map(
      ({ to_type: type, to_id: to, labels }) =>
        `${type} ${to}${labels.includes("primary") ? "*" : ""}`,
    )
    .sort();
}

/** The account's time zone changes, and Counterpart reads it. */
export async function moveTo(world: World, timeZone: string): Promise<void> {
  const changed = await world.control(
    "PATCH",
    `/sandbox/portals/${world.portalId}`,
    { options: { timeZone } },
  );
  expect(changed, JSON.stringify(changed.body)).toMatchObject({ status: 200 });
  const read = await world.api("POST", "/installation/definitions");
  expect(read, JSON.stringify(read.body)).toMatchObject({ status: 200 });
}

/** The day that HubSpot shows of a time, in a zone. */
export const closeDates = (
  time: string | null | undefined,
  timeZone = "Europe/Berlin",
): string => new Date(time ?? "").toLocaleDateString("en-CA", { timeZone });
