import { beforeEach, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { asProduct } from "./steps/database.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

const slow = 120_000;

/** 7-A3: a batch of contacts may have any number of companies that the other side lacks. */
describe("contacts whose companies are more than one call takes", () => {
  const at = useWorld();
  beforeEach(() => choose(at.world));

  test(
    "AP-011 AP-102 301 linked contacts get 301 new companies by one UPDATE: all companies and associations are made in HubSpot, although companies are not pushed",
    async () => {
      const { world } = at;
      await choose(world, { company: { push: { enabled: false } } });
      const count = 301;
      await asProduct(world, (product) =>
        product.query(
          `insert into workspace.contacts (email)
            select 'n' || n || '@parents.example' from generate_series(1, $1::int) n`,
          [count],
        ),
      );
      await calm(world);
      await asProduct(world, (product) =>
        product.query(
          `insert into workspace.companies (name, domain)
            select 'Parent ' || n, 'n' || n || '.parents.example' from generate_series(1, $1::int) n`,
          [count],
        ),
      );
      await calm(world);
      expect(await companiesIn(world, "parents.example")).toHaveLength(0);

      await asProduct(world, (product) =>
        product.query(
          `update workspace.contacts c set company_id = k.id from workspace.companies k
            where c.email like '%@parents.example' and k.domain = replace(c.email, '@', '.')`,
        ),
      );
      await world.settled(60_000);
      await calm(world);

      expect(await companiesIn(world, "parents.example")).toHaveLength(count);
      expect(await inPairs(world, "parents.example")).toBe(count);
      expect(
        await asProduct(world, async (product) => {
          const { rows } = await product.query<{ unlinked: number }>(
            `select count(*)::int as unlinked from workspace.contacts c
              left join workspace.companies k on k.id = c.company_id
              where c.email like '%@parents.example' and (k.hubspot_id is null or c.sync_status <> 'in_sync')`,
          );
          return rows;
        }),
      ).toEqual([{ unlinked: 0 }]);
    },
    slow,
  );

  test(
    "AP-102 100 contacts of HubSpot's whose 250 companies have no records yet bring all of them along",
    async () => {
      const { world } = at;
      await world.control("PUT", "/sandbox/faults", [
        { webhooks: { lose: true } },
      ]);
      const companies = await seeded(world, "companies", 250, (n) => ({
        name: `Theirs ${n}`,
        domain: `t${n}.pulled.example`,
      }));
      const contacts: string[] = [];
      for (let n = 0; n < 100; n++) {
        const theirs = companies.slice(Math.floor(n * 2.5), (n + 1) * 2.5);
        const { body } = await world.inHubSpot<{ id: string }>(
          "POST",
          "/objects/contacts",
          {
            properties: { email: `c${n}@pulled.example` },
            associations: theirs.map((toId, index) => ({
              toType: "companies",
              toId,
              primary: index === 0,
            })),
          },
        );
        contacts.push(body.id);
      }
      await world.control("DELETE", "/sandbox/faults");
      const reply = await world.api<{ runId: string }>("POST", "/sync/pull", {
        objectType: "contact",
        hubspotIds: contacts,
      });
      expect(reply.status).toBe(202);
      await world.settled(60_000);
      await calm(world);

      expect(
        await asProduct(world, async (product) => {
          const { rows } = await product.query<{ companies: number }>(
            `select count(distinct a.to_id)::int as companies from workspace.associations a
              join workspace.companies k on k.id = a.to_id and k.domain like '%.pulled.example' and k.hubspot_id is not null`,
          );
          return rows;
        }),
      ).toEqual([{ companies: 250 }]);
    },
    slow,
  );
});

async function seeded(
  world: World,
  path: "companies",
  count: number,
  properties: (n: number) => Record<string, string>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { body } = await world.inHubSpot<{ id: string }>(
      "POST",
      `/objects/${path}`,
      { properties: properties(n) },
    );
    ids.push(body.id);
  }
  return ids;
}

const companiesIn = async (world: World, domain: string) =>
  (await world.truth("companies")).filter((each) =>
    each.properties["domain"]?.endsWith(`.${domain}`),
  );

/** How many contacts of a domain are associated with just the company of their own name. */
async function inPairs(world: World, domain: string): Promise<number> {
  const domains = new Map(
    (await companiesIn(world, domain)).map((company) => [
      company.id,
      company.properties["domain"],
    ]),
  );
  const contacts = (await world.truth("contacts")).filter((each) =>
    each.properties["email"]?.endsWith(`@${domain}`),
  );
  let pairs = 0;
  for (const contact of contacts) {
    const ids = Object.values(contact.associations).flatMap((each) => {
      const { toType, toId } = each as { toType: string; toId: unknown };
      return toType === "companies" ? [String(toId)] : [];
    });
    if (
      ids.length === 1 &&
      domains.get(ids[0] ?? "") ===
        contact.properties["email"]?.replace("@", ".")
    )
      pairs += 1;
  }
  return pairs;
}
