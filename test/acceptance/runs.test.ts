import { beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import { makeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { make, record } from "./steps/records.ts";
import { ended, itemsOf, readRun, start, sync } from "./steps/runs.ts";
import type { RunDocument } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

const sumOf = ({ counts }: RunDocument): number =>
  counts.created +
  counts.updated +
  counts.unchanged +
  counts.skipped +
  counts.held +
  counts.failed;

describe.each(profiles)("runs, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world, { automatic: byHandOnly }));

  test("AC-003 AC-004 pull and push of all companies and contacts are queued one behind the other, and end with their counts", async () => {
    const { world } = at;
    await makeObject(world, "companies", {
      name: "There",
      domain: "there.example",
    });
    await makeObject(world, "contacts", { email: "one@there.example" });
    await make(world, "companies", { name: "Here", domain: "here.example" });
    await make(world, "contacts", { email: "one@here.example" });
    await world.control("PUT", "/sandbox/faults", {
      path: "/crm/objects/",
      latencyMs: 300,
    });

    const started: string[] = [];
    for (const kind of ["pull", "push"] as const) {
      for (const path of ["companies", "contacts"] as const)
        started.push(await start(world, kind, path, { all: true }));
    }
    const seen = new Set<string>();
    await world.until(async () => {
      // In one answer: read one by one, the first may end, and the second begin, in between.
      const { body } = await world.api<{ results: RunDocument[] }>(
        "GET",
        "/runs",
      );
      const states = started.map(
        (id) => body.results.find((run) => run.id === id)?.state ?? "",
      );
      // One run of a portal at a time: while one is running, the last of them is queued.
      if (states.filter((state) => state === "running").length > 1)
        throw new Error(`Two at once: ${states.join()}`);
      states.forEach((state) => seen.add(state));
      return states.every((state) => state === "done");
    }, "all four have ended");
    await world.control("DELETE", "/sandbox/faults");

    expect([...seen].sort()).toEqual(["done", "queued", "running"]);
    const runs = await Promise.all(started.map((id) => readRun(world, id)));
    expect(runs.map(({ counts }) => counts.created)).toEqual([1, 1, 1, 1]);
    for (const run of runs) expect(run.counts.requested).toBe(sumOf(run));
    const listed = await world.api<{ results: RunDocument[] }>("GET", "/runs");
    expect(listed.body.results.map(({ id }) => id)).toEqual(
      expect.arrayContaining(started),
    );
  });

  test("AP-086 a pull of everything that is asked for while one of the changes runs becomes one of everything", async () => {
    const { world } = at;
    await makeObject(world, "contacts", { email: "whole@wide.example" });
    await world.control("PUT", "/sandbox/faults", {
      path: "/objects/*/contacts",
      latencyMs: 300,
    });
    const first = await start(world, "pull", "contacts", { changed: true });
    await world.until(
      async () => (await readRun(world, first)).state === "running",
      "the pull of changes runs",
    );
    const asked = await start(world, "pull", "contacts", { all: true });
    const again = await start(world, "pull", "contacts", { all: true });
    await world.control("DELETE", "/sandbox/faults");
    const run = await ended(world, first);

    expect([asked, again]).toEqual([first, first]);
    expect(run).toMatchObject({ state: "done", mode: "full" });
    const there = await world.truth("contacts");
    expect(run.counts.requested).toBe(there.length);
    expect(sumOf(run)).toBe(there.length);
  });

  test("AP-098 a bulk push counts every record once, and lists each that was not carried out", async () => {
    const { world } = at;
    await choose(world, {
      automatic: byHandOnly,
      contact: { push: { conditions: { stages: ["customer"] } } },
    });
    const { id: twin } = await make(world, "contacts", {
      email: "twin@count.example",
      stage: "customer",
    });
    const before = await sync(world, "push", "contacts", { ids: [twin] });
    expect(before.counts.created).toBe(1);
    const made = {
      created: await make(world, "contacts", {
        email: "new@count.example",
        stage: "customer",
      }),
      skipped: await make(world, "contacts", {
        email: "lead@count.example",
        stage: "lead",
      }),
      failed: await make(world, "contacts", {
        email: "twin@count.example",
        stage: "customer",
      }),
    };

    const run = await sync(world, "push", "contacts", { all: true });

    expect(run.counts.requested).toBe(sumOf(run));
    expect(run.counts).toMatchObject({ created: 1, failed: 1, held: 0 });
    expect(run.counts.unchanged).toBeGreaterThanOrEqual(1);
    const items = await itemsOf(world, run.id);
    expect(items).toHaveLength(
      run.counts.skipped + run.counts.held + run.counts.failed,
    );
    const outcomes = new Map(
      items.map((item) => [item.recordId, [item.outcome, item.code]]),
    );
    expect(outcomes.get(made.skipped.id)).toEqual([
      "skipped",
      "stage_excluded",
    ]);
    expect(outcomes.get(made.failed.id)).toEqual(["failed", "duplicate_email"]);
    expect(outcomes.has(made.created.id)).toBe(false);
    const emails = (await world.truth("contacts")).map(
      ({ properties }) => properties["email"],
    );
    expect(
      emails.filter((email) => email === "twin@count.example"),
    ).toHaveLength(1);
    expect(await attention(world, made.failed.id)).toHaveLength(1);
  });

  test("AP-098 a record that HubSpot refuses is counted as failed, and the others of its page go through", async () => {
    const { world } = at;
    const good = [];
    for (const name of ["a", "b", "c"])
      good.push(
        await make(world, "contacts", { email: `${name}@page.example` }),
      );
    const bad = await make(world, "contacts", { email: "no email at all" });

    const run = await sync(world, "push", "contacts", {
      ids: [...good.map(({ id }) => id), bad.id],
    });

    expect(run.counts).toMatchObject({ requested: 4, created: 3, failed: 1 });
    expect(await itemsOf(world, run.id)).toEqual([
      expect.objectContaining({ recordId: bad.id, outcome: "failed" }),
    ]);
    for (const { id } of good)
      expect((await record(world, "contacts", id)).hubspotId).not.toBeNull();
    const [entry] = await attention(world, bad.id);
    expect(entry?.cause).not.toBe("");
    expect(entry?.fix).not.toBe("");
  });
});

describe.each(profiles)("the first pull, as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile }, install: false });

  test("AP-080 AP-081 while the first pull runs a push is refused and its progress told; afterwards it works", async () => {
    const { world } = at;
    await world.inHubSpot("POST", "/seed", { contacts: 900 });
    await world.control("PUT", "/sandbox/faults", {
      path: "/crm/objects/",
      latencyMs: 150,
    });
    const installed = await world.install();
    expect(installed.status).toBe(200);
    const mine = await make(world, "contacts", { email: "mine@early.example" });
    const asked = { objectType: "contact", ids: [mine.id] };

    const refused = await world.api("POST", "/sync/push", asked);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "first_pull_running" },
    });
    expect(String(refused.body["detail"])).toContain("first pull");
    const button = async (): Promise<{ allowed: boolean; reason: string }> =>
      (
        await world.api<{ push: { allowed: boolean; reason: string } }>(
          "GET",
          `/contacts/${mine.id}/sync`,
        )
      ).body.push;
    const seen: number[] = [];
    await world.until(async () => {
      const { body } = await world.api<{ results: RunDocument[] }>(
        "GET",
        "/runs",
      );
      const pull = body.results.find((run) => run.objectType === "contact");
      if (pull?.state === "running" && pull.expected !== null)
        seen.push((100 * pull.counts.requested) / pull.expected);
      return seen.some((share) => share > 0 && share < 100);
    }, "part of the first pull is told");
    const shown = await button();
    expect(shown.allowed).toBe(false);
    expect(shown.reason).toMatch(/^First pull [1-9][0-9]?%\./);
    expect(await world.truth("contacts")).toHaveLength(900);
    expect((await record(world, "contacts", mine.id)).hubspotId).toBeNull();

    await world.control("DELETE", "/sandbox/faults");
    await world.until(
      async () =>
        (await world.api("GET", "/installation")).body["state"] === "active",
      "the first pull has ended",
    );
    expect((await button()).allowed).toBe(true);
    const run = await sync(world, "push", "contacts", { ids: [mine.id] });
    expect(run.counts.requested).toBe(1);
    await calm(world);
    expect((await record(world, "contacts", mine.id)).hubspotId).not.toBeNull();
    expect(await world.truth("contacts")).toHaveLength(901);
    expect(
      (await journal(world, { recordId: mine.id })).filter(
        (entry) => entry.action === "created",
      ),
    ).toHaveLength(1);
  });
});
