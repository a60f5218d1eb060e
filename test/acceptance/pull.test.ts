import { beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../server/config.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, makeObject, object } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import {
  change,
  findRecordOf,
  make,
  record,
  records,
} from "./steps/records.ts";
import { ended, readRun, start, sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

const named = (path: Path, name: string): Record<string, string> =>
  path === "contacts"
    ? { email: `${name}@pull.example` }
    : { name, domain: `${name}.example` };

/** What HubSpot was asked, by path as a template. */
async function calls(world: World): Promise<string[]> {
  const { body } = await world.control<{
    rows: { method: string; path: string; count: number }[];
  }>("GET", "/sandbox/requests");
  return body.rows.map(
    ({ method, path, count }) => `${count} ${method} ${path}`,
  );
}

describe.each(profiles)("pull, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  test("AC-001 after the first pull, an edit in HubSpot arrives without a further click", async () => {
    const { world } = at;
    const id = await makeObject(world, "contacts", {
      email: "noclick@pull.example",
      jobtitle: "Before",
    });
    await world.settled();
    expect(
      (await findRecordOf(world, "contacts", id))?.properties,
    ).toMatchObject({
      job_title: "Before",
    });
    await changeObject(world, "contacts", id, { jobtitle: "After" });
    await world.settled();

    expect(
      (await findRecordOf(world, "contacts", id))?.properties,
    ).toMatchObject({
      job_title: "After",
    });
  });

  test.each(["contacts", "companies"] as const)(
    "AP-084 AP-087 by default every one of HubSpot's %s has a row that the product sees",
    async (path) => {
      const { world } = at;
      const ids = [
        await makeObject(world, path, named(path, "whole")),
        await makeObject(world, path, {
          [path === "contacts" ? "lastname" : "name"]: "Bare",
        }),
        await makeObject(world, path, {
          ...named(path, "staged"),
          lifecyclestage: "customer",
        }),
      ];
      await sync(world, "pull", path, { all: true });
      await world.settled();

      const truth = await world.truth(path);
      expect(truth.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
      const shown = (await records(world, path)).flatMap(
        ({ hubspotId }) => hubspotId ?? [],
      );
      expect(shown.sort()).toEqual(truth.map(({ id }) => id).sort());
      const rows = await inSql<{ hubspot_id: string }>(
        world,
        `select hubspot_id from workspace.${path} where hubspot_id is not null`,
      );
      expect(rows.map((row) => row.hubspot_id).sort()).toEqual(shown.sort());
    },
  );

  test.each(["contacts", "companies"] as const)(
    "AP-086 AP-087 pulling all %s can be asked for at any time, and a second press while it runs is the same run",
    async (path) => {
      const { world } = at;
      await choose(world, { automatic: byHandOnly });
      const late = await makeObject(world, path, named(path, "late"));
      await world.control("PUT", "/sandbox/faults", {
        path: `/objects/*/${path}`,
        latencyMs: 400,
      });
      const first = await start(world, "pull", path, { all: true });
      const second = await start(world, "pull", path, { all: true });
      await world.until(
        async () => (await readRun(world, first)).state === "running",
        "the pull runs",
      );
      const third = await start(world, "pull", path, { all: true });
      await world.control("DELETE", "/sandbox/faults");
      const run = await ended(world, first);

      expect([second, third]).toEqual([first, first]);
      expect(run.state).toBe("done");
      expect(await findRecordOf(world, path, late)).toBeDefined();
      const again = await start(world, "pull", path, { all: true });
      expect(again).not.toBe(first);
      expect((await ended(world, again)).counts.created).toBe(0);
    },
  );

  test("AP-086 a full pull after a change of settings brings what was left out before", async () => {
    const { world } = at;
    await choose(world, {
      contact: { pull: { conditions: { stages: ["customer"] } } },
    });
    const id = await makeObject(world, "contacts", {
      email: "wider@pull.example",
      lifecyclestage: "lead",
    });
    await world.settled();
    expect(await findRecordOf(world, "contacts", id)).toBeUndefined();

    await choose(world);
    await sync(world, "pull", "contacts", { all: true });

    expect(await findRecordOf(world, "contacts", id)).toBeDefined();
  });

  test("AC-024 a webhook with one property leads to one read of the whole mapped contact", async () => {
    const { world } = at;
    const id = await makeObject(world, "contacts", {
      email: "one@read.example",
      jobtitle: "Old",
    });
    await calm(world);
    const kept = await findRecordOf(world, "contacts", id);
    // Of this edit no webhook arrives.
    await world.control("PUT", "/sandbox/faults", { webhooks: { lose: true } });
    await changeObject(world, "contacts", id, {
      jobtitle: "New",
      city: "Turku",
    });
    await world.control("DELETE", "/sandbox/faults");
    await world.control("DELETE", "/sandbox/requests");

    await changeObject(world, "contacts", id, { phone: "+49301" });
    await world.settled();

    expect(
      (await record(world, "contacts", kept?.id ?? "")).properties,
    ).toEqual(
      expect.objectContaining({
        phone: "+49301",
        job_title: "New",
        city: "Turku",
      }),
    );
    expect(await calls(world)).toEqual([
      "1 POST /crm/objects/2026-09/{objectType}/batch/read",
    ]);
  });

  test("AC-028 every automatic creation, update and skip stands in the journal with its cause", async () => {
    const { world } = at;
    await choose(world, {
      contact: {
        push: { conditions: { stages: ["customer"] } },
        pull: { conditions: { stages: ["customer"] } },
      },
    });
    const there = await makeObject(world, "contacts", {
      email: "there@log.example",
      lifecyclestage: "customer",
    });
    const left = await makeObject(world, "contacts", {
      email: "left@log.example",
      lifecyclestage: "lead",
    });
    const here = await make(world, "contacts", {
      email: "here@log.example",
      stage: "customer",
    });
    const kept = await make(world, "contacts", {
      email: "kept@log.example",
      stage: "lead",
    });
    await calm(world);
    const pulled = await findRecordOf(world, "contacts", there);
    if (pulled === undefined) throw new Error("It was not pulled.");
    await changeObject(world, "contacts", there, { jobtitle: "Theirs" });
    await calm(world);
    await change(world, "contacts", here.id, { job_title: "Ours" });
    await calm(world);

    const told = async (recordId: string) =>
      (await journal(world, { recordId }))
        .toReversed()
        .map(({ action, source, initiator, code }) => [
          action,
          source,
          initiator,
          code,
        ]);
    expect(await told(pulled.id)).toEqual([
      ["created", "webhook", "hubspot", "created_in_workspace"],
      ["updated", "webhook", "hubspot", "updated"],
    ]);
    expect(await told(here.id)).toEqual([
      ["created", "product", "workspace", "created_in_hubspot"],
      ["updated", "product", "workspace", "updated"],
    ]);
    expect(await told(kept.id)).toEqual([
      ["skipped", "product", "workspace", "stage_excluded"],
    ]);
    const skipped = (await journal(world)).filter(
      (entry) => entry.hubspotId === left,
    );
    expect(skipped).toHaveLength(1);
    expect(skipped[0]).toMatchObject({
      action: "skipped",
      source: "webhook",
      code: "not_in_scope",
    });
    expect(skipped[0]?.reason).toContain("stage");
  });

  test("AC-021 a field whose policy is the workspace's is not overwritten by HubSpot's side of a conflict", async () => {
    const { world } = at;
    const { body } = await world.api<{ settings: Settings }>(
      "GET",
      "/settings",
    );
    const mappings = body.settings.contact.mappings.map((mapping) =>
      mapping.field === "phone"
        ? { ...mapping, policy: "workspace" as const }
        : mapping,
    );
    await choose(world, {
      contact: {
        mappings,
      },
    });
    const { id } = await make(world, "contacts", {
      email: "policy@conflict.example",
      phone: "+49301",
      city: "Ulm",
    });
    await calm(world);
    const { hubspotId } = await record(world, "contacts", id);
    await choose(world, {
      automatic: byHandOnly,
      contact: {
        mappings,
      },
    });
    await changeObject(world, "contacts", hubspotId ?? "", {
      phone: "+49302",
      city: "Bonn",
    });
    await change(world, "contacts", id, { phone: "+49303", city: "Jena" });
    await calm(world);

    // Not by hand: what has changed in HubSpot, as the schedule would bring it.
    await choose(world, {
      contact: {
        mappings,
      },
      automatic: { pull: true, push: false },
    });
    await world.until(async () => {
      await sync(world, "pull", "contacts", { changed: true });
      const { properties } = await record(world, "contacts", id);
      return properties["city"] === "Bonn";
    }, "the search index shows the change");

    expect((await record(world, "contacts", id)).properties["phone"]).toBe(
      "+49303",
    );
    await choose(world, {
      contact: {
        mappings,
      },
    });
    // Automatic sync again: a push by hand would ask first, because HubSpot's phone is newer than the base.
    await calm(world);
    expect(
      (await object(world, "contacts", hubspotId)).properties,
    ).toMatchObject({ phone: "+49303", city: "Bonn" });
  });
});

