import { expect, test } from "vitest";
import { journal } from "./steps/journal.ts";
import { changeObject, makeObject } from "./steps/objects.ts";
import { findRecordOf, record } from "./steps/records.ts";
import { useWorld } from "./world.ts";

// A fresh connection, in which nobody has chosen anything.

const at = useWorld();

test("BN-009 BN-012 after a connection, the fields that people expect are mapped without anybody's doing", async () => {
  const { world } = at;
  const company = await makeObject(world, "companies", {
    name: "Faenza Pottery",
    domain: "faenza-pottery.example",
  });
  const { body } = await world.inHubSpot<{ id: string }>(
    "POST",
    "/objects/contacts",
    {
      properties: {
        firstname: "Lucia",
        lastname: "Maiolica",
        jobtitle: "Potter",
        email: "lucia@faenza-pottery.example",
        hs_linkedin_url: "https://www.linkedin.com/in/lucia",
        city: "Faenza",
        state: "Emilia-Romagna",
        country: "Italy",
        phone: "+39 0546 1234",
      },
      associations: [{ toType: "companies", toId: company, primary: true }],
    },
  );
  await world.settled();
  const pulled = await findRecordOf(world, "contacts", body.id);
  expect(pulled?.properties).toMatchObject({
    first_name: "Lucia",
    last_name: "Maiolica",
    job_title: "Potter",
    email: "lucia@faenza-pottery.example",
    linkedin_url: "https://www.linkedin.com/in/lucia",
    city: "Faenza",
    state: "Emilia-Romagna",
    country: "Italy",
    phone: "+39 0546 1234",
  });
  const { properties } = await record(
    world,
    "companies",
    pulled?.companyId ?? "",
  );
  expect(properties["name"]).toBe("Faenza Pottery");
});

test("BN-011 an edit of a property that isn't mapped changes nothing, also when the whole object is read for another", async () => {
  const { world } = at;
  const id = await makeObject(world, "contacts", {
    email: "unmapped@example.com",
    fax: "+39 1",
  });
  await world.settled();
  const before = await findRecordOf(world, "contacts", id);
  expect(JSON.stringify(before)).not.toContain("+39 1");
  const recordId = before?.id ?? "";
  const entries = await journal(world, { recordId });

  await changeObject(world, "contacts", id, { fax: "+39 2" });
  await world.settled();
  expect(await findRecordOf(world, "contacts", id)).toEqual(before);
  expect(await journal(world, { recordId })).toEqual(entries);

  await changeObject(world, "contacts", id, { fax: "+39 3", city: "Turin" });
  await world.settled();
  const after = await findRecordOf(world, "contacts", id);
  expect(after?.properties).toEqual({ ...before?.properties, city: "Turin" });
});
