import { beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, makeObject, object } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import { change, createLinked, record, recordOf } from "./steps/records.ts";
import { pullAll, sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { useWorld } from "./world.ts";

const broken = "Chef \ud83d";

describe.each(profiles)(
  "7-A9 text that Postgres cannot keep, as HubSpot is %s",
  (profile) => {
    const at = useWorld({ portal: { profile } });
    beforeEach(() => choose(at.world));

    test("a broken surrogate in HubSpot arrives as well-formed text, and the contact goes on syncing both ways", async () => {
      const { world } = at;
      const { id, objectId } = one(
        await createLinked(world, "contacts", [{ email: "half@odd.example" }]),
        0,
      );
      await changeObject(world, "contacts", objectId, {
        jobtitle: broken,
        city: "Ulm",
      });
      await calm(world);
      expect((await record(world, "contacts", id)).properties).toMatchObject({
        job_title: "Chef \ufffd",
        city: "Ulm",
      });
      await change(world, "contacts", id, { state: "Bavaria" });
      await calm(world);
      expect((await object(world, "contacts", objectId)).properties).toEqual(
        expect.objectContaining({ jobtitle: broken, state: "Bavaria" }),
      );
      expect(await attention(world, id)).toEqual([]);
      expect((await record(world, "contacts", id)).sync.status).toBe("in_sync");
    });

    test("broken text in a new object, in a name and in a page of a full pull, stops nothing", async () => {
      const { world } = at;
      const objectId = await makeObject(world, "contacts", {
        email: "new@odd.example",
        firstname: "\udc00Ann\u0000",
        lastname: "L\u0000ee",
      });
      await calm(world);
      await pullAll(world, "contacts");
      const found = await recordOf(world, "contacts", objectId);
      expect(found.properties).toMatchObject({
        first_name: "\ufffdAnn",
        last_name: "Lee",
      });
      expect(found.sync.status).toBe("in_sync");
    });

    test("a NUL in HubSpot is no change: with the policy hubspot our edit stays, and looks write no journal line", async () => {
      const { world } = at;
      await choose(world, { contact: { policy: "hubspot" } });
      const objectId = await makeObject(world, "contacts", {
        email: "nul@odd.example",
        jobtitle: "Co\u0000ok",
      });
      await calm(world);
      const { id } = await recordOf(world, "contacts", objectId);
      expect((await record(world, "contacts", id)).properties).toMatchObject({
        job_title: "Cook",
      });
      const told = (await journal(world, { recordId: id })).length;
      await pullAll(world, "contacts");
      await sync(world, "pull", "contacts", { hubspotIds: [objectId] });
      expect(await journal(world, { recordId: id })).toHaveLength(told);

      await change(world, "contacts", id, { job_title: "Baker" });
      await calm(world);
      expect(
        (await object(world, "contacts", objectId)).properties["jobtitle"],
      ).toBe("Baker");
      expect((await record(world, "contacts", id)).properties).toMatchObject({
        job_title: "Baker",
      });
      for (const line of await journal(world, { recordId: id }))
        for (const { before, after } of line.changes)
          expect(after).not.toEqual(before);
    });

    test("broken text in a request is refused by name, and the rest of its batch is written", async () => {
      const { world } = at;
      const batch = await world.api<{
        results: { status: number; problem?: { errors: unknown } }[];
      }>("POST", "/contacts/batch", {
        inputs: [
          { properties: { email: "one@odd.example" } },
          { properties: { email: "two@odd.example", city: broken } },
          { properties: { email: "three@odd.example", [`x${broken}`]: "y" } },
          { properties: { email: "four@odd.example", tags: ["a", "\u0000"] } },
          { properties: { email: "five@odd.example" } },
        ],
      });
      expect(batch.status).toBe(200);
      expect(batch.body.results.map(({ status }) => status)).toEqual([
        201, 400, 400, 400, 201,
      ]);
      const { body } = await world.api<{
        version: number;
        settings: Settings;
      }>("GET", "/settings");
      for (const odd of [broken, "nul \u0000"]) {
        const saved = await world.api("PUT", "/settings", {
          version: body.version,
          settings: {
            ...body.settings,
            contact: {
              ...body.settings.contact,
              push: {
                enabled: true,
                conditions: {
                  stages: [odd],
                  emailStatuses: null,
                  customField: null,
                },
              },
            },
          },
        });
        expect(saved, JSON.stringify(saved.body)).toMatchObject({
          status: 400,
          body: { code: "invalid_input" },
        });
      }
    });
  },
);

describe("7-A9 broken text in HubSpot before the app is installed", () => {
  const at = useWorld({ install: false });

  test("a property's label, its options and the objects of the first pull stop nothing", async () => {
    const { world } = at;
    const made = await world.inHubSpot("POST", "/properties/contacts", {
      name: "odd",
      label: `Odd ${broken}\u0000`,
      type: "enumeration",
      fieldType: "select",
      groupName: "contactinformation",
      options: [{ label: `\ude00`, value: "a\u0000b" }],
    });
    expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 });
    const objectId = await makeObject(world, "contacts", {
      email: "early@odd.example",
      city: "\u0000\ud83d",
    });
    await world.installed();
    await calm(world);
    expect((await recordOf(world, "contacts", objectId)).properties).toEqual({
      email: "early@odd.example",
      city: "\ufffd",
    });
  });
});
