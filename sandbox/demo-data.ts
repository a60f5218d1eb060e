import { z } from "zod";
import { until } from "./demo-client.ts";
import type { DemoDoors } from "./demo-client.ts";
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

type Type = "contacts" | "companies";
type Record_ = z.infer<typeof recordSchema>;

/** What HubSpot holds before the app is installed. */
export async function fillHubSpot(doors: DemoDoors): Promise<void> {
  await doors.inHubSpot("POST", "/seed", {
    contacts: 182,
    companies: 36,
    seed: 26,
  });
}

/**
 * After the first pull: what began in the workspace, what differs and is held, what has lost its other side, and one
 * problem. Ends with 200 contacts and 40 companies on either side. Each step waits for what the engine makes of it, so
 * that the demo always looks the same.
 */
export async function addSamples(doors: DemoDoors): Promise<void> {
  await holdTwoFields(doors);
  const companies = await create(doors, "companies", newCompanies);
  const byName = new Map(
    companies.map(({ id, properties }) => [properties["name"], id]),
  );
  const contacts = await create(
    doors,
    "contacts",
    newContacts.map(({ company, properties }) => ({
      properties,
      companyId: byName.get(company) ?? null,
    })),
  );
  await statuses(doors, "companies", companies, "in_sync");
  await statuses(doors, "contacts", contacts, "in_sync");
  await settled(doors);
  await makeConflicts(doors, contacts, companies);
  await settled(doors);
  await loseOtherSides(doors, contacts, companies);
  await makeProblem(doors, contacts);
  await settled(doors);
}

// All other fields keep the policy of a fresh installation.
async function holdTwoFields(doors: DemoDoors): Promise<void> {
  const { version, settings } = settingsSchema.parse(
    await doors.api("GET", "/settings"),
  );
  const hold = <Mapping extends { field: string }>(
    mappings: readonly Mapping[],
    field: string,
  ) =>
    mappings.map((mapping) =>
      mapping.field === field ? { ...mapping, policy: "hold" } : mapping,
    );
  const { contact, company } = settings;
  await doors.api("PUT", "/settings", {
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
  doors: DemoDoors,
  contacts: readonly Record_[],
  companies: readonly Record_[],
): Promise<void> {
  const people = await reread(doors, "contacts", contacts.slice(0, 3));
  const firms = await reread(doors, "companies", companies.slice(0, 1));
  await doors.control("PUT", "/faults", { webhooks: { paused: true } });
  for (const [index, { hubspotId }] of people.entries())
    await doors.inHubSpot("PATCH", `/objects/contacts/${hubspotId}`, {
      properties: { mobilephone: `+1 555 710 20${index}0` },
    });
  for (const { hubspotId } of firms)
    await doors.inHubSpot("PATCH", `/objects/companies/${hubspotId}`, {
      properties: { numberofemployees: "260" },
    });
  for (const [index, { id }] of people.entries())
    await doors.api("PATCH", `/contacts/${id}`, {
      properties: { mobile_phone: `+1 555 480 31${index}5` },
    });
  for (const { id } of firms)
    await doors.api("PATCH", `/companies/${id}`, {
      properties: { employees: 245 },
    });
  await statuses(doors, "contacts", people, "held");
  await statuses(doors, "companies", firms, "held");
  await doors.control("DELETE", "/faults");
}

// Deletion sync is off: what is left on one side can be pushed or pulled anew, by hand.
async function loseOtherSides(
  doors: DemoDoors,
  contacts: readonly Record_[],
  companies: readonly Record_[],
): Promise<void> {
  const kept = {
    contacts: await reread(doors, "contacts", contacts.slice(-2)),
    companies: await reread(doors, "companies", companies.slice(-1)),
  };
  const pulled = await list(doors, "contacts");
  const made = new Set(contacts.map(({ id }) => id));
  const dropped = pulled
    .filter(({ id }) => !made.has(id))
    .toSorted((a, b) => Number(a.hubspotId) - Number(b.hubspotId))
    .slice(-2);
  for (const type of ["contacts", "companies"] as const)
    for (const { hubspotId } of kept[type])
      await doors.inHubSpot("DELETE", `/objects/${type}/${hubspotId}`);
  for (const { id } of dropped) await doors.api("DELETE", `/contacts/${id}`);
  for (const { id } of companies.slice(-2, -1))
    await doors.api("DELETE", `/companies/${id}`);
  await statuses(doors, "contacts", kept.contacts, "not_synced");
  await statuses(doors, "companies", kept.companies, "not_synced");
}

// HubSpot gives an address to one contact only, and refuses it to a second.
async function makeProblem(
  doors: DemoDoors,
  contacts: readonly Record_[],
): Promise<void> {
  const [refused, owner] = contacts.slice(6, 8);
  if (!refused || !owner) throw new Error("There are too few contacts.");
  const { email } = owner.properties;
  await doors.api("PATCH", `/contacts/${refused.id}`, {
    properties: { email },
  });
  await statuses(doors, "contacts", [refused], "problem");
}

async function settled(doors: DemoDoors): Promise<void> {
  await doors.control("POST", "/webhooks/flush");
  await until("nothing waits", () => doors.nothingWaits());
}

async function create(
  doors: DemoDoors,
  type: Type,
  inputs: readonly object[],
): Promise<Record_[]> {
  const answer = await doors.api("POST", `/${type}/batch`, { inputs });
  return batchSchema.parse(answer).results.map(({ record }) => record);
}

async function list(doors: DemoDoors, type: Type): Promise<Record_[]> {
  const records: Record_[] = [];
  for (let cursor = ""; ;) {
    const page = pageSchema.parse(
      await doors.api("GET", `/${type}?limit=200${cursor}`),
    );
    records.push(...page.results);
    if (page.next === null) return records;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}

function reread(
  doors: DemoDoors,
  type: Type,
  records: readonly Record_[],
): Promise<Record_[]> {
  return Promise.all(
    records.map(async ({ id }) =>
      recordSchema.parse(await doors.api("GET", `/${type}/${id}`)),
    ),
  );
}

async function statuses(
  doors: DemoDoors,
  type: Type,
  records: readonly Record_[],
  status: string,
): Promise<void> {
  await until(`${type} are ${status}`, async () =>
    (await reread(doors, type, records)).every(
      ({ sync }) => sync.status === status,
    ),
  );
}
