import { beforeEach, describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { calm } from "./steps/calm.ts";
import { changeObject, object } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { make, objectOf, record } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import type { World } from "./world.ts";
import { useWorld } from "./world.ts";

async function contactMappings(
  world: World,
): Promise<Settings["contact"]["mappings"]> {
  const { body } = await world.api<{ settings: Settings }>("GET", "/settings");
  return body.settings.contact.mappings;
}

describe.each(profiles)("blanks, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  test("AC-023 a blank overwrites nothing in either direction", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "blank@fields.example",
      phone: "+49301",
      job_title: "Kept",
    });
    await calm(world);
    const hubspotId = await objectOf(world, "contacts", id);

    await world.api("PATCH", `/contacts/${id}`, {
      properties: { phone: null, city: "Ulm" },
    });
    await calm(world);
    const there = await object(world, "contacts", hubspotId);
    expect(there.properties).toMatchObject({ phone: "+49301", city: "Ulm" });

    await changeObject(world, "contacts", hubspotId, {
      jobtitle: "",
      state: "Bavaria",
    });
    await calm(world);
    const here = await record(world, "contacts", id);
    expect(here.properties).toMatchObject({
      job_title: "Kept",
      state: "Bavaria",
    });

    await sync(world, "push", "contacts", { ids: [id] });
    expect(
      (await object(world, "contacts", hubspotId)).properties["phone"],
    ).toBe("+49301");
    await sync(world, "pull", "contacts", { ids: [id] });
    expect((await record(world, "contacts", id)).properties["job_title"]).toBe(
      "Kept",
    );
  });

  test("AC-023 a field whose mapping allows it is cleared, in both directions", async () => {
    const { world } = at;
    const mappings = (await contactMappings(world)).map((mapping) =>
      ["phone", "job_title"].includes(mapping.field)
        ? { ...mapping, clear: true }
        : mapping,
    );
    await choose(world, { contact: { mappings } });
    const { id } = await make(world, "contacts", {
      email: "clear@fields.example",
      phone: "+49301",
      job_title: "Gone soon",
    });
    await calm(world);
    const hubspotId = await objectOf(world, "contacts", id);

    await world.api("PATCH", `/contacts/${id}`, {
      properties: { phone: null },
    });
    await calm(world);
    const { properties } = await object(world, "contacts", hubspotId);
    expect(properties["phone"] ?? "").toBe("");
    expect(properties["jobtitle"]).toBe("Gone soon");

    await changeObject(world, "contacts", hubspotId, { jobtitle: "" });
    await calm(world);
    expect(
      (await record(world, "contacts", id)).properties["job_title"] ?? "",
    ).toBe("");
  });
});
