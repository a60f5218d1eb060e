import { expect, test } from "vitest";
import { startRun } from "../../../../server/sync/runs/runs.ts";
import { useWorld } from "./world.ts";
import type { Portal } from "./world.ts";

const world = useWorld();

type Json = Record<string, unknown>;
const COUNT = 24;

/** A portal whose every contact was deleted in HubSpot, unheard, and the sweep that has held that. */
async function swept(): Promise<{ portal: Portal; attentionId: string }> {
  const portal = await world().activePortal(async (it) => {
    await world().control("POST", `/portals/${it.portalId}/seed`, {
      contacts: COUNT,
      companies: 0,
      deals: 0,
      seed: 1,
      webhooks: false,
    });
  });
  const { portalId } = portal;
  await portal.settings((settings) => {
    (settings["contact"] as Json)["deletionSync"] = true;
  });
  await world().control("PUT", "/faults", { webhooks: { lose: true } });
  for (const id of (await portal.objects("contacts")).keys())
    await world().control(
      "DELETE",
      `/portals/${portalId}/objects/contacts/${id}`,
    );
  await world().database.inPortal(portalId, (db) =>
    startRun(db, portalId, {
      kind: "sweep",
      objectType: "contact",
      mode: "full",
      manual: false,
      source: "schedule",
      requestedBy: "",
    }),
  );
  let attentionId = "";
  await world().work(async () => {
    const { results } = await portal.api("GET", "/attention?kind=held");
    expect(results).toMatchObject([{ code: "mass_deletion" }]);
    attentionId = String((results as Json[])[0]?.["id"]);
  });
  return { portal, attentionId };
}

const living = async (portal: Portal): Promise<number> => {
  const { results } = await portal.api("GET", "/contacts?limit=200");
  return (results as unknown[]).length;
};

test("a mass deletion that is held is carried out at the API's word, once", async () => {
  const { portal, attentionId } = await swept();
  expect(await living(portal)).toBe(COUNT);
  const path = `/attention/${attentionId}/resolve`;
  expect(await portal.api("POST", path, { choice: "hubspot" })).toMatchObject({
    state: "resolved",
    resolvedBy: "API",
  });
  await expect(portal.api("POST", path, { choice: "hubspot" })).rejects.toThrow(
    "already_settled",
  );
  await world().work(async () => {
    expect(await living(portal)).toBe(0);
  });
});

test("a mass deletion that is held is dropped at the API's word, and the records stay", async () => {
  const { portal, attentionId } = await swept();
  expect(
    await portal.api("POST", `/attention/${attentionId}/resolve`, {
      choice: "workspace",
    }),
  ).toMatchObject({ state: "resolved", resolvedBy: "API" });
  const { results } = await portal.api("GET", "/runs?limit=1");
  expect(results).toMatchObject([{ kind: "sweep", source: "schedule" }]);
  expect(await living(portal)).toBe(COUNT);
});
