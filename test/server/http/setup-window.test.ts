import { afterEach, describe, expect, test } from "vitest";
import { World } from "../../acceptance/world.ts";

const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});

async function start(windowSeconds: number): Promise<World> {
  const world = await World.start({
    environment: { SETUP_WINDOW_HOURS: String(windowSeconds / 3_600) },
  });
  worlds.push(world);
  return world;
}

type Run = { kind: string; mode: string; objectType: string; source: string };

async function fullPulls(world: World): Promise<Run[]> {
  const { body } = await world.api<{ results: Run[] }>("GET", "/runs");
  return body.results.filter(
    ({ kind, mode }) => kind === "pull" && mode === "full",
  );
}

const stateOf = async (world: World): Promise<unknown> =>
  (await world.api("GET", "/installation")).body["state"];

describe("the setup window, with workers", () => {
  test("AP-002 AP-003 AP-004 nothing moves during it; at its end the first pull runs exactly once, also after a restart and with a second process", async () => {
    const world = await start(4);
    const { body: made } = await world.inHubSpot<{ id: string }>(
      "POST",
      "/objects/contacts",
      { properties: { email: "early@example.com" } },
    );
    await world.install();
    const shown = await world.api("GET", "/installation");
    expect(shown.body).toMatchObject({ state: "setting-up" });
    const endsAt = shown.body["windowEndsAt"];
    await world.api("POST", "/contacts", {
      properties: { email: "ours@example.com" },
    });
    expect(
      await world.api("POST", "/sync/pull", {
        objectType: "contact",
        all: true,
      }),
    ).toMatchObject({ status: 409, body: { code: "setup_window", endsAt } });
    await world.restart();
    const second = await world.another();
    try {
      expect(await stateOf(world)).toBe("setting-up");
      expect((await world.api("GET", "/contacts")).body).toMatchObject({
        results: [{ hubspotId: null, sync: { status: "setting_up" } }],
      });
      expect(await world.truth("contacts")).toHaveLength(1);
      await world.until(
        async () => (await stateOf(world)) === "active",
        "active",
      );
      await world.settled();
    } finally {
      await second.stop();
    }
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(String(endsAt)));
    expect(
      (await fullPulls(world))
        .map(({ objectType, source }) => `${objectType} ${source}`)
        .toSorted(),
    ).toEqual(["company setup", "contact setup"]);
    const { body } = await world.api<{
      results: { hubspotId: string | null }[];
    }>("GET", "/contacts");
    expect(body.results.map(({ hubspotId }) => hubspotId)).toContain(made.id);
  });

  test("AP-110 AP-111 sync goes on after the sync user was deactivated, and after another admin connected", async () => {
    const world = await start(0);
    await world.installed();
    const { body: before } = await world.api<{ syncUser: { id: number } }>(
      "GET",
      "/installation",
    );
    const { body: settings } = await world.api("GET", "/settings");
    const contact = await world.inHubSpot<{ id: string }>(
      "POST",
      "/objects/contacts",
      {
        properties: { email: "stays@example.com" },
      },
    );
    await world.settled();
    await world.inHubSpot("POST", `/users/${before.syncUser.id}/deactivate`);
    await world.inHubSpot("PATCH", `/objects/contacts/${contact.body.id}`, {
      properties: { city: "Turin" },
    });
    await world.settled();
    const pulled = await world.api<{ results: { id: string }[] }>(
      "GET",
      "/contacts",
    );
    expect(pulled.body).toMatchObject({
      results: [{ hubspotId: contact.body.id, properties: { city: "Turin" } }],
    });

    await world.install();
    const { body: after } = await world.api<{ syncUser: { id: number } }>(
      "GET",
      "/installation",
    );
    expect(after).toMatchObject({ state: "active" });
    expect(after.syncUser.id).not.toBe(before.syncUser.id);
    expect((await world.api("GET", "/settings")).body).toEqual(settings);
    expect((await world.api("GET", "/contacts")).body).toMatchObject({
      results: [{ id: pulled.body.results[0]?.id, hubspotId: contact.body.id }],
    });
    await world.inHubSpot("PATCH", `/objects/contacts/${contact.body.id}`, {
      properties: { city: "Milan" },
    });
    await world.settled();
    expect((await world.api("GET", "/contacts")).body).toMatchObject({
      results: [{ properties: { city: "Milan" } }],
    });
  });
});
