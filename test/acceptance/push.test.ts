import { beforeEach, describe, expect, test } from "vitest";
import { journal } from "./steps/journal.ts";
import { object, objectsWith } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { profiles } from "./steps/path.ts";
import { change, make, record } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)("push, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  test("AP-074 a record pushed alone and one pushed among many reach HubSpot with the same values", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const [owner] = await owners(world);
    const held = {
      first_name: "Same",
      last_name: "Payload",
      phone: "+49 (30) 99-88",
      job_title: "  Twin ",
      stage: "lead",
      lead_status: "NEW",
      city: "Ulm",
      owner_email: owner.email,
    };
    const alone = await make(world, "contacts", {
      ...held,
      email: "alone@twins.example",
    });
    const many = [];
    for (const name of ["a", "b", "c"]) {
      many.push(
        await make(world, "contacts", {
          ...held,
          email: `${name}@twins.example`,
        }),
      );
    }

    await sync(world, "push", "contacts", { ids: [alone.id] });
    await sync(world, "push", "contacts", { ids: many.map(({ id }) => id) });

    const sent = [];
    for (const { id } of [alone, ...many]) {
      const [created] = (await journal(world, { recordId: id })).filter(
        (entry) => entry.action === "created",
      );
      sent.push(
        created?.changes
          .filter((each) => each.field !== "email")
          .map(({ field, after }) => [field, after]),
      );
    }
    expect(sent[0]?.map(([field]) => field).sort()).toEqual(
      Object.keys(held).sort(),
    );
    expect(sent.slice(1)).toEqual([sent[0], sent[0], sent[0]]);
    const stored = [];
    for (const { id } of [alone, ...many]) {
      const { hubspotId } = await record(world, "contacts", id);
      const { properties } = await object(world, "contacts", hubspotId);
      stored.push(
        [
          "firstname",
          "lastname",
          "phone",
          "jobtitle",
          "lifecyclestage",
          "hs_lead_status",
          "city",
          "hubspot_owner_id",
        ].map((name) => properties[name]),
      );
    }
    expect(stored[0]?.[0]).toBe("Same");
    expect(stored.slice(1)).toEqual([stored[0], stored[0], stored[0]]);
  });

  test("AC-018 AC-019 a first push creates one object, stores its id, and tells what was pushed", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const { id } = await make(world, "contacts", {
      email: "first@once.example",
      first_name: "First",
    });

    const run = await sync(world, "push", "contacts", { ids: [id] });

    expect(run.counts).toMatchObject({ requested: 1, created: 1 });
    const [made, ...more] = await objectsWith(
      world,
      "contacts",
      "email",
      "first@once.example",
    );
    expect(more).toEqual([]);
    const { hubspotId, sync: status } = await record(world, "contacts", id);
    expect(hubspotId).toBe(made?.id);
    expect(status).toMatchObject({ status: "in_sync" });
    const [told] = await journal(world, { runId: run.id });
    expect(told).toMatchObject({
      action: "created",
      recordId: id,
      hubspotId,
      by: "API",
    });
    expect(
      told?.changes.map(({ field, side, after }) => [field, side, after]),
    ).toEqual([
      ["email", "hubspot", "first@once.example"],
      ["first_name", "hubspot", "First"],
    ]);
  });

  test("AC-017 AC-020 pushing again updates the one object at once, as often as wanted", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const { id } = await make(world, "contacts", {
      email: "again@often.example",
      job_title: "0",
    });
    const first = await sync(world, "push", "contacts", { ids: [id] });
    expect(first.counts.created).toBe(1);
    const { hubspotId } = await record(world, "contacts", id);

    for (const title of ["1", "2"]) {
      await change(world, "contacts", id, { job_title: title });
      const run = await sync(world, "push", "contacts", { ids: [id] });
      expect(run.counts).toMatchObject({ requested: 1, updated: 1 });
      const { properties } = await object(world, "contacts", hubspotId);
      expect(properties["jobtitle"]).toBe(title);
    }
    const idle = await sync(world, "push", "contacts", { ids: [id] });
    expect(idle.counts).toMatchObject({ requested: 1, unchanged: 1 });
    expect(
      await objectsWith(world, "contacts", "email", "again@often.example"),
    ).toHaveLength(1);
  });
});
