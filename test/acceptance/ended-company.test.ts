import { describe, expect, test } from "vitest";
import { press } from "./card.ts";
import { calm } from "./steps/calm.ts";
import { profiles } from "./steps/path.ts";
import { make, objectOf, record } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  test("AP-011 a company that was deleted in HubSpot stays unlinked when its contact is pushed, also by hand; a push of its own creates it anew", async () => {
    const { world } = at;
    await choose(world, { company: { deletionSync: false } });
    const company = await make(world, "companies", {
      name: "Gone",
      domain: "gone.example",
    });
    const contact = await make(
      world,
      "contacts",
      { email: "one@gone.example" },
      company.id,
    );
    await calm(world);
    const gone = await objectOf(world, "companies", company.id);
    await world.inHubSpot("DELETE", `/objects/companies/${gone}`);
    await calm(world);

    await sync(world, "push", "contacts", { ids: [contact.id] });
    await press(
      world,
      "push",
      "contacts",
      await objectOf(world, "contacts", contact.id),
    );
    await calm(world);
    expect(await record(world, "companies", company.id)).toMatchObject({
      hubspotId: null,
      sync: { code: "link_ended" },
    });

    await sync(world, "push", "companies", { ids: [company.id] });
    await calm(world);
    expect((await record(world, "companies", company.id)).sync.status).toBe(
      "in_sync",
    );
  });
});
