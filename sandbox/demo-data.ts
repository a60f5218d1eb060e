import { z } from "zod";
import { until } from "./demo-client.ts";
import type { DemoClient } from "./demo-client.ts";
import { newCompanies, newContacts } from "./demo-people.ts";

const settingsSchema = z.object({
  version: z.number(),
  settings: z.looseObject({
    contact: z.looseObject({
      mappings: z.array(z.looseObject({ field: z.string() })),
    }),
    company: z.looseObject({
      mappings: z.array(z.looseObject({ field: z.string() })),
    }),
  }),
});
const recordSchema = z.object({
  id: z.string(),
  properties: z.record(z.string(), z.unknown()),
  hubspotId: z.string().nullable(),
  sync: z.object({ status: z.string(), reason: z.string() }),
});
const pageSchema = z.object({
  results: z.array(recordSchema),
  next: z.string().nullable(),
});
const batchSchema = z.object({
  results: z.array(z.object({ record: recordSchema })),
});

const pipelineSchema = z.object({
  id: z.string(),
  stages: z.array(z.object({ id: z.string() })),
});
const objectsSchema = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      properties: z.record(z.string(), z.string().nullable()),
      associations: z.array(z.object({ toType: z.string(), toId: z.string() })),
    }),
  ),
});

type Type = "contacts" | "companies";
type Record_ = z.infer<typeof recordSchema>;

/** What HubSpot holds before the app is installed. */
export async function fillHubSpot(client: DemoClient): Promise<void> {
  await client.inHubSpot("POST", "/seed", {
    contacts: 182,
    companies: 36,
    deals: 26,
    seed: 26,
  });
  await addRenewals(client);
}

/** A second pipeline, with a deal for each of some companies and one of its contacts. */
async function addRenewals(client: DemoClient): Promise<void> {
  const pipeline = pipelineSchema.parse(
    await client.inHubSpot("POST", "/pipelines/deals", {
      label: "Renewals",
      displayOrder: 1,
      stages: [
        {
          label: "Renewal due",
          displayOrder: 0,
          metadata: { probability: "0.5" },
        },
        {
          label: "Offer sent",
          displayOrder: 1,
          metadata: { probability: "0.8" },
        },
        { label: "Renewed", displayOrder: 2, metadata: { probability: "1.0" } },
        {
          label: "Not renewed",
          displayOrder: 3,
          metadata: { probability: "0.0" },
        },
      ],
    }),
  );
  const { results } = objectsSchema.parse(
    await client.inHubSpot("GET", "/objects/companies?archived=false"),
  );
  for (const [index, company] of results.slice(0, 9).entries()) {
    const contact = company.associations.find(
      ({ toType }) => toType === "contacts",
    );
    await client.inHubSpot("POST", "/objects/deals", {
      properties: {
        dealname: `${company.properties["name"] ?? ""} renewal`,
        pipeline: pipeline.id,
        dealstage: pipeline.stages[index % 4]?.id ?? "",
        amount: `${1_200 + index * 450}.50`,
        closedate: `2026-12-${10 + index}T11:00:00Z`,
      },
      associations: [
        { toType: "companies", toId: company.id, primary: true },
        ...(contact === undefined
          ? []
          : [{ toType: "contacts", toId: contact.toId }]),
      ],
    });
  }
}

/**
 * After the first pull: what began in the workspace, what differs and is held, what has lost its other side, and one
 * problem. Ends with 200 contacts and 40 companies on either side. Each step waits for what the engine makes of it, so
 * that the demo always looks the same.
 */
export async function addSamples(client: DemoClient): Promise<void> {
  await holdTwoFields(client);
  const { companies, contacts } = await addOwnRecords(client);
  await statuses(client, "companies", companies, "in_sync");
  await statuses(client, "contacts", contacts, "in_sync");
  await settled(client);
  await makeConflicts(client, contacts, companies);
  await settled(client);
  await loseOtherSides(client, contacts, companies);
  await makeProblem(client, contacts);
  await settled(client);
}

/** What the product has before HubSpot does. */
export async function addOwnRecords(
  client: DemoClient,
): Promise<{ companies: Record_[]; contacts: Record_[] }> {
  const companies = await create(client, "companies", newCompanies);
  const byName = new Map(
    companies.map(({ id, properties }) => [properties["name"], id]),
  );
  const contacts = await create(
    client,
    "contacts",
    newContacts.map(({ company, properties }) => ({
      properties,
      companyId: byName.get(company) ?? null,
    })),
  );
  return { companies, contacts };
}

