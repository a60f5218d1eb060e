import { beforeEach, describe, expect, test } from "vitest";
import { defaultBrakes } from "../../server/settings/schema.ts";
import { decideOn, forgetWindow, heldEntry } from "./steps/brake.ts";
import { calm } from "./steps/calm.ts";
import { letAMinutePass } from "./steps/let-a-minute-pass.ts";
import { loseNextAnswer } from "./steps/lose-next-answer.ts";
import { changeObject, objectsWith } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, make, record, records } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

/** Attempts whose answers were lost stay open as long as their pair waits for a person. */

const noUpdatesHere = {
  contact: {
    brakes: {
      ...defaultBrakes,
      updates: { toHubSpot: null, toWorkspace: 0 },
    },
  },
};

/** What a creation of ours in HubSpot has led to, by a value that nothing else has. */
const withCity = async (world: World, city: string) => ({
  objects: await objectsWith(world, "contacts", "city", city),
  records: (await records(world, "contacts")).filter(
    ({ properties }) => properties["city"] === city,
  ),
});

describe.each(profiles)("a portal without room for keys (%s)", (profile) => {
  const at = useWorld({ portal: { profile, uniqueProperties: 0 } });
  beforeEach(async () => {
    await choose(at.world);
    await calm(at.world);
    await forgetWindow(at.world);
  });

  test("X-06 a creation whose answer was lost is still recognized after its match was held for approval", async () => {
    const { world } = at;
    await world.control("PUT", "/sandbox/faults", [
      {
        portalId: world.portalId,
        path: "contacts/batch/create",
        dropAfterWrite: true,
        times: 1,
      },
      // Nothing tells of the object before it has been changed.
      { portalId: world.portalId, webhooks: { paused: true } },
    ]);
    const { id } = await make(world, "contacts", {
      first_name: "Held",
      city: "Heldburg",
    });
    await world.until(
      async () => (await withCity(world, "Heldburg")).objects.length === 1,
      "the write was done",
    );
    const [made] = (await withCity(world, "Heldburg")).objects;
    await choose(world, noUpdatesHere);
    // The match brings a value along, and that may not come unasked.
    await changeObject(world, "contacts", made?.id ?? "", {
      jobtitle: "Typed in HubSpot",
    });
    await world.control("PUT", "/sandbox/faults", []);
    const entry = await heldEntry(world, 1);
    await decideOn(world, entry.id, "approve");
    await calm(world);
    await letAMinutePass(world);
    await calm(world);

    const found = await withCity(world, "Heldburg");
    expect(found.objects).toHaveLength(1);
    expect(found.records).toMatchObject([
      {
        id,
        hubspotId: made?.id,
        properties: { job_title: "Typed in HubSpot" },
        sync: { status: "in_sync" },
      },
    ]);
  });
});

describe.each(profiles)("any portal (%s)", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(async () => {
    await choose(at.world);
    await calm(at.world);
    await forgetWindow(at.world);
  });

  test("X-06 a push whose answer was lost is still known as ours after its pair was held for approval", async () => {
    const { world } = at;
    const { id } = await make(world, "contacts", {
      email: "held@push.example",
      phone: "+49 1",
    });
    await calm(world);
    await letAMinutePass(world);
    const { hubspotId } = await record(world, "contacts", id);
    await choose(world, {
      contact: { ...noUpdatesHere.contact, policy: "hubspot" },
    });
    await loseNextAnswer(world, "contacts/batch/update");
    await change(world, "contacts", id, { phone: "+49 2" });
    await world.until(
      async () =>
        (await objectsWith(world, "contacts", "phone", "+49 2")).length === 1,
      "the write was done",
    );
    await letAMinutePass(world);
    await changeObject(world, "contacts", hubspotId ?? "", {
      jobtitle: "Typed in HubSpot",
    });
    const entry = await heldEntry(world, 1);
    // The newest value here is no conflict with our own earlier one in HubSpot.
    await change(world, "contacts", id, { phone: "+49 3" });
    await calm(world);
    await decideOn(world, entry.id, "approve");
    await calm(world);
    await letAMinutePass(world);
    await calm(world);

    expect((await record(world, "contacts", id)).properties).toMatchObject({
      phone: "+49 3",
      job_title: "Typed in HubSpot",
    });
    expect(await objectsWith(world, "contacts", "phone", "+49 3")).toHaveLength(
      1,
    );
  });
});
