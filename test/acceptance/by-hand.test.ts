import { beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { changeObject, object } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { profiles } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import { change, make, objectOf, record } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import type { World } from "./world.ts";
import { useWorld } from "./world.ts";

/** Every field of the default mapping: the record's, HubSpot's property, and two values for each side to hold. */
const contactFields = [
  ["email", "email", "ours@who.example", "theirs@who.example"],
  ["first_name", "firstname", "Olga", "Theo"],
  ["last_name", "lastname", "Ours", "Theirs"],
  ["phone", "phone", "+49301111", "+49302222"],
  ["mobile_phone", "mobilephone", "+49151111", "+49152222"],
  ["job_title", "jobtitle", "Our title", "Their title"],
  ["stage", "lifecyclestage", "customer", "opportunity"],
  ["lead_status", "hs_lead_status", "OPEN", "IN_PROGRESS"],
  [
    "linkedin_url",
    "hs_linkedin_url",
    "https://www.linkedin.com/in/ours",
    "https://www.linkedin.com/in/theirs",
  ],
  ["city", "city", "Oslo", "Thun"],
  ["state", "state", "Our state", "Their state"],
  ["country", "country", "Norway", "Switzerland"],
] as const;

const companyFields = [
  ["name", "name", "Ours Ltd", "Theirs Ltd"],
  ["domain", "domain", "ours-who.example", "theirs-who.example"],
  ["phone", "phone", "+49301111", "+49302222"],
  ["website_url", "website", "https://ours.example", "https://theirs.example"],
  ["industry", "industry", "COMPUTER_SOFTWARE", "TEXTILES"],
  [
    "linkedin_url",
    "linkedin_company_page",
    "https://www.linkedin.com/company/ours",
    "https://www.linkedin.com/company/theirs",
  ],
  ["city", "city", "Oslo", "Thun"],
  ["state", "state", "Our state", "Their state"],
  ["country", "country", "Norway", "Switzerland"],
  ["employees", "numberofemployees", 11, "22"],
  ["annual_revenue", "annualrevenue", 1100, "2200"],
  ["stage", "lifecyclestage", "customer", "opportunity"],
] as const;

const sides = { contacts: contactFields, companies: companyFields } as const;

/** A linked pair of which each side has another value in every mapped field, owner included. */
async function pullApart(
  world: World,
  path: Path,
  named: string,
): Promise<{ id: string; hubspotId: string; owners: string[] }> {
  const [first, second] = await owners(world);
  await choose(world);
  const { id } = await make(
    world,
    path,
    path === "contacts"
      ? { email: `x@${named}.example`, last_name: named }
      : { domain: `${named}.example`, name: named },
  );
  await calm(world);
  const hubspotId = await objectOf(world, path, id);

  await choose(world, { automatic: byHandOnly });
  const unlike = (value: string | number): string | number =>
    typeof value === "string"
      ? value.replace("who.example", `${named}.example`)
      : value;
  await change(world, path, id, {
    ...Object.fromEntries(
      sides[path].map(([field, , ours]) => [field, unlike(ours)]),
    ),
    owner_email: first.email,
  });
  await changeObject(world, path, hubspotId, {
    ...Object.fromEntries(
      sides[path].map(([, property, , theirs]) => [
        property,
        String(unlike(theirs)),
      ]),
    ),
    hubspot_owner_id: second.id,
  });
  await calm(world);
  return {
    id,
    hubspotId,
    owners: [first.id, second.email],
  };
}

describe.each(profiles)("by hand, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  test.each(["contacts", "companies"] as const)(
    "AC-006 a confirmed push by hand writes the workspace's value of every mapped field of %s over HubSpot's",
    async (path) => {
      const { world } = at;
      const pair = await pullApart(world, path, `push-${path}`);
      const before = await record(world, path, pair.id);

      const run = await sync(world, "push", path, {
        ids: [pair.id],
        confirm: true,
      });

      expect(run.counts).toMatchObject({ requested: 1, updated: 1 });
      const { properties } = await object(world, path, pair.hubspotId);
      expect(sides[path].map(([, property]) => properties[property])).toEqual(
        sides[path].map(([field]) => String(before.properties[field])),
      );
      expect(properties["hubspot_owner_id"]).toBe(pair.owners[0]);
      expect((await record(world, path, pair.id)).properties).toEqual(
        before.properties,
      );
      expect(await attention(world, pair.id)).toEqual([]);
    },
  );

  test.each(["contacts", "companies"] as const)(
    "AC-006 a confirmed pull by hand writes HubSpot's value of every mapped field of %s over the workspace's",
    async (path) => {
      const { world } = at;
      const pair = await pullApart(world, path, `pull-${path}`);
      const before = await object(world, path, pair.hubspotId);

      const run = await sync(world, "pull", path, {
        ids: [pair.id],
        confirm: true,
      });

      expect(run.counts).toMatchObject({ requested: 1, updated: 1 });
      const { properties } = await record(world, path, pair.id);
      expect(sides[path].map(([field]) => String(properties[field]))).toEqual(
        sides[path].map(([, property]) => before.properties[property]),
      );
      expect(properties["owner_email"]).toBe(pair.owners[1]);
      const after = await object(world, path, pair.hubspotId);
      expect(
        sides[path].map(([, property]) => after.properties[property]),
      ).toEqual(sides[path].map(([, property]) => before.properties[property]));
      expect(await attention(world, pair.id)).toEqual([]);
    },
  );
});
