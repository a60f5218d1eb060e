import { sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { conflict, linkExisting, theEntry } from "./steps/domain-conflict.ts";
import { journal } from "./steps/journal.ts";
import { profiles } from "./steps/path.ts";
import {
  change,
  createLinked,
  make,
  objectOf,
  record,
} from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)(
  "a choice of the existing company that does not count, %s",
  (profile) => {
    const at = useWorld({ portal: { profile, searchLagMs: 0 } });
    beforeEach(() => choose(at.world));

    test("AP-105 a choice that is repeated, or another portal's, changes nothing more", async () => {
      const { world } = at;
      const { holder, late, entry } = await conflict(world, "again.example");
      const [first, second] = await Promise.all([
        linkExisting(world, entry),
        linkExisting(world, entry),
      ]);
      expect(new Set([first.status, second.status])).toEqual(
        new Set([200, 409]),
      );
      await calm(world);
      const before = await journal(world);

      expect(await linkExisting(world, entry)).toMatchObject({
        status: 409,
        body: { code: "already_settled" },
      });
      const { portalId, apiKey } = world;
      const mine = await conflict(world, "mine.example");
      await world.addPortal({ profile });
      await world.installed();
      expect(await linkExisting(world, mine.entry)).toMatchObject({
        status: 404,
        body: { code: "attention_not_found" },
      });
      Object.assign(world, { portalId, apiKey });
      expect(await theEntry(world, mine.late)).toMatchObject({
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
      const { late, holder, objectId, entry } = await conflict(
        world,
        "stale.example",
      );
      const third = await make(world, "companies", {
        name: "Third",
        domain: "stale.example",
      });
      await calm(world);
      await linkExisting(world, await theEntry(world, third.id));
      await calm(world);

      // By itself, the entry names the record that has the company now. Before that, a choice may come for what it named.
      expect(await theEntry(world, late)).toMatchObject({
        id: entry.id,
        details: { objects: [{ hubspotId: objectId, recordId: third.id }] },
      });
      await asOwner(world, (owner) =>
        owner.query(
          `update attention set details = jsonb_set(details, array['holders', $2], to_jsonb($3::text)) where id = $1`,
          [entry.id, objectId, holder],
        ),
      );
      const taken = await linkExisting(world, entry);

      expect(taken).toMatchObject({ status: 409, body: { code: "changed" } });
      expect(taken.body["detail"]).toContain(
        `Company ${objectId} in HubSpot is now linked to record ${third.id}.`,
      );
      expect((await record(world, "companies", late)).hubspotId).toBeNull();
      expect(await objectOf(world, "companies", third.id)).toBe(objectId);
      expect((await record(world, "companies", holder)).sync.code).toBe(
        "given_up",
      );

      // Looked at again, the entry names the record that has it now, and the choice counts.
      await world.api("POST", `/attention/${entry.id}/retry`, {});
      const again = await theEntry(world, late);
      expect(again).toMatchObject({
        id: entry.id,
        details: { objects: [{ hubspotId: objectId, recordId: third.id }] },
      });

      // Once the company is free, nothing is left to choose.
      await world.api("DELETE", `/companies/${third.id}`);
      await calm(world);
      expect(await objectOf(world, "companies", late)).toBe(objectId);
      expect(await linkExisting(world, again)).toMatchObject({
        status: 409,
        body: { code: "already_settled" },
      });
    });

    test("AP-105 a choice does not count once the two no longer have the same domain, or HubSpot has lost the company", async () => {
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
      const entry = await theEntry(world, late);

      await change(world, "companies", late, { domain: "other.example" });
      const moved = await linkExisting(world, entry);
      expect(moved).toMatchObject({ status: 409, body: { code: "changed" } });
      expect(moved.body["detail"]).toContain("no longer have the same domain");

      await change(world, "companies", late, { domain: "lost.example" });
      await world.inHubSpot("DELETE", `/objects/companies/${objectId}`);
      const lost = await linkExisting(world, entry);
      expect(lost).toMatchObject({ status: 409, body: { code: "changed" } });
      expect(lost.body["detail"]).toContain(
        `HubSpot no longer shows company ${objectId}.`,
      );
      expect((await record(world, "companies", late)).hubspotId).toBeNull();
      expect(await theEntry(world, late)).toMatchObject({ id: entry.id });
    });

    test("AP-105 a choice waits for a write to HubSpot that is under way for the record that has the company", async () => {
      const { world } = at;
      const { holder, late, objectId, entry } = await conflict(
        world,
        "busy.example",
      );
      const { database } = world.server;
      await database.inPortal(world.portalId, (db) =>
        sql`
        insert into attempt (portal_id, id, object_type, record_id, object_id, operation, sent, initiator, claim_ends_at)
        values (${world.portalId}, gen_random_uuid(), 'company', ${holder}::uuid, ${objectId}::bigint, 'archive', '{}', 'workspace',
          now() + interval '1 minute')`.execute(db),
      );

      expect(await linkExisting(world, entry)).toMatchObject({
        status: 409,
        body: { code: "busy" },
      });
      expect(await objectOf(world, "companies", holder)).toBe(objectId);

      const waiting = linkExisting(world, entry);
      await database.inPortal(world.portalId, (db) =>
        sql`
        update attempt set claimed = false, settled_at = now()
        where portal_id = ${world.portalId} and claimed`.execute(db),
      );
      expect(await waiting).toMatchObject({ status: 200 });
      await calm(world);
      expect(await objectOf(world, "companies", late)).toBe(objectId);
    });

    test("AP-106 a contact's email that is another record's is no such choice", async () => {
      const { world } = at;
      await createLinked(world, "contacts", [
        { email: "twice@choice.example" },
      ]);
      const second = await make(world, "contacts", {
        email: "twice@choice.example",
      });
      await calm(world);
      const entry = await theEntry(world, second.id);
      expect(entry).toMatchObject({ code: "duplicate_email", choices: [] });
      expect(await linkExisting(world, entry)).toMatchObject({
        status: 409,
        body: { code: "not_offered" },
      });
      expect((await record(world, "contacts", second.id)).hubspotId).toBeNull();
    });

    test("AP-105 a company that another lane links at the same moment is told of as changed", async () => {
      const { world } = at;
      const given = await conflict(world, "moment.example");
      const { holder, late, objectId } = given;
      await linkExisting(world, given.entry);
      await calm(world);
      // Nobody has the company any more, and the record that gave it up is pushed by hand.
      const deleted = await world.api("DELETE", `/companies/${late}`);
      expect(deleted.status).toBeLessThan(300);
      await calm(world);
      await choose(world, { automatic: byHandOnly });
      await sync(world, "push", "companies", { ids: [holder] });
      const entry = await theEntry(world, holder);
      expect(entry.details).toMatchObject({
        objects: [{ hubspotId: objectId, recordId: null }],
      });
      const other = await make(world, "companies", { name: "Other" });

      const answer = await asOwner(world, async (owner) => {
        await owner.query("begin");
        await owner.query(
          "insert into link (portal_id, object_type, record_id, object_id) values ($1, 'company', $2, $3)",
          [world.portalId, other.id, objectId],
        );
        const choosing = linkExisting(world, entry);
        await world.until(
          () =>
            asOwner(world, async (watcher) => {
              const { rows } = await watcher.query(
                "select from pg_locks where not granted",
              );
              return rows.length > 0;
            }),
          "the choice waits for the link",
        );
        await owner.query("commit");
        return choosing;
      });

      expect(answer, JSON.stringify(answer.body)).toMatchObject({
        status: 409,
        body: { code: "changed" },
      });
    });
  },
);
