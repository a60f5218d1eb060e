import { expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { companiesOf, makeObject } from "./steps/objects.ts";
import { companiesHere, make, objectOf, recordOf } from "./steps/records.ts";
import { pullAll } from "./steps/runs.ts";
import { useWorld } from "./world.ts";

const at = useWorld();

test("BN-022 a contact belongs to the company that HubSpot associates it with, and never to one because of its email's domain", async () => {
  const { world } = at;
  const byDomain = await makeObject(world, "companies", {
    name: "Same domain",
    domain: "guess.example",
  });
  const own = await makeObject(world, "companies", {
    name: "Own",
    domain: "own.example",
  });
  const contact = await makeObject(
    world,
    "contacts",
    { email: "ann@guess.example" },
    own,
  );
  const alone = await makeObject(world, "contacts", {
    email: "bob@guess.example",
  });
  await calm(world);
  await pullAll(world, "contacts");
  await calm(world);

  const ours = await recordOf(world, "companies", own);
  const { id, companyId } = await recordOf(world, "contacts", contact);
  expect(companyId).toBe(ours.id);
  expect(await companiesHere(world, id)).toEqual([ours.id]);
  expect(await companiesOf(world, contact)).toEqual([own]);
  expect((await recordOf(world, "contacts", alone)).companyId).toBeNull();
  expect(await companiesOf(world, alone)).toEqual([]);

  // Here as in HubSpot: a record without a company is pushed without one.
  const made = await make(world, "contacts", { email: "eve@guess.example" });
  await calm(world);
  const objectId = await objectOf(world, "contacts", made.id);
  expect(await companiesOf(world, objectId)).toEqual([]);
  expect(
    (await recordOf(world, "companies", byDomain)).properties["name"],
  ).toBe("Same domain");
});
