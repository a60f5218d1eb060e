import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { writeSettings } from "../../server/settings/store.ts";
import { changeObject, makeObject, object } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { sync } from "./steps/runs.ts";
import { useWorld } from "./world.ts";

const mapped = (
  field: string,
  property: string,
  kind: "text" | "number" | "set",
): FieldMapping => ({
  field,
  property,
  direction: "both",
  clear: false,
  conversion: { kind },
});

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  let psql: Client;
  beforeAll(async () => {
    psql = await at.world.sql();
    for (const [name, fieldType, values] of [
      ["size", "select", ["1-50", "51-200"]],
      ["markets", "checkbox", ["DE", "FR"]],
    ] as const) {
      const made = await at.world.inHubSpot("POST", "/properties/companies", {
        name,
        label: name,
        type: "enumeration",
        fieldType,
        groupName: "companyinformation",
        options: values.map((value, displayOrder) => ({
          value,
          label: value,
          displayOrder,
        })),
      });
      expect(made.status).toBe(201);
    }
  });
  afterAll(async () => {
    await psql.end();
  });

  const read = async () =>
    (
      await at.world.api<{ version: number; settings: Settings }>(
        "GET",
        "/settings",
      )
    ).body;
  const withMappings = (
    settings: Settings,
    ...mappings: readonly FieldMapping[]
  ): Settings => ({
    ...settings,
    company: {
      ...settings.company,
      mappings: [
        ...settings.company.mappings.filter(
          ({ field }) => !mappings.some((each) => each.field === field),
        ),
        ...mappings,
      ],
    },
  });
  const misfits = [
    mapped("employees", "size", "text"),
    mapped("state", "markets", "set"),
  ];

  test("7-A10 a mapping whose values the field cannot have is refused with its path, and nothing is saved", async () => {
    const before = await read();
    const settings = withMappings(before.settings, ...misfits);
    const answer = await at.world.api("PUT", "/settings", {
      version: before.version,
      settings,
    });
    const count = settings.company.mappings.length;
    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: "invalid_input",
        errors: [
          {
            path: `settings.company.mappings.${count - 2}.conversion`,
            message: expect.stringContaining("can only have numbers") as string,
          },
          {
            path: `settings.company.mappings.${count - 1}.conversion`,
            message: expect.stringContaining("can only have text") as string,
          },
        ],
      },
    });
    expect(await read()).toEqual(before);
  });

  test("7-A10 with such a mapping saved before, the views work, and HubSpot keeps its values; then it is put right", async () => {
    const { world } = at;
    const before = await read();
    // As a version without the check has stored it.
    await world.server.database.inPortal(world.portalId, (db) =>
      writeSettings(
        db,
        world.portalId,
        {
          version: before.version,
          settings: withMappings(before.settings, ...misfits),
        },
        "an earlier version",
      ),
    );
    const id = await makeObject(world, "companies", {
      name: "Misfit",
      domain: "misfit.example",
      size: "51-200",
      markets: "DE;FR",
      numberofemployees: "60",
    });
    await world.settled();
    const select = `select * from workspace.companies where hubspot_id = '${id}'`;
    const { rows } = await psql.query<Record<string, unknown>>(select);
    expect(rows).toMatchObject([
      {
        name: "Misfit",
        employees: null,
        state: null,
        custom: { employees: "51-200", state: ["DE", "FR"] },
        sync_status: "in_sync",
      },
    ]);
    await psql.query(
      `update workspace.companies set city = 'Kiel' where hubspot_id = '${id}'`,
    );
    await world.settled();
    expect((await object(world, "companies", id)).properties).toMatchObject({
      city: "Kiel",
      size: "51-200",
      markets: "DE;FR",
    });

    // Mapped back, the fields take HubSpot's values with the next pull, and are ordinary ones again.
    const stored = await read();
    const fixed = await world.api("PUT", "/settings", {
      version: stored.version,
      settings: withMappings(
        stored.settings,
        mapped("employees", "numberofemployees", "number"),
        mapped("state", "state", "text"),
      ),
    });
    expect(fixed.status).toBe(200);
    await changeObject(world, "companies", id, { state: "SH" });
    await sync(world, "pull", "companies", { hubspotIds: [id] });
    await world.settled();
    const repaired = await psql.query<Record<string, unknown>>(select);
    expect(repaired.rows).toMatchObject([
      { employees: "60", state: "SH", custom: {}, sync_status: "in_sync" },
    ]);
    await psql.query(
      `update workspace.companies set employees = 71 where hubspot_id = '${id}'`,
    );
    await world.settled();
    expect((await object(world, "companies", id)).properties).toMatchObject({
      numberofemployees: "71",
      size: "51-200",
      markets: "DE;FR",
    });
    const gone = await psql.query(
      `delete from workspace.companies where hubspot_id = '${id}'`,
    );
    expect(gone.rowCount).toBe(1);
  });

  test("7-A10 the same values again, by SQL or by REST, leave a record in sync as it is", async () => {
    const { world } = at;
    await psql.query(
      `insert into workspace.contacts (email, city, custom) values ('same@misfit.example', 'Kiel', '{"tags": ["a"], "n": 1.50}')`,
    );
    await world.settled();
    const state = async () =>
      (
        await psql.query<{ id: string; revision: string; sync_status: string }>(
          `select v.id, r.revision, r.updated_at, r.properties::text, v.sync_status from workspace.contacts v
           join record r on r.id = v.id where v.email = 'same@misfit.example'`,
        )
      ).rows[0];
    const before = await state();
    expect(before?.sync_status).toBe("in_sync");
    await psql.query(
      "update workspace.contacts set city = city, custom = custom where email = 'same@misfit.example'",
    );
    const path = `/contacts/${before?.id ?? ""}`;
    const { body } = await world.api<{ properties: Record<string, unknown> }>(
      "GET",
      path,
    );
    const patched = await world.api("PATCH", path, {
      properties: body.properties,
    });
    expect(patched.status).toBe(200);
    await world.api("POST", "/contacts/batch", {
      inputs: [{ id: before?.id, properties: body.properties }],
    });
    expect(await state()).toEqual(before);
  });
});
