import { beforeEach, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, makeObject, object } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, make, objectOf, record, recordOf } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)("edits that flow by themselves, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  test("AC-021 an edit on either side overwrites the other side's phone by itself", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "phone@auto.example",
      phone: "+49301",
    });
    await calm(world);
    const hubspotId = await objectOf(world, "contacts", id);

    await changeObject(world, "contacts", hubspotId, { phone: "+49302" });
    await calm(world);
    expect((await record(world, "contacts", id)).properties["phone"]).toBe(
      "+49302",
    );

    await change(world, "contacts", id, { phone: "+49303" });
    await calm(world);
    const { properties } = await object(world, "contacts", hubspotId);
    expect(properties["phone"]).toBe("+49303");
  });

  test("AC-021 where both sides changed a field, the side that triggered the sync has priority, and the journal keeps what gave way", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "both@auto.example",
      phone: "+49301",
    });
    await calm(world);
    const hubspotId = await objectOf(world, "contacts", id);

    await world.control("PUT", "/sandbox/faults", {
      webhooks: { paused: true },
    });
    await changeObject(world, "contacts", hubspotId, { phone: "+49302" });
    await change(world, "contacts", id, { phone: "+49303" });
    await world.until(
      async () =>
        (await object(world, "contacts", hubspotId)).properties["phone"] ===
        "+49303",
      "the workspace's phone is in HubSpot",
    );
    await world.control("DELETE", "/sandbox/faults");
    await calm(world);

    expect((await record(world, "contacts", id)).properties["phone"]).toBe(
      "+49303",
    );
    const overwrote = (await journal(world, { recordId: id })).flatMap(
      (entry) => entry.changes.map((each) => each.overwrote),
    );
    expect(overwrote).toContain("+49302");
  });

  test("AC-022 a push overwrites HubSpot's phone, job title and surname", async () => {
    const { world } = at;
    const objectId = await makeObject(world, "contacts", {
      email: "example@accelo.example",
      firstname: "Jo",
      lastname: "Hub",
      phone: "+49301",
      jobtitle: "Hub title",
    });
    await calm(world);
    const pulled = await recordOf(world, "contacts", objectId);

    await change(world, "contacts", pulled.id, {
      phone: "+49309",
      job_title: "Our title",
      last_name: "Work",
    });
    await calm(world);

    const { properties } = await object(world, "contacts", objectId);
    expect(properties).toMatchObject({
      firstname: "Jo",
      lastname: "Work",
      phone: "+49309",
      jobtitle: "Our title",
    });
  });
});
