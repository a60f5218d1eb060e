import { sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import { viewCard } from "./card.ts";
import { attention } from "./steps/attention.ts";
import type { AttentionEntry } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { journal } from "./steps/journal.ts";
import {
  changeObject,
  companiesOf,
  makeObject,
  object,
  objectsWith,
} from "./steps/objects.ts";
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
import { itemsOf, sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { Json, Reply } from "./world.ts";

const givenUp =
  "Its company in HubSpot was given to another record by a person's choice.";

describe.each(profiles)("linking to the existing company, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  beforeEach(() => choose(at.world));

  const theEntry = async (recordId: string): Promise<AttentionEntry> => {
    const entries = await attention(at.world, recordId);
    expect(entries).toHaveLength(1);
    return one(entries, 0);
  };
  const resolve = (
    entry: Pick<AttentionEntry, "id">,
    more: Json = {},
  ): Promise<Reply> =>
    at.world.api("POST", `/attention/${entry.id}/resolve`, {
      choice: "link_existing",
      ...more,
    });
  const companiesHere = async (contact: string): Promise<string[]> => {
    const product = await at.world.sql();
    try {
      const { rows } = await product.query<{ to_id: string }>(
        "select to_id from workspace.associations where from_id = $1 order by to_id",
        [contact],
      );
      return rows.map((row) => row.to_id);
    } finally {
      await product.end();
    }
  };
  /** A record that holds the company of a domain, and a latecomer that conflicts with it. */
  const conflict = async (
    domain: string,
    latecomer: Json = {},
  ): Promise<{
    holder: string;
    late: string;
    objectId: string;
    entry: AttentionEntry;
  }> => {
    const { world } = at;
    const [held] = await createLinked(world, "companies", [
      { name: "Holder", domain, city: "Ulm", phone: "+49 1" },
    ]);
    const late = await make(world, "companies", {
      name: "Latecomer",
      domain,
      country: "Germany",
      ...latecomer,
    });
    await calm(world);
    return {
      holder: held?.id ?? "",
      late: late.id,
      objectId: held?.objectId ?? "",
      entry: await theEntry(late.id),
    };
  };

  test("AP-105 a person links the record to the existing company: both sides end in step, and the record that had it says why it stands alone", async () => {
    const { world } = at;
    const { holder, late, objectId, entry } = await conflict("give.example");
    expect(entry).toMatchObject({
      code: "domain_conflict",
      choices: ["link_existing"],
      details: { objects: [{ hubspotId: objectId, recordId: holder }] },
    });
    expect(entry.fix).toContain("link this record to the existing company");

    const answer = await resolve(entry);

    expect(answer, JSON.stringify(answer.body)).toMatchObject({
      status: 200,
      body: { state: "resolved", resolvedBy: "API", choices: [] },
    });
    await calm(world);
    expect(await record(world, "companies", late)).toMatchObject({
      hubspotId: objectId,
      sync: { status: "in_sync" },
      // What only HubSpot held has been filled in.
      properties: { name: "Latecomer", city: "Ulm", country: "Germany" },
    });
    expect((await object(world, "companies", objectId)).properties).toEqual(
      expect.objectContaining({
        name: "Latecomer",
        city: "Ulm",
        country: "Germany",
        domain: "give.example",
      }),
    );
    expect(
      await objectsWith(world, "companies", "domain", "give.example"),
    ).toHaveLength(1);
    expect(await record(world, "companies", holder)).toMatchObject({
      hubspotId: null,
      sync: { status: "not_synced", code: "given_up", reason: givenUp },
      properties: { name: "Holder", city: "Ulm", phone: "+49 1" },
    });
    expect(await attention(world, late)).toEqual([]);
    expect(await attention(world, holder)).toEqual([]);
    expect((await viewCard(world, "companies", objectId)).record?.id).toBe(
      late,
    );

    const ours = await journal(world, { recordId: late });
    expect(ours).toContainEqual(
      expect.objectContaining({
        action: "linked",
        source: "api",
        by: "API",
        code: "linked_by_choice",
        hubspotId: objectId,
        reason: `Linked to the existing company ${objectId} in HubSpot, which record ${holder} held, by a person's choice.`,
      }),
    );
    // What gave way is told.
    expect(ours.flatMap((line) => line.changes)).toContainEqual(
      expect.objectContaining({
        field: "name",
        side: "hubspot",
        overwrote: "Holder",
        after: "Latecomer",
      }),
    );
    expect(await journal(world, { recordId: holder })).toContainEqual(
      expect.objectContaining({
        action: "unlinked",
        by: "API",
        code: "given_up",
        hubspotId: objectId,
        reason: `${givenUp} It belongs to record ${late} now.`,
      }),
    );

    await change(world, "companies", late, { phone: "+49 3" });
    await calm(world);
    expect(
      (await object(world, "companies", objectId)).properties["phone"],
    ).toBe("+49 3");
    await changeObject(world, "companies", objectId, { city: "Aalen" });
    await calm(world);
    expect((await record(world, "companies", late)).properties["city"]).toBe(
      "Aalen",
    );
    expect((await record(world, "companies", holder)).properties["city"]).toBe(
      "Ulm",
    );
  });

  test("AP-103 AP-105 the contacts of both records follow the company", async () => {
    const { world } = at;
    const [held] = await createLinked(world, "companies", [
      { name: "Same", domain: "contacts.example" },
    ]);
    const holder = held?.id ?? "";
    const objectId = held?.objectId ?? "";
    const theirs = await make(
      world,
      "contacts",
      { email: "theirs@contacts.example" },
      holder,
    );
    await calm(world);
    // It differs from what HubSpot has in nothing: nothing of the company itself is written.
    const late = await make(world, "companies", {
      name: "Same",
      domain: "contacts.example",
    });
    const ours = await make(
      world,
      "contacts",
      { email: "ours@contacts.example" },
      late.id,
    );
    await calm(world);
    expect(await theEntry(ours.id)).toMatchObject({
      code: "company_blocked",
      choices: [],
    });

    const answer = await resolve(await theEntry(late.id));
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
    await calm(world);

    const oursThere = await objectOf(world, "contacts", ours.id);
    expect(await companiesOf(world, oursThere)).toEqual([objectId]);
    expect(await attention(world, ours.id)).toEqual([]);
    // HubSpot's company is the latecomer's: so is its contact. The company that it had here stays one of its.
    const theirsThere = await objectOf(world, "contacts", theirs.id);
    expect(await companiesOf(world, theirsThere)).toEqual([objectId]);
    expect((await record(world, "contacts", theirs.id)).companyId).toBe(
      late.id,
    );
    expect(await companiesHere(theirs.id)).toEqual([holder, late.id].sort());
    expect(await journal(world, { recordId: theirs.id })).toContainEqual(
      expect.objectContaining({
        action: "associated",
        changes: [
          expect.objectContaining({
            field: "company_id",
            before: holder,
            after: late.id,
          }) as unknown,
        ],
      }),
    );
  });

  test("AP-105 the record that gave its company up is not created again by itself, and goes by a person's push once it conflicts with nothing", async () => {
    const { world } = at;
    const { holder, late, objectId, entry } = await conflict("alone.example");
    await resolve(entry);
    await calm(world);

    await change(world, "companies", holder, { phone: "+49 2" });
    await calm(world);
    expect((await record(world, "companies", holder)).sync).toMatchObject({
      status: "not_synced",
      code: "given_up",
      reason: givenUp,
    });
    expect(
      await objectsWith(world, "companies", "domain", "alone.example"),
    ).toHaveLength(1);

    // It has the domain still: pushed by hand, it is the one that conflicts, and the choice can be taken back.
    const refused = await sync(world, "push", "companies", { ids: [holder] });
    expect(await itemsOf(world, refused.id)).toMatchObject([
      { recordId: holder, outcome: "failed", code: "domain_conflict" },
    ]);
    expect(await theEntry(holder)).toMatchObject({
      choices: ["link_existing"],
      details: { objects: [{ hubspotId: objectId, recordId: late }] },
    });

    await change(world, "companies", holder, { domain: "own-alone.example" });
    await calm(world);
    expect((await record(world, "companies", holder)).sync.code).toBe(
      "given_up",
    );
    const pushed = await sync(world, "push", "companies", { ids: [holder] });
    expect(pushed.counts).toMatchObject({ created: 1 });
    await calm(world);
    expect(await objectOf(world, "companies", holder)).not.toBe(objectId);
    expect(await objectOf(world, "companies", late)).toBe(objectId);
  });

  test("AP-105 the choice can be taken back by the record that gave its company up", async () => {
    const { world } = at;
    const { holder, late, objectId, entry } = await conflict("back.example");
    await resolve(entry);
    await calm(world);
    await sync(world, "push", "companies", { ids: [holder] });

    const answer = await resolve(await theEntry(holder));

    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
    await calm(world);
    expect(await record(world, "companies", holder)).toMatchObject({
      hubspotId: objectId,
      sync: { status: "in_sync" },
    });
    expect((await record(world, "companies", late)).sync).toMatchObject({
      code: "given_up",
      reason: givenUp,
    });
    expect((await viewCard(world, "companies", objectId)).record?.id).toBe(
      holder,
    );
  });

  test("AP-105 what differs is held where the policy is to ask", async () => {
    const { world } = at;
    await choose(world, { company: { policy: "hold" } });
    const { late, objectId, entry } = await conflict("hold.example");

    await resolve(entry);
    await calm(world);

    expect(await theEntry(late)).toMatchObject({
      kind: "held",
      field: "name",
      choices: ["workspace", "hubspot"],
      details: { workspace: "Latecomer", hubspot: "Holder" },
    });
    const { properties } = await object(world, "companies", objectId);
    expect(properties).toMatchObject({ name: "Holder", country: "Germany" });
  });

  test("AP-105 a choice that is repeated, or another portal's, changes nothing more", async () => {
    const { world } = at;
    const { holder, late, entry } = await conflict("again.example");
    const [first, second] = await Promise.all([resolve(entry), resolve(entry)]);
    expect(new Set([first.status, second.status])).toEqual(new Set([200, 409]));
    await calm(world);
    const before = await journal(world);

    expect(await resolve(entry)).toMatchObject({
      status: 409,
      body: { code: "already_settled" },
    });
    const { portalId, apiKey } = world;
    const mine = await conflict("mine.example");
    await world.addPortal({ profile });
    await world.installed();
    expect(await resolve(mine.entry)).toMatchObject({
      status: 404,
      body: { code: "attention_not_found" },
    });
    Object.assign(world, { portalId, apiKey });
    expect(await theEntry(mine.late)).toMatchObject({
      code: "domain_conflict",
    });
    const after = await journal(world);
    const about = new Set([holder, late]);
    expect(after.filter((line) => about.has(line.recordId ?? ""))).toEqual(
      before.filter((line) => about.has(line.recordId ?? "")),
    );
    expect(
      before.filter(
        (line) => line.code === "linked_by_choice" && line.recordId === late,
      ),
    ).toHaveLength(1);
  });

  test("AP-105 a choice counts only while the company belongs to the record that the entry named", async () => {
    const { world } = at;
    const { late, holder, objectId, entry } = await conflict("stale.example");
    const third = await make(world, "companies", {
      name: "Third",
      domain: "stale.example",
    });
    await calm(world);
    await resolve(await theEntry(third.id));
    await calm(world);

    const taken = await resolve(entry);

    expect(taken).toMatchObject({ status: 409, body: { code: "changed" } });
    expect(taken.body["detail"]).toContain(
      `Company ${objectId} in HubSpot is linked to record ${third.id} now.`,
    );
    expect((await record(world, "companies", late)).hubspotId).toBeNull();
    expect(await objectOf(world, "companies", third.id)).toBe(objectId);
    expect((await record(world, "companies", holder)).sync.code).toBe(
      "given_up",
    );

    // Looked at again, the entry names the record that has it now, and the choice counts.
    await world.api("POST", `/attention/${entry.id}/retry`, {});
    const again = await theEntry(late);
    expect(again).toMatchObject({
      id: entry.id,
      details: { objects: [{ hubspotId: objectId, recordId: third.id }] },
    });

    await world.api("DELETE", `/companies/${third.id}`);
    await calm(world);
    const free = await resolve(again);
    expect(free).toMatchObject({ status: 409, body: { code: "changed" } });
    expect(free.body["detail"]).toContain(
      `Company ${objectId} in HubSpot is not linked to record ${third.id} any more.`,
    );
  });

  test("AP-105 a choice does not count once the two do not share their domain, or HubSpot has lost the company", async () => {
    const { world } = at;
    await choose(world, { automatic: byHandOnly });
    const pushNew = async (name: string, domain: string): Promise<string> => {
      const { id } = await make(world, "companies", { name, domain });
      await sync(world, "push", "companies", { ids: [id] });
      return id;
    };
    const holder = await pushNew("Holder", "lost.example");
    const objectId = await objectOf(world, "companies", holder);
    const late = await pushNew("Late", "lost.example");
    const entry = await theEntry(late);

    await change(world, "companies", late, { domain: "other.example" });
    const moved = await resolve(entry);
    expect(moved).toMatchObject({ status: 409, body: { code: "changed" } });
    expect(moved.body["detail"]).toContain("do not share their domain");

    await change(world, "companies", late, { domain: "lost.example" });
    await world.inHubSpot("DELETE", `/objects/companies/${objectId}`);
    const lost = await resolve(entry);
    expect(lost).toMatchObject({ status: 409, body: { code: "changed" } });
    expect(lost.body["detail"]).toContain(
      `HubSpot does not show company ${objectId} any more.`,
    );
    expect((await record(world, "companies", late)).hubspotId).toBeNull();
    expect(await theEntry(late)).toMatchObject({ id: entry.id });
  });

  test("AP-105 a choice waits for a write to HubSpot that is under way for the record that has the company", async () => {
    const { world } = at;
    const { holder, late, objectId, entry } = await conflict("busy.example");
    const { database } = world.server;
    await database.inPortal(world.portalId, (db) =>
      sql`
        insert into attempt (portal_id, id, object_type, record_id, object_id, operation, sent, initiator, claim_ends_at)
        values (${world.portalId}, gen_random_uuid(), 'company', ${holder}::uuid, ${objectId}::bigint, 'archive', '{}', 'workspace',
          now() + interval '1 minute')`.execute(db),
    );

    expect(await resolve(entry)).toMatchObject({
      status: 409,
      body: { code: "busy" },
    });
    expect(await objectOf(world, "companies", holder)).toBe(objectId);

    const waiting = resolve(entry);
    await database.inPortal(world.portalId, (db) =>
      sql`
        update attempt set claimed = false, settled_at = now()
        where portal_id = ${world.portalId} and claimed`.execute(db),
    );
    expect(await waiting).toMatchObject({ status: 200 });
    await calm(world);
    expect(await objectOf(world, "companies", late)).toBe(objectId);
  });

  test("AP-105 of several companies of the domain a person names the one", async () => {
    const { world } = at;
    const objects = [
      await makeObject(world, "companies", {
        name: "One",
        domain: "several.example",
      }),
      await makeObject(world, "companies", {
        name: "Two",
        domain: "several.example",
      }),
    ];
    await calm(world);
    const [first, second] = [one(objects, 0), one(objects, 1)];
    const holder = await recordOf(world, "companies", second);
    const late = await make(world, "companies", { domain: "several.example" });
    await calm(world);
    const entry = await theEntry(late.id);

    for (const named of [{}, { hubspotId: "1" }]) {
      const refused = await resolve(entry, named);
      expect(refused).toMatchObject({
        status: 409,
        body: { code: "object_not_named" },
      });
      for (const id of objects) expect(refused.body["detail"]).toContain(id);
    }
    expect(await resolve(entry, { hubspotId: second })).toMatchObject({
      status: 200,
    });
    await calm(world);

    expect(await objectOf(world, "companies", late.id)).toBe(second);
    expect((await recordOf(world, "companies", first)).sync.status).toBe(
      "in_sync",
    );
    expect((await record(world, "companies", holder.id)).sync.code).toBe(
      "given_up",
    );
  });

  test("AP-106 a contact's email that is another record's is no such choice", async () => {
    const { world } = at;
    await createLinked(world, "contacts", [{ email: "twice@choice.example" }]);
    const second = await make(world, "contacts", {
      email: "twice@choice.example",
    });
    await calm(world);
    const entry = await theEntry(second.id);
    expect(entry).toMatchObject({ code: "duplicate_email", choices: [] });
    expect(await resolve(entry)).toMatchObject({
      status: 409,
      body: { code: "not_offered" },
    });
    expect((await record(world, "contacts", second.id)).hubspotId).toBeNull();
  });
});