describe.each(profiles)("the scheduled pull, %s", (profile) => {
  const at = useWorld({
    portal: { profile },
    environment: { PULL_INTERVAL_SECONDS: "1" },
  });

  test.each(["contacts", "companies"] as const)(
    "AP-088 with webhooks lost, new and edited %s arrive with the scheduled pull",
    async (path) => {
      const { world } = at;
      await world.control("PUT", "/sandbox/faults", {
        webhooks: { lose: true },
      });
      const id = await makeObject(world, path, {
        ...named(path, "scheduled"),
        city: "Turin",
      });
      await world.until(
        async () => (await findRecordOf(world, path, id)) !== undefined,
        "the new one is here",
      );
      await changeObject(world, path, id, { city: "Milan" });
      await world.until(
        async () =>
          (await findRecordOf(world, path, id))?.properties["city"] === "Milan",
        "the edit is here",
      );
      await world.control("DELETE", "/sandbox/faults");

      const pulled = await findRecordOf(world, path, id);
      const sources = (
        await journal(world, { recordId: pulled?.id ?? "" })
      ).map((entry) => entry.source);
      expect(sources).toEqual(["schedule", "schedule"]);
    },
  );

  test("AP-088 it comes every 15 minutes unless it is set otherwise", () => {
    const environment = {
      HUBSPOT_APP_ID: "1",
      HUBSPOT_CLIENT_ID: "id",
      HUBSPOT_CLIENT_SECRET: "secret",
      TOKEN_KEY: `k:${Buffer.alloc(32).toString("base64")}`,
    };
    expect(readConfig(environment).pullIntervalSeconds).toBe(15 * 60);
  });
});
