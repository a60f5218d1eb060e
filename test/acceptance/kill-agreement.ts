import { expect } from "vitest";
import type { KillWorld } from "./kill-world.ts";
import { typeOf } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import { pullAll } from "./steps/runs.ts";

/** What a column of the workspace's view is called in HubSpot, of the fields that these tests fill. */
const properties = {
  contacts: {
    email: "email",
    first_name: "firstname",
    last_name: "lastname",
    job_title: "jobtitle",
    phone: "phone",
    city: "city",
    stage: "lifecyclestage",
  },
  companies: {
    name: "name",
    domain: "domain",
    city: "city",
    industry: "industry",
    employees: "numberofemployees",
  },
} as const;

type Row = Readonly<Record<string, string | null>>;

/**
 * Both sides hold the same things, each once: as many objects as records, linked one to one, with one email, domain
 * and creation key each, equal values, equal companies, and nothing waiting.
 */
export async function expectAgreement(
  at: KillWorld,
  count: Readonly<Record<Path, number>>,
): Promise<void> {
  const companies = await sides(at, "companies");
  const contacts = await sides(at, "contacts");
  expect({
    contacts: [contacts.rows.length, contacts.objects.length],
    companies: [companies.rows.length, companies.objects.length],
  }).toEqual({
    contacts: [count.contacts, count.contacts],
    companies: [count.companies, count.companies],
  });

  const companyOf = new Map(
    companies.rows.map((row) => [row["id"], row["hubspot_id"]]),
  );
  for (const { name, rows, objects } of [companies, contacts]) {
    expectEachOnce(
      objects.map((object) => object.properties["counterpart_record_id"]),
    );
    expectEachOnce(
      objects.map(({ properties: held }) => held["email"] ?? held["domain"]),
    );
    expect(differences(name, rows, objects, companyOf)).toEqual([]);
  }
  const attention = await at.world.api<{ results: unknown[] }>(
    "GET",
    "/attention?limit=100",
  );
  expect(attention.body.results).toEqual([]);
}

interface Held {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly associations: readonly {
    readonly toType: string;
    readonly toId: string;
    readonly primary: boolean;
  }[];
}

async function sides(
  { world, product }: KillWorld,
  name: Path,
): Promise<{ name: Path; rows: Row[]; objects: Held[] }> {
  const { rows } = await product.query<Row>(`select * from workspace.${name}`);
  const objects = (await world.truth(name)) as unknown as Held[];
  return { name, rows, objects };
}

function expectEachOnce(values: readonly (string | null | undefined)[]): void {
  const there = values.filter((value) => (value ?? "") !== "");
  expect(there.length - new Set(there).size).toBe(0);
}

/** One line for each record or object that has no counterpart, or differs from it; few, so that they can be read. */
function differences(
  name: Path,
  rows: readonly Row[],
  objects: readonly Held[],
  companyOf: ReadonlyMap<string | null | undefined, string | null | undefined>,
): string[] {
  const left = new Map(objects.map((object) => [object.id, object]));
  const lines: string[] = [];
  for (const row of rows) {
    const object = left.get(row["hubspot_id"] ?? "");
    left.delete(row["hubspot_id"] ?? "");
    if (object === undefined) {
      lines.push(
        `record ${row["id"]} without its object: ${row["sync_reason"]}`,
      );
      continue;
    }
    if (row["sync_status"] !== "in_sync")
      lines.push(`record ${row["id"]}: ${row["sync_reason"]}`);
    for (const [column, property] of Object.entries(properties[name])) {
      const here = String(row[column] ?? "");
      const there = object.properties[property] ?? "";
      if (here !== there)
        lines.push(`record ${row["id"]}: ${column} "${here}" is "${there}"`);
    }
    if (name === "contacts") {
      const here = companyOf.get(row["company_id"]) ?? "none";
      const there = object.associations.filter(
        (edge) => edge.toType === "companies" && edge.primary,
      );
      if ((there.map((edge) => edge.toId).join() || "none") !== here)
        lines.push(`record ${row["id"]}: company ${here}, not as in HubSpot`);
    }
  }
  for (const id of left.keys()) lines.push(`object ${id} without a record`);
  return lines.slice(0, 10);
}

/** Pulls and pushes everything once more: nothing is written, on either side. */
export async function expectNothingLeft(at: KillWorld): Promise<void> {
  const { world } = at;
  const before = await written(at);
  await world.control("DELETE", "/sandbox/requests");
  for (const name of ["companies", "contacts"] as const) {
    await pullAll(world, name);
    const pushed = await world.api("POST", "/sync/push", {
      objectType: typeOf[name],
      all: true,
    });
    expect(pushed.status).toBe(202);
  }
  await world.settled();
  const { body } = await world.control<{
    rows: { method: string; path: string }[];
  }>("GET", "/sandbox/requests");
  const writes = body.rows.filter(
    ({ method, path }) =>
      method !== "GET" &&
      path.startsWith("/crm/") &&
      !/\/(read|search)$/.test(path),
  );
  expect(writes).toEqual([]);
  expect(await written(at)).toEqual(before);
}

async function written({ owner }: KillWorld): Promise<unknown> {
  const { rows } = await owner.query(
    `select (select sum(revision) from record) as revisions, (select count(*) from journal) as lines,
       (select count(*) from link) as links, (select count(*) from attempt) as attempts`,
  );
  return rows[0];
}
