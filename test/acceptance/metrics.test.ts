import { describe, expect, test } from "vitest";
import { postSigned } from "../server/http/sign.ts";
import { viewCard } from "./card.ts";
import { calm } from "./steps/calm.ts";
import { makeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { make } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { identity, useWorld } from "./world.ts";
import type { World } from "./world.ts";

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What the server's /metrics says, a sample a line of Prometheus' text format. */
async function samples(world: World): Promise<Sample[]> {
  const response = await fetch(`${world.server.url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/plain");
  return (await response.text())
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value = ""] =
        /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      return {
        name,
        labels: Object.fromEntries(
          [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(
            ([, key = "", of = ""]) => [key, of],
          ),
        ),
        value: Number(value),
      };
    });
}

/** The sum of a metric's samples that have these labels. */
async function sum(
  world: World,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const all = await samples(world);
  return all
    .filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(
          ([key, value]) => sample.labels[key] === value,
        ),
    )
    .reduce((total, { value }) => total + value, 0);
}

describe.each(profiles)("what /metrics says, %s", (profile) => {
  const at = useWorld({ portal: { profile }, alone: true });

  test("calls to HubSpot by lane and status are as many as HubSpot has counted, failures included", async () => {
    const { world } = at;
    await world.control("PUT", "/sandbox/faults", {
      path: "/crm/objects/",
      status: 503,
      times: 1,
    });
    const id = await makeObject(world, "contacts", {
      email: "one@metrics.example",
    });
    await make(world, "contacts", { email: "two@metrics.example" });
    await calm(world);
    await viewCard(world, "contacts", id);

    const { body } = await world.control<{
      rows: { path: string; status: number; count: number }[];
    }>("GET", "/sandbox/requests");
    const counted: Record<string, number> = {};
    for (const { path, status, count } of body.rows)
      if (!path.startsWith("/oauth/"))
        counted[status] = (counted[status] ?? 0) + count;
    expect(counted["503"]).toBe(1);
    const told: Record<string, number> = {};
    const lanes = new Set<string>();
    for (const { name, labels, value } of await samples(world)) {
      if (name !== "counterpart_hubspot_calls_total") continue;
      const { priority = "", status = "" } = labels;
      told[status] = (told[status] ?? 0) + value;
      lanes.add(priority);
    }
    expect(told).toEqual(counted);
    // The card and the install are a person's; pulls and pushes in the background are not.
    expect(lanes).toEqual(new Set(["interactive", "bulk"]));
    expect(await sum(world, "counterpart_hubspot_call_seconds_count")).toBe(
      Object.values(told).reduce((total, count) => total + count, 0),
    );
  });

  test("webhook events that came in are counted by what became of them, and requests that were refused by why", async () => {
    const { world } = at;
    const stored = async (): Promise<number> =>
      sum(world, "counterpart_webhook_events_total", { outcome: "stored" });
    const sent = async (): Promise<number> =>
      Number((await world.control("GET", "/sandbox/webhooks")).body["sent"]);
    const before = { stored: await stored(), sent: await sent() };
    await makeObject(world, "contacts", { email: "told@metrics.example" });
    await calm(world);
    expect((await sent()) - before.sent).toBeGreaterThan(0);
    expect((await stored()) - before.stored).toBe((await sent()) - before.sent);

    const post = (portalId: number, secret: string): Promise<Response> =>
      postSigned(
        `${world.server.publicUrl}/webhooks/hubspot`,
        JSON.stringify([
          {
            portalId,
            appId: identity.appId,
            eventId: 1,
            subscriptionId: 1,
            occurredAt: Date.now(),
            subscriptionType: "object.creation",
            objectTypeId: "0-1",
            objectId: 1,
            attemptNumber: 0,
          },
        ]),
        { secret },
      );
    expect((await post(999_999_999, identity.clientSecret)).status).toBe(200);
    expect((await post(world.portalId, "guess")).status).toBe(401);
    expect(
      await sum(world, "counterpart_webhook_events_total", {
        outcome: "unknown_portal",
      }),
    ).toBe(1);
    expect(
      await sum(world, "counterpart_signatures_refused_total", {
        reason: "bad",
      }),
    ).toBe(1);
    expect((await stored()) - before.stored).toBe((await sent()) - before.sent);
  });

  test("runs by kind and state, and what waits in inbox and dirty set with its age, are as the product's client has them", async () => {
    const { world } = at;
    await sync(world, "pull", "contacts", { all: true });
    await sync(world, "push", "companies", { all: true });
    const { body } = await world.api<{
      results: { kind: string; state: string }[];
    }>("GET", "/runs?limit=200");
    for (const kind of ["pull", "push"])
      expect(
        await sum(world, "counterpart_runs", { kind, state: "done" }),
      ).toBe(body.results.filter((run) => run.kind === kind).length);
    expect(await sum(world, "counterpart_runs", { state: "running" })).toBe(0);

    // What is held waits, in both directions.
    const before = await world.control("GET", "/sandbox/webhooks");
    await world.api("POST", "/installation/hold");
    await makeObject(world, "contacts", { email: "waits@metrics.example" });
    await make(world, "contacts", { email: "waits-here@metrics.example" });
    await world.control("POST", "/sandbox/webhooks/flush");
    const { body: sent } = await world.control("GET", "/sandbox/webhooks");
    expect(sent).toMatchObject({ waiting: 0 });
    const told = Number(sent["sent"]) - Number(before.body["sent"]);
    expect(told).toBeGreaterThan(0);
    expect(await sum(world, "counterpart_inbox_events")).toBe(told);
    expect(await sum(world, "counterpart_dirty_records")).toBe(1);
    for (const age of [
      "counterpart_inbox_oldest_seconds",
      "counterpart_dirty_oldest_seconds",
    ]) {
      const first = await sum(world, age);
      expect(first).toBeGreaterThan(0);
      expect(first).toBeLessThan(60);
      await world.until(
        async () => (await sum(world, age)) > first,
        `${age} grows`,
      );
    }
    expect(
      await sum(world, "counterpart_installations", { state: "held" }),
    ).toBe(1);

    await world.api("POST", "/installation/start");
    await calm(world);
    for (const waiting of [
      "counterpart_inbox_events",
      "counterpart_inbox_oldest_seconds",
      "counterpart_dirty_records",
      "counterpart_dirty_oldest_seconds",
    ])
      expect(await sum(world, waiting)).toBe(0);
  });
});
