import { describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { changeObject, object } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import { change, createLinked } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  test("a value that HubSpot rejected is tried once, whatever else is synced meanwhile, and once more by a retry", async () => {
    const { world } = at;
    await choose(world);
    const { id, objectId } = one(
      await createLinked(world, "contacts", [{ email: "owned@tries.example" }]),
      0,
    );
    await change(world, "contacts", id, {
      owner_email: "nobody@tries.example",
    });
    await calm(world);
    const entry = async () => one(await attention(world, id), 0);
    expect(await entry()).toMatchObject({ field: "owner_email", attempts: 1 });

    await change(world, "contacts", id, { city: "Bonn" });
    await calm(world);
    await changeObject(world, "contacts", objectId, { jobtitle: "CTO" });
    await calm(world);
    expect((await object(world, "contacts", objectId)).properties["city"]).toBe(
      "Bonn",
    );
    expect(await entry()).toMatchObject({ attempts: 1 });

    await world.api("POST", `/attention/${(await entry()).id}/retry`);
    await calm(world);
    expect(await entry()).toMatchObject({ attempts: 2 });
  });
});
