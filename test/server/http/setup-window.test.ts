import { afterEach, describe, expect, test } from "vitest";
import { ServerProcess } from "../../acceptance/kill-process.ts";
import { asOwner } from "../../acceptance/steps/database.ts";
import { profiles } from "../../acceptance/steps/path.ts";
import { upkeepTurn } from "../../acceptance/steps/housekeeping.ts";
import { World } from "../../acceptance/world.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function start(profile: string, windowHours: number): Promise<World> {
  const world = await World.start({
    portal: { profile },
    environment: { SETUP_WINDOW_HOURS: String(windowHours) },
  });
  stops.push(() => world.stop());
  return world;
}

type Run = { kind: string; mode: string; objectType: string; source: string };

async function fullPulls(world: World): Promise<string[]> {
  const { body } = await world.api<{ results: Run[] }>("GET", "/runs");
  return body.results
    .filter(({ kind, mode }) => kind === "pull" && mode === "full")
    .map(({ objectType, source }) => `${objectType} ${source}`)
    .toSorted();
}

/** How often HubSpot was asked for a page of all its objects. */
async function pagesListed(world: World): Promise<number> {
  const { body } = await world.control<{
    rows: { method: string; path: string; count: number }[];
  }>("GET", "/sandbox/requests");
  return body.rows
    .filter(
      ({ method, path }) =>
        method === "GET" &&
        /^\/crm\/objects\/[^/]+\/\{objectType\}$/.test(path),
    )
    .reduce((sum, { count }) => sum + count, 0);
}

const stateOf = async (world: World): Promise<unknown> =>
  (await world.api("GET", "/installation")).body["state"];

describe.each(profiles)("as HubSpot is %s", (profile) => {
  test("AP-002 AP-003 AP-004 nothing moves during the setup window; at its end, of several processes, one killed and one begun anew, exactly one starts the first pull", async () => {
    const world = await start(profile, 6);
    const [one, other] = await Promise.all([
      ServerProcess.start(world),
      ServerProcess.start(world),
    ]);
    stops.push(
      () => one.kill(),
      () => other.kill(),
    );
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
    await one.kill();
    await world.restart();
    expect(await stateOf(world)).toBe("setting-up");
    expect((await world.api("GET", "/contacts")).body).toMatchObject({
      results: [{ hubspotId: null, sync: { status: "setting_up" } }],
    });
    expect(await world.truth("contacts")).toHaveLength(1);
    expect(await pagesListed(world)).toBe(0);

    await asOwner(world, (owner) =>
      owner.query("update installation set window_ends_at = now()"),
    );
    await world.until(
      async () => (await stateOf(world)) === "active",
      "active",
    );
    const late = await world.another();
    stops.push(() => late.stop());
    await upkeepTurn(world);
    await world.settled();
    expect(await fullPulls(world)).toEqual(["company setup", "contact setup"]);
    expect(await pagesListed(world)).toBe(2);
    const { body } = await world.api<{
      results: { hubspotId: string | null }[];
    }>("GET", "/contacts");
    expect(body.results.map(({ hubspotId }) => hubspotId)).toContain(made.id);
  });

  test("AC-001 held until somebody starts it, nothing moves; after the first pull that is started by hand an edit on either side arrives with no further click", async () => {
    const world = await start(profile, 6);
    const { body: made } = await world.inHubSpot<{ id: string }>(
      "POST",
      "/objects/contacts",
      { properties: { email: "first@example.com" } },
    );
    await world.install();
    await world.api("POST", "/installation/hold");
    expect(await stateOf(world)).toBe("held");
    const edit = (city: string): Promise<unknown> =>
      world.inHubSpot("PATCH", `/objects/contacts/${made.id}`, {
        properties: { city },
      });
    await edit("Early");
    await upkeepTurn(world);
    expect(await fullPulls(world)).toEqual([]);
    expect(await pagesListed(world)).toBe(0);
    expect((await world.api("GET", "/contacts")).body).toMatchObject({
      results: [],
    });

    await world.api("POST", "/installation/start");
    await world.until(
      async () => (await stateOf(world)) === "active",
      "active",
    );
    expect(await fullPulls(world)).toEqual(["company start", "contact start"]);
    await edit("Turin");
    await world.settled();
    const { body } = await world.api<{
      results: { id: string; properties: Record<string, unknown> }[];
    }>("GET", "/contacts");
    expect(body).toMatchObject({
      results: [{ hubspotId: made.id, properties: { city: "Turin" } }],
    });
    await world.api("PATCH", `/contacts/${body.results[0]?.id ?? ""}`, {
      properties: { phone: "+49301" },
    });
    await world.settled();
    expect((await world.truth("contacts"))[0]?.properties["phone"]).toBe(
      "+49301",
    );
  });

  test("AP-110 AP-111 once the sync user is deactivated a warning says so and sync goes on; another admin who connects becomes the sync user", async () => {
    const world = await start(profile, 0);
    await world.installed();
    const { body: before } = await world.api<{ syncUser: { id: number } }>(
      "GET",
      "/installation",
    );
    expect(before).toMatchObject({ warnings: [] });
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
    await asOwner(world, (owner) =>
      owner.query(
        "update installation set definitions_read_at = now() - interval '1 hour'",
      ),
    );
    await upkeepTurn(world);
    expect((await world.api("GET", "/installation")).body).toMatchObject({
      state: "active",
      syncUser: { id: before.syncUser.id },
      warnings: [{ code: "sync_user_deactivated" }],
    });
    const edited = async (city: string): Promise<string> => {
      await world.inHubSpot("PATCH", `/objects/contacts/${contact.body.id}`, {
        properties: { city },
      });
      await world.settled();
      const { body } = await world.api<{
        results: { id: string; properties: Record<string, unknown> }[];
      }>("GET", "/contacts");
      expect(body).toMatchObject({
        results: [{ hubspotId: contact.body.id, properties: { city } }],
      });
      return body.results[0]?.id ?? "";
    };
    const id = await edited("Turin");
    await world.api("PATCH", `/contacts/${id}`, {
      properties: { job_title: "Still pushed" },
    });
    await world.settled();
    expect((await world.truth("contacts"))[0]?.properties["jobtitle"]).toBe(
      "Still pushed",
    );

    await world.install();
    const { body: after } = await world.api<{ syncUser: { id: number } }>(
      "GET",
      "/installation",
    );
    expect(after).toMatchObject({ state: "active", warnings: [] });
    expect(after.syncUser.id).not.toBe(before.syncUser.id);
    expect((await world.api("GET", "/settings")).body).toEqual(settings);
    expect(await edited("Milan")).toBe(id);
  });
});
