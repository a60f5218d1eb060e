import { expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { asOwner } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, makeObject, merge, object } from "./steps/objects.ts";
import { change, record, recordOf } from "./steps/records.ts";
import type { ProductRecord } from "./steps/records.ts";
import { setSettings } from "./steps/settings.ts";
import type { World } from "./world.ts";
import { useWorld } from "./world.ts";

/** An id of HubSpot's names one object of each type (issue 7-A14). */

const at = useWorld({ portal: { overlappingIds: true } });

interface Twins {
  readonly id: string;
  readonly contact: ProductRecord;
  readonly company: ProductRecord;
}

/** A contact and a company of one id, both linked. */
async function twins(world: World, name: string): Promise<Twins> {
  const domain = `${name}.overlap.example`;
  const id = await makeObject(world, "contacts", {
    email: `a@${domain}`,
    firstname: name,
  });
  const company = await makeObject(world, "companies", { name, domain });
  expect(company).toBe(id);
  await world.settled();
  return {
    id,
    contact: await recordOf(world, "contacts", id),
    company: await recordOf(world, "companies", id),
  };
}

test("AP-081 an event of a contact is settled by one look, although a company of its id was seen long before", async () => {
  const { world } = at;
  const { id, contact } = await twins(world, "seen");
  const looks = () =>
    asOwner(world, async (owner) => {
      const { rows } = await owner.query<{ looks: number }>(
        "select looks from inbox where object_type = 'contact' and object_id = $1 and kind = 'propertyChange' order by id",
        [id],
      );
      return rows.map((row) => row.looks);
    });
  const before = (await looks()).length;
  await changeObject(world, "contacts", id, { jobtitle: "CTO" });
  await world.settled();
  expect(
    (await record(world, "contacts", contact.id)).properties["job_title"],
  ).toBe("CTO");
  expect((await looks()).slice(before)).toEqual([1]);
});

test("AP-020 a deletion, a problem, a merge and an erasure are those of one type", async () => {
  const { world } = at;
  await setSettings(world, "contact", { deletionSync: true, mergeSync: true });
  await setSettings(world, "company", { deletionSync: true, mergeSync: true });
  const deleted = await twins(world, "deleted");
  const refused = await twins(world, "refused");
  const primary = await twins(world, "primary");
  const merged = await twins(world, "merged");
  const erased = await twins(world, "erased");

  await world.inHubSpot("DELETE", `/objects/companies/${deleted.id}`);
  await change(world, "companies", refused.company.id, {
    industry: "No industry of HubSpot's",
  });
  await merge(world, "contacts", primary.id, merged.id);
  await world.inHubSpot(
    "POST",
    `/objects/contacts/${erased.id}/privacy-delete`,
  );
  await world.settled();

  const companies = await Promise.all(
    [refused, primary, merged, erased].map(async ({ company }) =>
      record(world, "companies", company.id),
    ),
  );
  expect(
    (await record(world, "companies", deleted.company.id)).deletedAt,
  ).not.toBeNull();
  expect(companies.map(({ hubspotId }) => hubspotId)).toEqual(
    [refused, primary, merged, erased].map(({ id }) => id),
  );
  expect(companies.map(({ deletedAt }) => deletedAt)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect((await object(world, "companies", erased.id)).properties["name"]).toBe(
    "erased",
  );

  expect(await record(world, "contacts", deleted.contact.id)).toMatchObject({
    hubspotId: deleted.id,
    deletedAt: null,
  });
  expect(await record(world, "contacts", refused.contact.id)).toMatchObject({
    hubspotId: refused.id,
    sync: { status: "in_sync" },
  });
  expect(await attention(world, refused.contact.id)).toEqual([]);
  expect(await attention(world, refused.company.id)).toHaveLength(1);
  expect((await record(world, "contacts", merged.contact.id)).id).toBe(
    primary.contact.id,
  );
  expect(
    (await record(world, "contacts", erased.contact.id)).deletedAt,
  ).not.toBeNull();

  // Nothing that was done to one stands in the journal of the other.
  const actions = async (recordId: string) =>
    (await journal(world, { recordId })).map(({ action }) => action);
  expect(await actions(deleted.contact.id)).toEqual(["created"]);
  expect(await actions(erased.company.id)).toEqual(["created"]);
  expect(await actions(primary.company.id)).toEqual(["created"]);
});
