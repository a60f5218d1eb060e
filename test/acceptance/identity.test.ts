import { describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { makeObject, merge } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { make, objectOf, record, recordOf } from "./steps/records.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

async function setAutomatic(
  world: World,
  automatic: Settings["automatic"],
): Promise<void> {
  const { body } = await world.api<{
    version: number;
    settings: Settings;
  }>("GET", "/settings");
  const saved = await world.api("PUT", "/settings", {
    version: body.version,
    settings: { ...body.settings, automatic },
  });
  expect(saved.status).toBe(200);
}

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  const emails = async (): Promise<Record<string, string | null>> =>
    Object.fromEntries(
      (await at.world.truth("contacts")).map((each) => [
        each.id,
        each.properties["email"] ?? null,
      ]),
    );
  const count = async () => (await at.world.truth("contacts")).length;

  test("X-05 an email that is changed in HubSpot is changed here, and the link stays", async () => {
    const { world } = at;
    const objectId = await makeObject(world, "contacts", {
      email: "maiden@identity.example",
    });
    await world.settled();
    const { id } = await recordOf(world, "contacts", objectId);
    const before = await count();
    await world.inHubSpot("PATCH", `/objects/contacts/${objectId}`, {
      properties: { email: "married@identity.example" },
    });
    await world.settled();
    expect(await record(world, "contacts", id)).toMatchObject({
      hubspotId: objectId,
      properties: { email: "married@identity.example" },
      sync: { status: "in_sync" },
    });
    expect(await count()).toBe(before);
  });

  test("X-05 an email that is changed here is changed in HubSpot, on the same object", async () => {
    const { world } = at;
    const id = (
      await make(world, "contacts", {
        email: "old@identity.example",
      })
    ).id;
    await world.settled();
    const objectId = await objectOf(world, "contacts", id);
    const before = await count();
    await world.api("PATCH", `/contacts/${id}`, {
      properties: { email: "New@identity.example" },
    });
    await world.settled();
    expect((await emails())[objectId]).toBe("new@identity.example");
    expect(await objectOf(world, "contacts", id)).toBe(objectId);
    expect(await count()).toBe(before);

    // Somebody else with the address that became free: a contact of its own, or HubSpot keeps it as an additional one.
    const other = (
      await make(world, "contacts", {
        email: "old@identity.example",
      })
    ).id;
    await world.settled();
    const made = await record(world, "contacts", other);
    if (profile === "documented") {
      expect(made.sync.status).toBe("in_sync");
      expect(made.hubspotId).not.toBe(objectId);
      expect(await count()).toBe(before + 1);
    } else {
      expect(made).toMatchObject({
        hubspotId: null,
        sync: { status: "problem", code: "duplicate_email" },
      });
      expect(await count()).toBe(before);
    }
    expect(await objectOf(world, "contacts", id)).toBe(objectId);
  });

  test("X-05 two contacts that swap their emails in HubSpot keep their links", async () => {
    const { world } = at;
    const left = (
      await make(world, "contacts", {
        email: "left@identity.example",
      })
    ).id;
    const right = (
      await make(world, "contacts", {
        email: "right@identity.example",
      })
    ).id;
    await world.settled();
    const leftObject = await objectOf(world, "contacts", left);
    const rightObject = await objectOf(world, "contacts", right);
    await faultyWebhooks(world, { shuffle: true, paused: true }, async () => {
      for (const [id, email] of [
        [leftObject, "between@identity.example"],
        [rightObject, "gauche@identity.example"],
        [leftObject, "droite@identity.example"],
      ] as const)
        await world.inHubSpot("PATCH", `/objects/contacts/${id}`, {
          properties: { email },
        });
    });
    await world.settled();
    expect(await record(world, "contacts", left)).toMatchObject({
      hubspotId: leftObject,
      properties: { email: "droite@identity.example" },
    });
    expect(await record(world, "contacts", right)).toMatchObject({
      hubspotId: rightObject,
      properties: { email: "gauche@identity.example" },
    });
  });

  test("X-05 a new record with an additional email of an unlinked contact is linked to it, and no second one is made", async () => {
    const { world } = at;
    await setAutomatic(world, { pull: false, push: true });
    try {
      const first = await makeObject(world, "contacts", {
        email: "primary@identity.example",
      });
      const second = await makeObject(world, "contacts", {
        email: "additional@identity.example",
      });
      const objectId = await merge(world, "contacts", first, second);
      const before = await count();
      const id = (
        await make(world, "contacts", {
          email: "additional@identity.example",
          city: "Bonn",
        })
      ).id;
      await world.settled();
      expect(await record(world, "contacts", id)).toMatchObject({
        hubspotId: objectId,
      });
      expect(await count()).toBe(before);
      const object = (await world.truth("contacts")).find(
        (each) => each.id === objectId,
      );
      expect(object?.properties["city"]).toBe("Bonn");
    } finally {
      await setAutomatic(world, { pull: true, push: true });
    }
  });

  test("X-05 a new record with an additional email of a contact that is linked elsewhere is a problem, never a second object", async () => {
    const { world } = at;
    const first = await makeObject(world, "contacts", {
      email: "taken@identity.example",
    });
    const second = await makeObject(world, "contacts", {
      email: "taken-too@identity.example",
    });
    const objectId = await merge(world, "contacts", first, second);
    await world.settled();
    const { id: holder } = await recordOf(world, "contacts", objectId);
    const before = await count();
    const id = (
      await make(world, "contacts", {
        email: "taken-too@identity.example",
      })
    ).id;
    await world.settled();
    expect(await count()).toBe(before);
    const refused = await record(world, "contacts", id);
    expect(refused).toMatchObject({
      hubspotId: null,
      sync: { status: "problem", code: "duplicate_email" },
    });
    expect(await objectOf(world, "contacts", holder)).toBe(objectId);
  });

  test("X-05 two records with one email that are made at once become one object and one problem", async () => {
    const { world } = at;
    const before = await count();
    const both = await world.api<{ results: { record: { id: string } }[] }>(
      "POST",
      "/contacts/batch",
      {
        inputs: [
          { properties: { email: "twin@identity.example" } },
          { properties: { email: "TWIN@identity.example" } },
        ],
      },
    );
    await world.settled();
    expect(await count()).toBe(before + 1);
    const made = await Promise.all(
      both.body.results.map((each) =>
        record(world, "contacts", each.record.id),
      ),
    );
    expect(made.filter((each) => each.hubspotId !== null)).toHaveLength(1);
    expect(made.find((each) => each.hubspotId === null)?.sync).toMatchObject({
      status: "problem",
      code: "duplicate_email",
    });
  });
});
