import { describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { changeObject, object } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { profiles } from "./steps/path.ts";
import { change, make, record } from "./steps/records.ts";
import { choose, setSettings } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { useWorld } from "./world.ts";

const fillsIn = { createsLeads: true, domainFillsWebsite: true };

describe.each(profiles)("what HubSpot fills in by itself, %s", (profile) => {
  const at = useWorld({ portal: { profile, ...fillsIn } });

  test("a new contact's stage and a new company's website reach the workspace although every webhook is lost", async () => {
    const { world } = at;
    await faultyWebhooks(world, { lose: true }, async () => {
      const contact = await make(world, "contacts", {
        email: "new@filled.example",
      });
      const company = await make(world, "companies", {
        domain: "filled.example",
        stage: "customer",
      });
      await world.settled();

      expect(await record(world, "contacts", contact.id)).toMatchObject({
        properties: { stage: "lead" },
        sync: { status: "in_sync" },
      });
      expect(await record(world, "companies", company.id)).toMatchObject({
        properties: { website_url: "filled.example", stage: "customer" },
        sync: { status: "in_sync" },
      });
    });
  });

  test("a filled-in stage gives way without a conflict to what its record got before it was pulled", async () => {
    const { world } = at;
    await choose(world, {
      automatic: { pull: false, push: true },
      contact: { policy: "hold" },
    });
    const { id } = await make(world, "contacts", {
      email: "later@filled.example",
    });
    await world.settled();
    const { hubspotId } = await record(world, "contacts", id);
    await change(world, "contacts", id, { stage: "customer" });
    await world.settled();

    expect(
      (await object(world, "contacts", hubspotId)).properties,
    ).toMatchObject({ lifecyclestage: "customer" });
    expect(await record(world, "contacts", id)).toMatchObject({
      properties: { stage: "customer" },
      sync: { status: "in_sync" },
    });
    expect(await attention(world)).toEqual([]);
  });

  test("a stage that HubSpot rejected stays parked beside the one that HubSpot filled in, until a person changes that", async () => {
    const { world } = at;
    await choose(world);
    const { id } = await make(world, "contacts", {
      email: "rejected@filled.example",
      stage: "no such stage",
    });
    await world.settled();
    const { hubspotId, properties } = await record(world, "contacts", id);
    expect(properties["stage"]).toBe("no such stage");
    expect(await attention(world)).toMatchObject([
      { recordId: id, field: "stage" },
    ]);

    await changeObject(world, "contacts", hubspotId ?? "", {
      lifecyclestage: "opportunity",
    });
    await world.settled();
    expect((await record(world, "contacts", id)).properties).toMatchObject({
      stage: "opportunity",
    });
    expect(await attention(world)).toEqual([]);
  });
});

describe("what HubSpot's answer to an update shows", () => {
  const at = useWorld({ portal: { profile: "documented" } });

  test("a property that HubSpot changed along with what was sent is pulled although every webhook is lost", async () => {
    const { world } = at;
    const { body } = await world.api<{ settings: Settings }>(
      "GET",
      "/settings",
    );
    await setSettings(world, "contact", {
      mappings: [
        ...body.settings.contact.mappings,
        {
          field: "assigned_at",
          property: "hubspot_owner_assigneddate",
          direction: "pull",
          clear: false,
          conversion: { kind: "text" },
        },
      ],
    });
    const [owner] = await owners(world);
    const { id } = await make(world, "contacts", {
      email: "owned@filled.example",
    });
    await world.settled();

    await faultyWebhooks(world, { lose: true }, async () => {
      await change(world, "contacts", id, { owner_email: owner.email });
      await world.settled();
      const { hubspotId, properties } = await record(world, "contacts", id);
      const { hubspot_owner_assigneddate: assigned } = (
        await object(world, "contacts", hubspotId)
      ).properties;
      expect(assigned).toEqual(expect.any(String));
      expect(properties).toMatchObject({ assigned_at: assigned });
    });
  });
});
