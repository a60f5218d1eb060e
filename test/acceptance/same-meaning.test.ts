import { beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, makeObject, object } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import type { Path } from "./steps/path.ts";
import { profiles } from "./steps/path.ts";
import { change, createLinked, record } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import type { Json, World } from "./world.ts";
import { useWorld } from "./world.ts";

/** How often an object has been written since the last look. */
async function writes(world: World, path: Path): Promise<number> {
  const { body } = await world.control<{
    rows: { method: string; path: string; count: number }[];
  }>("GET", "/sandbox/requests");
  return body.rows
    .filter(
      (row) =>
        row.method === "POST" &&
        row.path.includes(path) &&
        row.path.endsWith("/batch/update"),
    )
    .reduce((sum, row) => sum + row.count, 0);
}

/** Field, what the record is created with, and another spelling of the same. */
const respelled: readonly (readonly [Path, string, Json, unknown])[] = [
  [
    "contacts",
    "phone",
    { phone: "+1 (415) 555-0100", email: "phone@same.example" },
    "+1 415 555 0100",
  ],
  [
    "companies",
    "domain",
    { domain: "x.same.example", name: "X" },
    "https://www.X.same.example/",
  ],
  [
    "companies",
    "website_url",
    { website_url: "https://y.same.example", name: "Y" },
    "https://Y.same.example/",
  ],
];

describe.each(profiles)(
  "7-A7 in a portal that rewrites what it is given, %s",
  (profile) => {
    const at = useWorld({
      portal: { profile, rewrites: "more", searchLagMs: 0 },
    });
    beforeEach(() => choose(at.world));

    test.each(respelled)(
      "%s: another spelling of the same %s needs no write, and is no problem",
      async (path, field, properties, spelling) => {
        const { world } = at;
        const { id, objectId } = one(
          await createLinked(world, path, [properties]),
          0,
        );
        await calm(world);
        const before = await object(world, path, objectId);
        const told = (await journal(world, { recordId: id })).length;
        const written = await writes(world, path);

        await change(world, path, id, { [field]: spelling });
        await calm(world);

        expect(await attention(world, id)).toEqual([]);
        const now = await record(world, path, id);
        expect(now.sync.status).toBe("in_sync");
        expect(now.properties[field]).toBe(spelling);
        expect((await object(world, path, objectId)).properties).toEqual(
          before.properties,
        );
        expect(await journal(world, { recordId: id })).toHaveLength(told);
        expect(await writes(world, path)).toBe(written);
      },
    );

    test("a value that HubSpot rounds to what it has already is no problem, and a later change of either side still arrives", async () => {
      const { world } = at;
      const { id, objectId } = one(
        await createLinked(world, "companies", [
          { name: "Rounded", annual_revenue: 10.126 },
        ]),
        0,
      );
      await calm(world);
      await change(world, "companies", id, { annual_revenue: 10.129 });
      await calm(world);
      expect(await attention(world, id)).toEqual([]);
      expect((await record(world, "companies", id)).sync.status).toBe(
        "in_sync",
      );
      expect(
        (await object(world, "companies", objectId)).properties[
          "annualrevenue"
        ],
      ).toBe("10.13");

      await change(world, "companies", id, { annual_revenue: 10.2 });
      await calm(world);
      expect(
        (await object(world, "companies", objectId)).properties[
          "annualrevenue"
        ],
      ).toBe("10.2");
      await changeObject(world, "companies", objectId, {
        annualrevenue: "11.5",
      });
      await calm(world);
      expect(
        (await record(world, "companies", id)).properties["annual_revenue"],
      ).toBe(11.5);
    });

    test("a first connection of two spellings links them, and neither is a problem", async () => {
      const { world } = at;
      await choose(world, { automatic: byHandOnly });
      const contact = await makeObject(world, "contacts", {
        email: "first@same.example",
        phone: "+14155550123",
      });
      const company = await makeObject(world, "companies", {
        name: "First",
        domain: "first.same.example",
        phone: "+493012345678",
      });
      const made = await inSql<{ id: string; type: Path }>(
        world,
        `with c as (insert into workspace.contacts (email, phone) values ('First@Same.example', '+1 (415) 555-0123') returning id),
              k as (insert into workspace.companies (name, domain, phone) values ('First', 'https://www.First.same.example', '+49 30 1234-5678') returning id)
         select id, 'contacts' as type from c union all select id, 'companies' from k`,
      );
      for (const { id, type } of made)
        await sync(world, "push", type, { ids: [id] });
      for (const { id, type } of made) {
        expect(await attention(world, id)).toEqual([]);
        expect((await record(world, type, id)).hubspotId).toBe(
          type === "contacts" ? contact : company,
        );
        expect(
          (await journal(world, { recordId: id })).flatMap((line) =>
            line.changes.filter((each) => each.field === "phone"),
          ),
        ).toEqual([]);
      }
      expect(
        (await object(world, "contacts", contact)).properties,
      ).toMatchObject({ phone: "+14155550123", email: "first@same.example" });
    });

    test("what only looks alike is a change: a country code, an extension, a path's case, and another scheme arrive", async () => {
      const { world } = at;
      const { id, objectId } = one(
        await createLinked(world, "companies", [
          {
            name: "Alike",
            phone: "(415) 555-0100",
            website_url: "http://z.same.example/Team",
          },
        ]),
        0,
      );
      const there = async (): Promise<Json> =>
        (await object(world, "companies", objectId)).properties;
      await calm(world);
      for (const [field, property, value, arrived] of [
        ["phone", "phone", "+1 (415) 555-0100", "+14155550100"],
        [
          "phone",
          "phone",
          "+1 (415) 555-0100 ext. 12",
          "+1 (415) 555-0100 ext. 12",
        ],
        [
          "website_url",
          "website",
          "http://z.same.example/team",
          "http://z.same.example/team",
        ],
        [
          "website_url",
          "website",
          "https://z.same.example/team",
          "https://z.same.example/team",
        ],
      ] as const) {
        await change(world, "companies", id, { [field]: value });
        await calm(world);
        expect((await there())[property]).toBe(arrived);
      }
      expect(await attention(world, id)).toEqual([]);
    });

    test("a HubSpot user's other spelling does not touch the record", async () => {
      const { world } = at;
      const { id, objectId } = one(
        await createLinked(world, "contacts", [
          { email: "there@same.example", phone: "+1 (212) 555-0100 x7" },
        ]),
        0,
      );
      await calm(world);
      await changeObject(world, "contacts", objectId, {
        phone: "+1-212-555-0100 ext. 7",
      });
      await calm(world);
      const now = await record(world, "contacts", id);
      expect(now.properties["phone"]).toBe("+1 (212) 555-0100 x7");
      expect(now.sync.status).toBe("in_sync");
    });
  },
);
