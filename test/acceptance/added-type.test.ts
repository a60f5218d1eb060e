import { expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { change, recordOf } from "./steps/records.ts";
import { makeObject, object } from "./steps/objects.ts";
import { installation } from "./steps/scopes.ts";
import { upkeepTurn } from "./steps/housekeeping.ts";
import { useWorld } from "./world.ts";

const at = useWorld();

test("a type that a version adds is pulled in a portal that is active already, and the others go on meanwhile", async () => {
  const { world } = at;
  const firm = await makeObject(world, "companies", { name: "Known" });
  await calm(world);
  // As a version leaves it that did not know contacts yet.
  await asOwner(world, async (owner) => {
    await owner.query(
      "update installation set first_pull_ended = first_pull_ended - 'contact' where portal_id = $1",
      [world.portalId],
    );
  });
  await world.control("PUT", "/sandbox/faults", { webhooks: { lose: 1 } });
  const person = await makeObject(world, "contacts", {
    email: "added@type.example",
  });
  await world.control("DELETE", "/sandbox/faults");

  const { id } = await recordOf(world, "companies", firm);
  await change(world, "companies", id, { city: "Bern" });
  await upkeepTurn(world);
  await calm(world);
  expect(await installation(world)).toMatchObject({
    state: "active",
    firstPullEndedAt: {
      contact: expect.any(String),
      company: expect.any(String),
    },
  });
  expect(await recordOf(world, "contacts", person)).toMatchObject({
    properties: { email: "added@type.example" },
  });
  expect(await object(world, "companies", firm)).toMatchObject({
    properties: { city: "Bern" },
  });
});
