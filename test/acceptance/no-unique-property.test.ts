import { describe, expect, test } from "vitest";
import { changeObject } from "./steps/objects.ts";
import { letAMinutePass } from "./steps/let-a-minute-pass.ts";
import { loseNextAnswer } from "./steps/lose-next-answer.ts";
import { profiles } from "./steps/path.ts";
import { change, make, record, records } from "./steps/records.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)(
  "a portal without room for the unique property (%s)",
  (profile) => {
    const at = useWorld({ portal: { profile, uniqueProperties: 0 } });

    test("the installation says why, and pushing works all the same", async () => {
      const { world } = at;
      const { body } = await world.api("GET", "/installation");
      expect(JSON.stringify(body)).toContain("no_unique_property");
      const { id } = await make(world, "contacts", {
        email: "plain@example.com",
        first_name: "Plain",
      });
      await world.settled();
      expect((await record(world, "contacts", id)).sync.status).toBe("in_sync");
    });

    test("a contact whose creation lost its answer is found by its email, and not made twice", async () => {
      const { world } = at;
      await loseNextAnswer(world, "contacts/batch/create");
      const { id } = await make(world, "contacts", {
        email: "lost@example.com",
        first_name: "Lost",
      });
      await world.until(
        async () =>
          (await world.truth("contacts")).some(
            (one) => one.properties["email"] === "lost@example.com",
          ),
        "the write was done",
      );
      await letAMinutePass(world);
      await world.until(
        async () =>
          (await record(world, "contacts", id)).sync.status === "in_sync",
        "the link",
      );
      expect(
        (await world.truth("contacts")).filter(
          (one) => one.properties["email"] === "lost@example.com",
        ),
      ).toHaveLength(1);
    });

    test("a contact whose creation lost its answer is found by the email that was sent, although it has another one by now", async () => {
      const { world } = at;
      const named = async () =>
        (await world.truth("contacts")).filter(
          (one) => one.properties["lastname"] === "Moved",
        );
      await world.control("PUT", "/sandbox/faults", [
        {
          portalId: world.portalId,
          path: "contacts/batch/create",
          dropAfterWrite: true,
          times: 1,
        },
        { portalId: world.portalId, webhooks: { lose: 1 } },
      ]);
      const { id } = await make(world, "contacts", {
        email: "before@moved.example",
        last_name: "Moved",
      });
      await world.until(
        async () => (await named()).length === 1,
        "the write was done",
      );
      await change(world, "contacts", id, { email: "after@moved.example" });
      await world.until(async () => {
        await letAMinutePass(world);
        return (await record(world, "contacts", id)).sync.status === "in_sync";
      }, "the link");
      expect(await named()).toMatchObject([
        { properties: { email: "after@moved.example" } },
      ]);
    });

    test("an object that holds all that the lost creation sent is its own, and makes no second record", async () => {
      const { world } = at;
      await loseNextAnswer(world, "companies/batch/create");
      const { id } = await make(world, "companies", {
        name: "Found Ltd",
        city: "Uppsala",
      });
      await world.until(
        async () => (await record(world, "companies", id)).hubspotId !== null,
        "the link",
      );
      await world.settled();
      const named = (await records(world, "companies")).filter(
        (one) => one.properties["name"] === "Found Ltd",
      );
      expect(named).toHaveLength(1);
      expect(named[0]?.sync.status).toBe("in_sync");
    });

    test("an object of a lost creation that a HubSpot user has changed already is its own all the same, with that change", async () => {
      const { world } = at;
      await world.control("PUT", "/sandbox/faults", [
        {
          portalId: world.portalId,
          path: "companies/batch/create",
          dropAfterWrite: true,
          times: 1,
        },
        // Nothing tells of the object before it has been changed.
        { portalId: world.portalId, webhooks: { paused: true } },
      ]);
      const { id } = await make(world, "companies", {
        name: "Changed Ltd",
        city: "Lund",
      });
      const there = async () =>
        (await world.truth("companies")).filter(
          (one) => one.properties["name"] === "Changed Ltd",
        );
      await world.until(
        async () => (await there()).length === 1,
        "the write was done",
      );
      await changeObject(world, "companies", (await there())[0]?.id ?? "", {
        city: "Malmö",
        country: "Sweden",
      });
      await world.control("PUT", "/sandbox/faults", []);
      await world.settled();
      await letAMinutePass(world);
      await world.settled();

      expect(await there()).toHaveLength(1);
      const named = (await records(world, "companies")).filter(
        (one) => one.properties["name"] === "Changed Ltd",
      );
      expect(named).toMatchObject([
        {
          id,
          properties: { city: "Malmö", country: "Sweden" },
          sync: { status: "in_sync" },
        },
      ]);
    });

    test("what nothing identifies becomes a problem after a lost answer, never a blind second creation", async () => {
      const { world } = at;
      await world.control("PUT", "/sandbox/faults", [
        {
          portalId: world.portalId,
          path: "companies/batch/create",
          dropAfterWrite: true,
          times: 1,
        },
        // Nothing tells of the object, so that only the lost creation is known.
        { portalId: world.portalId, webhooks: { lose: 1 } },
      ]);
      const { id } = await make(world, "companies", { name: "Nameless Ltd" });
      const there = async () =>
        (await world.truth("companies")).filter(
          (one) => one.properties["name"] === "Nameless Ltd",
        );
      await world.until(
        async () => (await there()).length === 1,
        "the write was done",
      );
      await letAMinutePass(world);
      await world.until(
        async () =>
          (await record(world, "companies", id)).sync.code ===
          "creation_unsure",
        "the problem",
      );
      expect(await there()).toHaveLength(1);
    });
  },
);
