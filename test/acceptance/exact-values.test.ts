import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import type { Client } from "pg";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import { defaultMappingsOf } from "../../server/settings/default-mappings.ts";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, makeObject, object } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import {
  change,
  createLinked,
  make,
  objectOf,
  record,
  recordOf,
} from "./steps/records.ts";
import { pullAll } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

const mapping = (
  field: string,
  property: string,
  kind: "number" | "datetime" | "date",
): FieldMapping => ({
  field,
  property,
  direction: "both",
  clear: false,
  conversion: { kind },
});

const contactMappings = [
  ...defaultMappingsOf("contact"),
  mapping("closed_at", "closedate", "datetime"),
];

const big = [
  "4300000000000000001",
  "9007199254740993",
  "12345678901234567890",
  "-0.1234567890123456789",
  "99999999999999999999.99",
];

describe.each(profiles)(
  "7-A11 numbers and times, to the last digit, as HubSpot is %s",
  (profile) => {
    const at = useWorld({ portal: { profile, rewrites: "basic" } });
    let psql: Client;
    beforeAll(async () => {
      psql = await at.world.sql();
    });
    afterAll(() => psql.end());
    beforeEach(() =>
      choose(at.world, { contact: { mappings: contactMappings } }),
    );

    test.each(big)("%s arrives from HubSpot as it is", async (text) => {
      const { world } = at;
      const objectId = await makeObject(world, "companies", {
        name: `Pulled ${text}`,
        annualrevenue: text,
      });
      await calm(world);
      const { id, properties, sync } = await recordOf(
        world,
        "companies",
        objectId,
      );
      expect(properties["annual_revenue"]).toBe(text);
      expect(sync.status).toBe("in_sync");
      const { rows } = await psql.query<{ n: string; type: string }>(
        "select annual_revenue::text as n from workspace.companies where id = $1",
        [id],
      );
      expect(rows).toEqual([{ n: text }]);

      const told = (await journal(world, { recordId: id })).length;
      await psql.query(
        "update workspace.companies set city = 'Ulm' where id = $1",
        [id],
      );
      await calm(world);
      await pullAll(world, "companies");
      const there = (await object(world, "companies", objectId)).properties;
      expect(there).toMatchObject({ annualrevenue: text, city: "Ulm" });
      expect(await journal(world, { recordId: id })).toHaveLength(told + 1);
    });

    test.each(big)("%s in SQL goes to HubSpot as it is", async (text) => {
      const { world } = at;
      const { rows } = await psql.query<{ id: string }>(
        `insert into workspace.companies (name, annual_revenue) values ($1, $2::numeric) returning id`,
        [`Pushed ${text}`, text],
      );
      const { id } = one(rows, 0);
      await calm(world);
      const objectId = await objectOf(world, "companies", id);
      expect(
        (await object(world, "companies", objectId)).properties[
          "annualrevenue"
        ],
      ).toBe(text);
      expect((await record(world, "companies", id)).sync.status).toBe(
        "in_sync",
      );
    });

    test("REST takes a long number as a string, and returns it so; short ones are numbers both ways", async () => {
      const { world } = at;
      const { id, properties } = await make(world, "companies", {
        name: "Typed",
        annual_revenue: "9007199254740993",
        employees: "12",
      });
      expect(properties).toMatchObject({
        annual_revenue: "9007199254740993",
        employees: 12,
      });
      const { rows } = await psql.query(
        "select annual_revenue::text as a, employees::text as e from workspace.companies where id = $1",
        [id],
      );
      expect(rows).toEqual([{ a: "9007199254740993", e: "12" }]);
      // As a literal of JSON, too: no digit is lost on the way in.
      const raw = await fetch(`${world.server.url}/api/v1/companies/${id}`, {
        method: "PATCH",
        headers: {
          authorization: `Bearer ${world.apiKey}`,
          "content-type": "application/json",
        },
        body: `{"properties":{"annual_revenue":9007199254740995,"score":9007199254740997}}`,
      });
      expect(raw.status).toBe(200);
      await calm(world);
      expect(
        (
          await object(
            world,
            "companies",
            await objectOf(world, "companies", id),
          )
        ).properties["annualrevenue"],
      ).toBe("9007199254740995");
      for (const bad of ["0x1F", "NaN", "Infinity", "1,000", "many", ""])
        expect(
          (
            await world.api("PATCH", `/companies/${id}`, {
              properties: { annual_revenue: bad },
            })
          ).status,
        ).toBe(400);
    });

    test("what is no number is refused by name, and not sent as another one", async () => {
      const { world } = at;
      await choose(world, {
        company: {
          mappings: defaultMappingsOf("company").map((each) =>
            each.field === "employees" ? { ...each, field: "headcount" } : each,
          ),
        },
      });
      const { id, objectId } = one(
        await createLinked(world, "companies", [
          { name: "Hex", headcount: "0x1F" },
        ]),
        0,
      );
      expect(
        (await object(world, "companies", objectId)).properties[
          "numberofemployees"
        ] ?? "",
      ).toBe("");
      expect(await attention(world, id)).toMatchObject([
        { code: "invalid_number" },
      ]);
      await change(world, "companies", id, { headcount: "1e3" });
      await calm(world);
      expect(
        (await object(world, "companies", objectId)).properties[
          "numberofemployees"
        ],
      ).toBe("1000");
      expect(await attention(world, id)).toEqual([]);
    });

    test.each([
      ["2024-03-10 09:30:00+00", "2024-03-10T09:30:00.000Z"],
      ["2024-03-10 09:30:00+02", "2024-03-10T07:30:00.000Z"],
      ["2024-03-10 09:30:00.123456+05:30", "2024-03-10T04:00:00.123Z"],
      ["2024-03-10 09:30:00", "2024-03-10T09:30:00.000Z"],
      ["2024-03-10", "2024-03-10T00:00:00.000Z"],
    ])("Postgres' own text %s is the time %s", async (text, time) => {
      const { world } = at;
      const { rows } = await psql.query<{ id: string }>(
        `insert into workspace.contacts (email, custom)
         values (gen_random_uuid() || '@times.example', jsonb_build_object('closed_at', $1::text)) returning id`,
        [text],
      );
      const { id } = one(rows, 0);
      await calm(world);
      const objectId = await objectOf(world, "contacts", id);
      const there = await object(world, "contacts", objectId);
      expect(new Date(there.properties["closedate"] ?? "").toISOString()).toBe(
        time,
      );
      expect(await attention(world, id)).toEqual([]);
    });

    test.each([
      "infinity",
      "-infinity",
      "0044-03-15 00:00:00 BC",
      "2024-02-30T10:00:00Z",
      "2024-02-30 10:00:00+00",
      "soon",
    ])("%s is refused here, with a reason, and not sent", async (text) => {
      const { world } = at;
      const { rows } = await psql.query<{ id: string }>(
        `insert into workspace.contacts (email, custom)
         values (gen_random_uuid() || '@times.example', jsonb_build_object('closed_at', $1::text)) returning id`,
        [text],
      );
      const { id } = one(rows, 0);
      await calm(world);
      const objectId = await objectOf(world, "contacts", id);
      const there = await object(world, "contacts", objectId);
      expect(there.properties["closedate"] ?? "").toBe("");
      const [entry] = await attention(world, id);
      expect(entry).toMatchObject({ code: "invalid_date" });
      expect(entry?.cause).toContain(text);
      await changeObject(world, "contacts", objectId, {
        closedate: "2024-05-05T00:00:00Z",
      });
      await calm(world);
    });
  },
);