// All other fields keep the policy of a fresh installation.
async function holdTwoFields(client: DemoClient): Promise<void> {
  const { version, settings } = settingsSchema.parse(
    await client.api("GET", "/settings"),
  );
  const hold = <Mapping extends { field: string }>(
    mappings: readonly Mapping[],
    field: string,
  ) =>
    mappings.map((mapping) =>
      mapping.field === field ? { ...mapping, policy: "hold" } : mapping,
    );
  const { contact, company } = settings;
  await client.api("PUT", "/settings", {
    version,
    settings: {
      ...settings,
      contact: { ...contact, mappings: hold(contact.mappings, "mobile_phone") },
      company: { ...company, mappings: hold(company.mappings, "employees") },
    },
  });
}

// HubSpot's side first and unheard: when the workspace's change is pushed, the engine meets both at once.
async function makeConflicts(
  client: DemoClient,
  contacts: readonly Record_[],
  companies: readonly Record_[],
): Promise<void> {
  const people = await reread(client, "contacts", contacts.slice(0, 3));
  const firms = await reread(client, "companies", companies.slice(0, 1));
  await client.control("PUT", "/faults", { webhooks: { paused: true } });
  for (const [index, { hubspotId }] of people.entries())
    await client.inHubSpot("PATCH", `/objects/contacts/${hubspotId}`, {
      properties: { mobilephone: `+1 555 710 20${index}0` },
    });
  for (const { hubspotId } of firms)
    await client.inHubSpot("PATCH", `/objects/companies/${hubspotId}`, {
      properties: { numberofemployees: "260" },
    });
  for (const [index, { id }] of people.entries())
    await client.api("PATCH", `/contacts/${id}`, {
      properties: { mobile_phone: `+1 555 480 31${index}5` },
    });
  for (const { id } of firms)
    await client.api("PATCH", `/companies/${id}`, {
      properties: { employees: 245 },
    });
  await statuses(client, "contacts", people, "held");
  await statuses(client, "companies", firms, "held");
  await client.control("DELETE", "/faults");
}

// Deletion sync is off: what is left on one side can be pushed or pulled again, by hand.
async function loseOtherSides(
  client: DemoClient,
  contacts: readonly Record_[],
  companies: readonly Record_[],
): Promise<void> {
  const kept = {
    contacts: await reread(client, "contacts", contacts.slice(-2)),
    companies: await reread(client, "companies", companies.slice(-1)),
  };
  const pulled = await list(client, "contacts");
  const made = new Set(contacts.map(({ id }) => id));
  const dropped = pulled
    .filter(({ id }) => !made.has(id))
    .toSorted((a, b) => Number(a.hubspotId) - Number(b.hubspotId))
    .slice(-2);
  for (const type of ["contacts", "companies"] as const)
    for (const { hubspotId } of kept[type])
      await client.inHubSpot("DELETE", `/objects/${type}/${hubspotId}`);
  for (const { id } of dropped) await client.api("DELETE", `/contacts/${id}`);
  for (const { id } of companies.slice(-2, -1))
    await client.api("DELETE", `/companies/${id}`);
  await statuses(client, "contacts", kept.contacts, "not_synced");
  await statuses(client, "companies", kept.companies, "not_synced");
}

// HubSpot gives an address to one contact only, and refuses it to a second.
async function makeProblem(
  client: DemoClient,
  contacts: readonly Record_[],
): Promise<void> {
  const [refused, owner] = contacts.slice(6, 8);
  if (!refused || !owner) throw new Error("There are too few contacts.");
  const { email } = owner.properties;
  await client.api("PATCH", `/contacts/${refused.id}`, {
    properties: { email },
  });
  await statuses(client, "contacts", [refused], "problem");
}

async function settled(client: DemoClient): Promise<void> {
  await client.control("POST", "/webhooks/flush");
  await until("nothing waits", () => client.nothingWaits());
}

async function create(
  client: DemoClient,
  type: Type,
  inputs: readonly object[],
): Promise<Record_[]> {
  const answer = await client.api("POST", `/${type}/batch`, { inputs });
  return batchSchema.parse(answer).results.map(({ record }) => record);
}

async function list(client: DemoClient, type: Type): Promise<Record_[]> {
  const records: Record_[] = [];
  for (let cursor = ""; ;) {
    const page = pageSchema.parse(
      await client.api("GET", `/${type}?limit=200${cursor}`),
    );
    records.push(...page.results);
    if (page.next === null) return records;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}

function reread(
  client: DemoClient,
  type: Type,
  records: readonly Record_[],
): Promise<Record_[]> {
  return Promise.all(
    records.map(async ({ id }) =>
      recordSchema.parse(await client.api("GET", `/${type}/${id}`)),
    ),
  );
}

async function statuses(
  client: DemoClient,
  type: Type,
  records: readonly Record_[],
  status: string,
): Promise<void> {
  await until(`${type} are ${status}`, async () =>
    (await reread(client, type, records)).every(
      ({ sync }) => sync.status === status,
    ),
  );
}
