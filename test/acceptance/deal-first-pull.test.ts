import { expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { makeDealIn, switchOff, switchOn } from "./steps/deals.ts";
import { addPipeline } from "./steps/pipelines.ts";
import { sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

// AP-036: what turning deals on will do is said first; then its bound and its progress.

const at = useWorld({ portal: { searchLagMs: 0 } });

interface FirstPull {
  readonly state: string;
  readonly sentence: string;
  readonly withinHours: number;
  readonly forecast: {
    readonly objects: number;
    readonly pipelines: number;
    readonly calls: number;
    readonly minutes: number;
  } | null;
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly endedAt: string | null;
}

const firstPull = async (): Promise<FirstPull> => {
  const { status, body } = await at.world.api<FirstPull>(
    "GET",
    "/installation/first-pull/deals",
  );
  expect(status).toBe(200);
  return body;
};

const bound =
  "It can take up to 24 hours until all of them are in the workspace.";

test("AP-036 turning deals on says first how many deals, pipelines, calls, and minutes, then the bound and the progress, until all are there", async () => {
  const { world } = at;
  await world.control("POST", `/sandbox/portals/${world.portalId}/seed`, {
    contacts: 20,
    companies: 5,
    deals: 450,
    seed: 3,
    webhooks: false,
  });
  // Their companies and contacts are here already, as once the account's own first pull has ended.
  await sync(world, "pull", "companies", { all: true });
  await sync(world, "pull", "contacts", { all: true });
  const before = await firstPull();
  expect(before).toMatchObject({
    state: "off",
    withinHours: 24,
    forecast: { objects: 450, pipelines: 1, minutes: 1 },
    progress: null,
    endedAt: null,
  });
  expect(before.sentence).toBe(
    `HubSpot has 450 deals in 1 pipeline. If deals are turned on, all of them are pulled, with about ${before.forecast?.calls} calls in about a minute. ${bound} Deals that were synced before get HubSpot's values, and the journal keeps what that replaces.`,
  );

  await world.control("DELETE", "/sandbox/requests");
  // Slow enough to be looked at on the way.
  await world.control("PUT", "/sandbox/faults", {
    path: "/crm/objects",
    latencyMs: 400,
  });
  await choose(world, { deal: { enabled: true } });
  const seen: FirstPull[] = [];
  await world.until(async () => {
    seen.push(await firstPull());
    return seen.at(-1)?.state === "ended";
  }, "the first pull of deals has ended");
  await world.control("DELETE", "/sandbox/faults");
  const running = seen.filter(({ state }) => state === "running");
  expect(running.length).toBeGreaterThan(0);
  for (const { sentence, withinHours } of running) {
    expect(sentence).toContain("Deals are being pulled: ");
    expect(sentence).toContain(bound);
    expect(withinHours).toBe(24);
  }
  const counted = running.flatMap(({ progress }) => progress ?? []);
  expect(counted.map(({ done }) => done)).toEqual(
    counted.map(({ done }) => done).toSorted((left, right) => left - right),
  );
  expect(
    running.some(
      ({ progress, sentence }) =>
        progress?.total === 450 &&
        sentence.startsWith(
          `Deals are being pulled: ${progress.done} of 450 deals.`,
        ),
    ),
  ).toBe(true);
  const after = seen.at(-1);
  expect(after).toMatchObject({
    state: "ended",
    sentence: "All deals of HubSpot were pulled.",
    endedAt: expect.any(String) as string,
  });
  await calm(world);
  const { body } = await world.api<{ results: object[]; next: unknown }>(
    "GET",
    "/deals?limit=200&synced=yes",
  );
  expect(body.results).toHaveLength(200);
  expect(await world.truth("deals")).toHaveLength(450);
  // What was said is about what was done.
  const { body: asked } = await world.control<{
    rows: { method: string; path: string; count: number }[];
  }>("GET", "/sandbox/requests");
  const reads = asked.rows
    .filter(
      ({ method, path }) =>
        (method === "GET" && path.endsWith("/{objectType}")) ||
        (path.includes("/associations/") && path.endsWith("/batch/read")),
    )
    .reduce((sum, { count }) => sum + count, 0);
  // A busy machine reads a page again whose worker was given up.
  expect(before.forecast?.calls).toBeGreaterThanOrEqual(reads / 4);
  expect(before.forecast?.calls).toBeLessThanOrEqual(reads * 2);
});

test("AP-036 AP-040 with pipelines selected, it says how many deals come of how many pipelines", async () => {
  const { world } = at;
  const all = (await world.truth("deals")).length;
  const renewals = await addPipeline(world, "Renewals");
  for (const dealname of ["One", "Two"])
    await makeDealIn(world, {
      dealname,
      pipeline: renewals.id,
      dealstage: renewals.stages[0],
    });
  await choose(world, {
    deal: { enabled: false, pipelines: [renewals.id, "deleted-since"] },
  });
  const said = await firstPull();
  expect(said.forecast).toMatchObject({ objects: 2, pipelines: 1 });
  // HubSpot lists all of them.
  expect(said.forecast?.calls).toBeGreaterThanOrEqual(Math.ceil(all / 100));
  expect(said.sentence).toContain(
    "HubSpot has 2 deals in 1 selected pipeline. If deals are turned on, all of them are pulled",
  );
  await switchOn(world, { pipelines: [renewals.id] });
  await world.until(
    async () => (await firstPull()).state === "ended",
    "deals have been pulled again",
  );
  expect((await firstPull()).sentence).toBe(
    "All deals of the selected pipelines were pulled.",
  );
});

test("AP-036 without the permissions, what is to be granted is said, and nothing is asked of HubSpot", async () => {
  const { world } = at;
  await switchOff(world);
  await world.install({
    withholdScopes: ["crm.objects.deals.read", "crm.objects.deals.write"],
  });
  await world.control("DELETE", "/sandbox/requests");
  expect(await firstPull()).toMatchObject({
    state: "needs_permission",
    sentence:
      "HubSpot hasn't granted the permissions to read and write deals. Reconnect HubSpot and grant them, then turn deals on.",
    forecast: null,
  });
  const { body } = await world.control<{ rows: object[] }>(
    "GET",
    "/sandbox/requests",
  );
  expect(body.rows).toEqual([]);
  await world.install();
  await switchOn(world);
});
