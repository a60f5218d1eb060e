import { beforeEach, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { asProduct } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { companiesOf, makeObject, objectsWith } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import { make, record, recordOf } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import type { World } from "./world.ts";
import { useWorld } from "./world.ts";

/** Of several companies of one domain, the one that the record's contacts belong to in HubSpot (issue 7, A12). */

/** Three companies of one domain in HubSpot, lowest id first; a contact belongs to each of those that are named. */
async function companiesInHubSpot(
  world: World,
  domain: string,
  associated: readonly number[],
): Promise<{ companies: readonly string[]; contacts: readonly string[] }> {
  const companies: string[] = [];
  for (const name of ["First", "Second", "Third"])
    companies.push(await makeObject(world, "companies", { name, domain }));
  const contacts: string[] = [];
  for (const index of associated)
    contacts.push(
      await makeObject(
        world,
        "contacts",
        { email: `${index}@${domain}` },
        one(companies, index),
      ),
    );
  return { companies, contacts };
}

const linkedReason = async (world: World, recordId: string): Promise<string> =>
  (await journal(world, { recordId })).find(({ action }) => action === "linked")
    ?.reason ?? "";

describe.each(profiles)("several companies of one domain, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  beforeEach(() => choose(at.world, { automatic: byHandOnly }));

  test("AP-013 X-08 7-A12 a company that comes after its linked contact is matched with the contact's company in HubSpot", async () => {
    const { world } = at;
    const domain = "after.preferred.example";
    const { companies, contacts } = await companiesInHubSpot(
      world,
      domain,
      [1],
    );
    const contact = await make(world, "contacts", { email: `1@${domain}` });
    await choose(world, {
      automatic: byHandOnly,
      contact: { companyWithContact: "never" },
      company: {
        pull: {
          conditions: {
            stages: ["customer"],
            emailStatuses: null,
            customField: null,
          },
        },
      },
    });
    await sync(world, "push", "contacts", { ids: [contact.id] });
    expect((await record(world, "contacts", contact.id)).hubspotId).toBe(
      contacts[0],
    );

    const company = await make(world, "companies", { name: "Ours", domain });
    await world.api("PATCH", `/contacts/${contact.id}`, {
      companyId: company.id,
    });
    await sync(world, "push", "companies", { ids: [company.id] });
    expect((await record(world, "companies", company.id)).hubspotId).toBe(
      companies[1],
    );
    expect(await linkedReason(world, company.id)).not.toContain(
      "Several matched: ",
    );
    expect(
      await objectsWith(world, "companies", "domain", domain),
    ).toHaveLength(3);
  });

  test("AP-013 X-08 7-A12 a company that is pushed along with its contact is matched with that contact's company in HubSpot", async () => {
    const { world } = at;
    const domain = "along.preferred.example";
    const { companies, contacts } = await companiesInHubSpot(
      world,
      domain,
      [2],
    );
    const company = await make(world, "companies", { name: "Ours", domain });
    const contact = await make(
      world,
      "contacts",
      { email: `2@${domain}` },
      company.id,
    );
    await sync(world, "push", "contacts", { ids: [contact.id] });
    expect((await record(world, "contacts", contact.id)).hubspotId).toBe(
      contacts[0],
    );
    expect((await record(world, "companies", company.id)).hubspotId).toBe(
      companies[2],
    );
    expect(await companiesOf(world, contacts[0] ?? null)).toEqual([
      companies[2],
    ]);
  });

  test("AP-013 X-08 7-A12 of several that contacts belong to, the lowest id is taken, and the journal names them", async () => {
    const { world } = at;
    const domain = "several.preferred.example";
    const { companies } = await companiesInHubSpot(world, domain, [2, 1]);
    const company = await make(world, "companies", { name: "Ours", domain });
    for (const index of [2, 1])
      await make(
        world,
        "contacts",
        { email: `${index}@${domain}` },
        company.id,
      );
    await sync(world, "push", "companies", { ids: [company.id] });
    expect((await record(world, "companies", company.id)).hubspotId).toBe(
      companies[1],
    );
    const reason = await linkedReason(world, company.id);
    expect(reason).toContain(`${companies[1]}, ${companies[2]}`);
    expect(reason).not.toContain(companies[0]);
  });

  test("AP-013 X-08 7-A12 a contact's company in HubSpot counts only among those of the domain", async () => {
    const { world } = at;
    const domain = "other.preferred.example";
    const elsewhere = await makeObject(world, "companies", {
      domain: "elsewhere.preferred.example",
    });
    const { companies } = await companiesInHubSpot(world, domain, []);
    await makeObject(
      world,
      "contacts",
      { email: `moved@${domain}` },
      elsewhere,
    );
    const company = await make(world, "companies", { name: "Ours", domain });
    await make(world, "contacts", { email: `moved@${domain}` }, company.id);
    await sync(world, "push", "companies", { ids: [company.id] });
    expect((await record(world, "companies", company.id)).hubspotId).toBe(
      companies[0],
    );
    expect(await linkedReason(world, company.id)).toContain(
      "Several matched: ",
    );
  });

  test("AP-013 X-08 7-A12 a company and its contact of one transaction in SQL are matched so too, by themselves", async () => {
    const { world } = at;
    const domain = "sql.preferred.example";
    const { companies, contacts } = await companiesInHubSpot(
      world,
      domain,
      [1],
    );
    await world.settled();
    await choose(world, { automatic: { pull: false, push: true } });
    const companyId = await asProduct(world, async (product) => {
      await product.query("begin");
      const { rows } = await product.query<{ id: string }>(
        "insert into workspace.companies (name, domain) values ('Ours', $1) returning id",
        [domain],
      );
      const { id } = one(rows, 0);
      await product.query(
        "insert into workspace.contacts (email, company_id) values ($1, $2)",
        [`1@${domain}`, id],
      );
      await product.query("commit");
      return id;
    });
    await calm(world);
    expect((await record(world, "companies", companyId)).hubspotId).toBe(
      companies[1],
    );
    const contact = await recordOf(world, "contacts", contacts[0] ?? "");
    expect(contact.companyId).toBe(companyId);
  });

  test("7-A12 where one company has the domain, nothing is read for a choice", async () => {
    const { world } = at;
    const domain = "single.preferred.example";
    const objectId = await makeObject(world, "companies", { domain });
    const company = await make(world, "companies", { name: "Ours", domain });
    await make(world, "contacts", { email: `1@${domain}` }, company.id);
    await world.control("DELETE", "/sandbox/requests");
    await sync(world, "push", "companies", { ids: [company.id] });
    expect((await record(world, "companies", company.id)).hubspotId).toBe(
      objectId,
    );
    const { body } = await world.control<{
      rows: readonly { path: string }[];
    }>("GET", "/sandbox/requests");
    expect(
      body.rows.filter(({ path }) => /contacts|associations/.test(path)),
    ).toEqual([]);
  });
});
