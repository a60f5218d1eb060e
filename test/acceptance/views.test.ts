import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProductLogin } from "../../server/database/product-login.ts";
import { makeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { recordOf } from "./steps/records.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  let psql: Client;
  beforeAll(async () => {
    psql = await at.world.sql();
  });
  afterAll(async () => {
    await psql.end();
  });

  const truthOf = async (email: string) =>
    (await at.world.truth("contacts")).find(
      (each) => each.properties["email"] === email,
    );

  test("X-14 psql alone creates a contact, sees it linked, and sees why another was refused", async () => {
    const { world } = at;
    await psql.query(`insert into workspace.contacts (email, first_name, custom)
      values ('ada@views.example', 'Ada', '{"team": "blue"}'), ('broken', null, '{}')`);
    await world.settled();
    const { rows } = await psql.query<Record<string, unknown>>(
      "select email, hubspot_id, sync_status, sync_reason, custom from workspace.contacts order by email",
    );
    expect(rows[0]).toMatchObject({
      email: "ada@views.example",
      hubspot_id: (await truthOf("ada@views.example"))?.id,
      sync_status: "in_sync",
      custom: { team: "blue" },
    });
    expect(rows[1]).toMatchObject({ email: "broken", hubspot_id: null });
    expect(rows[1]?.["sync_status"]).not.toBe("in_sync");
    expect(String(rows[1]?.["sync_reason"])).toMatch(/email/i);

    await psql.query(
      "insert into workspace.contacts (email) values ('ADA@views.example')",
    );
    await world.settled();
    const second = await psql.query<Record<string, unknown>>(
      "select sync_status, sync_reason from workspace.contacts where email = 'ADA@views.example'",
    );
    expect(second.rows).toMatchObject([{ sync_status: "problem" }]);
    expect(String(second.rows[0]?.["sync_reason"])).toContain(
      "already exists in HubSpot",
    );
  });

  test("X-14 a plain UPDATE is an ordered change: many of them end as the last one, in HubSpot too", async () => {
    const { world } = at;
    await psql.query(
      "insert into workspace.contacts (email, city) values ('order@views.example', 'c0')",
    );
    await world.settled();
    for (let step = 1; step <= 10; step += 1)
      await psql.query(
        "update workspace.contacts set city = $1 where email = 'order@views.example'",
        [`c${step}`],
      );
    await psql.query("begin");
    await psql.query(
      "update workspace.contacts set city = 'never' where email = 'order@views.example'",
    );
    await psql.query("rollback");
    await world.settled();
    expect((await truthOf("order@views.example"))?.properties["city"]).toBe(
      "c10",
    );
    const { rows } = await psql.query(
      "select city, sync_status from workspace.contacts where email = 'order@views.example'",
    );
    expect(rows).toEqual([{ city: "c10", sync_status: "in_sync" }]);
  });

  test("X-14 companies and associations are written in SQL and arrive in HubSpot; a DELETE is soft", async () => {
    const { world } = at;
    const company = await psql.query<{ id: string }>(
      "insert into workspace.companies (name, domain, employees) values ('Acme', 'acme.views.example', 12) returning id",
    );
    const companyId = company.rows[0]?.id;
    await psql.query(
      "insert into workspace.contacts (email, company_id) values ('staff@views.example', $1)",
      [companyId],
    );
    await world.settled();
    const acme = (await world.truth("companies")).find(
      (each) => each.properties["domain"] === "acme.views.example",
    );
    expect(acme?.properties["numberofemployees"]).toBe("12");
    expect((await truthOf("staff@views.example"))?.associations).toMatchObject([
      { toType: "companies", toId: acme?.id, primary: true },
    ]);
    const edges = await psql.query(
      "select to_id, labels from workspace.associations where to_id = $1",
      [companyId],
    );
    expect(edges.rows).toEqual([{ to_id: companyId, labels: ["primary"] }]);

    await psql.query(
      "delete from workspace.contacts where email = 'staff@views.example'",
    );
    await world.settled();
    const gone = await psql.query(
      "select * from workspace.contacts where email = 'staff@views.example'",
    );
    expect(gone.rows).toEqual([]);
    const kept = await psql.query(
      "select deleted_at is not null as deleted from record where properties ->> 'email' = 'staff@views.example'",
    );
    expect(kept.rows).toEqual([{ deleted: true }]);
  });

  test("X-14 what HubSpot makes is there to be selected", async () => {
    const { world } = at;
    const id = await makeObject(world, "contacts", {
      email: "grace@views.example",
      firstname: "Grace",
    });
    await world.settled();
    const { rows } = await psql.query(
      "select first_name, sync_status from workspace.contacts where hubspot_id = $1",
      [id],
    );
    expect(rows).toEqual([{ first_name: "Grace", sync_status: "in_sync" }]);
  });

  test("X-14 the login of a second portal sees nothing of the first, and can write nothing there", async () => {
    const { world } = at;
    const mine = world.portalId;
    const id = await makeObject(world, "contacts", {
      email: "secret@views.example",
    });
    await world.settled();
    const { id: recordId } = await recordOf(world, "contacts", id);
    const key = world.apiKey;
    await world.addPortal({ profile });
    await world.installed();
    const other = new Client({
      connectionString: await createProductLogin(
        world.server.database,
        world.portalId,
      ),
    });
    await other.connect();
    try {
      for (const name of [
        "workspace.contacts",
        "workspace.companies",
        "workspace.associations",
        "workspace.sync_status",
        "record",
        "link",
        "journal",
        "attention",
      ])
        expect([
          name,
          (await other.query(`select * from ${name}`)).rows,
        ]).toEqual([name, []]);
      await other.query(`set app.portal = '${mine}'`);
      expect((await other.query("select * from record")).rows).toEqual([]);
      await expect(
        other.query("update record set properties = '{}' where id = $1", [
          recordId,
        ]),
      ).rejects.toThrow(/permission denied/);
      await expect(
        other.query(
          "insert into record (portal_id, object_type) values ($1, 'contact')",
          [mine],
        ),
      ).rejects.toThrow(/permission denied/);
      for (const change of [
        "update workspace.contacts set first_name = 'Theirs' where id = $1",
        "delete from workspace.contacts where id = $1",
      ])
        expect((await other.query(change, [recordId])).rowCount).toBe(0);
      await expect(other.query("select * from installation")).rejects.toThrow(
        /permission denied/,
      );
      await other.query(
        "insert into workspace.contacts (email) values ('theirs@views.example')",
      );
      expect((await world.api("GET", `/contacts/${recordId}`)).status).toBe(
        404,
      );
    } finally {
      await other.end();
      world.portalId = mine;
      world.apiKey = key;
    }
    const seen = await psql.query(
      "select email from workspace.contacts where email in ('secret@views.example', 'theirs@views.example')",
    );
    expect(seen.rows).toEqual([{ email: "secret@views.example" }]);
  });
});
