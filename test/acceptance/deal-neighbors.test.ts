import { expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { makeDealIn, switchOn } from "./steps/deals.ts";
import { makeObject } from "./steps/objects.ts";
import { make, objectOf, recordOf } from "./steps/records.ts";
import { withhold } from "./steps/scopes.ts";
import { useWorld } from "./world.ts";
import type { Json, World } from "./world.ts";

// Two accounts side by side: one syncs deals, the other has granted no permissions for them.

const at = useWorld({ portal: { searchLagMs: 0 } });

const dealScopes = [
  "crm.objects.deals.read",
  "crm.objects.deals.write",
  "crm.schemas.deals.read",
  "crm.schemas.deals.write",
];

type Row = { portalId: number; path: string; status: number };

async function requestsOf(world: World, portalId: number): Promise<Row[]> {
  const { body } = await world.control<{ rows: Row[] }>(
    "GET",
    "/sandbox/requests",
  );
  return body.rows.filter((row) => row.portalId === portalId);
}

/** Works in another portal for a while. */
async function inPortal<T>(
  world: World,
  portal: { portalId: number; apiKey: string },
  work: () => Promise<T>,
): Promise<T> {
  const before = { portalId: world.portalId, apiKey: world.apiKey };
  Object.assign(world, portal);
  try {
    return await work();
  } finally {
    Object.assign(world, before);
  }
}

/** HubSpot refuses whatever this account is asked about deals. */
const isRefused = ({ status }: Row): boolean => status === 403;

test("AP-035 an account without the permissions for deals is untouched while another one syncs them: its records, its settings, and its calls", async () => {
  const { world } = at;
  const first = { portalId: world.portalId, apiKey: world.apiKey };
  await world.addPortal({ searchLagMs: 0, withheldScopes: dealScopes });
  await world.installed();
  const second = { portalId: world.portalId, apiKey: world.apiKey };
  const contact = await makeObject(world, "contacts", {
    email: "second@neighbors.example",
  });
  // HubSpot has deals there, which this app may not see.
  await makeDealIn(world, { dealname: "Not to be seen" });
  await calm(world);
  const documents = async (): Promise<Json> =>
    (await world.api<Json>("GET", "/settings")).body;
  const before = await documents();
  const contactBefore = await recordOf(world, "contacts", contact);
  Object.assign(world, first);

  await world.control("DELETE", "/sandbox/requests");
  await switchOn(world);
  const objectId = await makeDealIn(world, { dealname: "Seen" });
  const { id } = await make(world, "deals", {
    name: "Ours",
    pipeline: "default",
    stage: "qualifiedtobuy",
  });
  await calm(world);
  await recordOf(world, "deals", objectId);
  await objectOf(world, "deals", id);
  expect(await requestsOf(world, first.portalId)).not.toEqual([]);

  expect(await requestsOf(world, second.portalId)).toEqual([]);
  await inPortal(world, second, async () => {
    // Its own work goes on, and asks nothing about deals.
    const other = await make(world, "contacts", {
      email: "more@neighbors.example",
    });
    const ours = await make(world, "deals", { name: "Only here" });
    await calm(world);
    await objectOf(world, "contacts", other.id);
    const asked = await requestsOf(world, second.portalId);
    expect(asked).not.toEqual([]);
    expect(asked.filter(isRefused)).toEqual([]);
    expect(await documents()).toEqual(before);
    expect(await recordOf(world, "contacts", contact)).toEqual(contactBefore);
    const deals = await world.api<{ results: Json[] }>("GET", "/deals");
    expect(deals.body.results).toMatchObject([
      {
        id: ours.id,
        hubspotId: null,
        sync: { status: "paused", code: "type_off" },
      },
    ]);
    expect(
      await world.api("POST", "/sync/pull", {
        objectType: "deal",
        all: true,
      }),
    ).toMatchObject({ status: 409, body: { code: "type_off" } });
  });
});

test("AP-035 an account that loses the permissions for deals keeps its deals, asks no more, and says what to grant; the other one goes on", async () => {
  const { world } = at;
  const objectId = await makeDealIn(world, { dealname: "Stays" });
  await calm(world);
  const { id } = await recordOf(world, "deals", objectId);
  await withhold(world, ...dealScopes);
  await world.inHubSpot("PATCH", `/objects/deals/${objectId}`, {
    properties: { dealname: "Changed unseen" },
  });
  await calm(world);
  const { body } = await world.api<Json>("GET", `/deals/${id}`);
  expect(body).toMatchObject({
    properties: { name: "Stays" },
    deletedAt: null,
  });
  await withhold(world);
});
