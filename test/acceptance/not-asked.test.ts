import { afterEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { asOwner, asProduct, inSql } from "./steps/database.ts";
import { makeObject, object } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import {
  companiesHere,
  createLinked,
  record,
  recordOf,
  records,
} from "./steps/records.ts";
import type { ProductRecord } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import type { Json, World } from "./world.ts";
import { useWorld } from "./world.ts";

/** What another lane links while a batch waits for HubSpot was not asked for (issue 7-A1). */

/** Half of it passes before HubSpot reads, half of it before its answer is here: the other lane has 1.5 seconds. */
const readingMs = 3_000;
const slowReading = {
  path: "contacts/batch/read",
  latencyMs: readingMs,
  times: 1,
};

const faults = (world: World, documents: readonly Json[]): Promise<unknown> =>
  world.control("PUT", "/sandbox/faults", documents);

const struck = async (world: World, at = slowReading.path): Promise<void> => {
  await world.until(async () => {
    const { body } = await world.control<{
      faults: { path?: string; hits: number }[];
    }>("GET", "/sandbox/faults");
    return body.faults.some(({ path, hits }) => path === at && hits > 0);
  }, "the reading");
};

/** HubSpot has read by now; its answer is still to come. */
const halfOfIt = (): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, readingMs / 2 + 100));

/** The batch has ended that the reading was for. What it was to look at may be settled long before. */
const lanesIdle = (world: World): Promise<void> =>
  world.until(
    () =>
      asOwner(world, async (owner) => {
        const { rows } = await owner.query(
          "select from lane where portal_id = $1 and kind = 'dirty' and leased",
          [world.portalId],
        );
        return rows.length === 0;
      }),
    "the dirty lane is idle",
  );

/** An object that the batch is going to match, so that what it loaded is loaded again. */
async function known(world: World, email: string): Promise<void> {
  await faults(world, [{ webhooks: { lose: true } }]);
  await makeObject(world, "contacts", { email, firstname: "Known" });
  await world.control("POST", "/sandbox/webhooks/flush");
}

const insert = (world: World, emails: readonly string[]): Promise<unknown> =>
  inSql(
    world,
    "insert into workspace.contacts (email) select unnest($1::text[])",
    [emails],
  );

async function contact(world: World, email: string): Promise<ProductRecord> {
  const found = (await records(world, "contacts")).find(
    ({ properties }) => properties["email"] === email,
  );
  if (found === undefined) throw new Error(`No record has ${email}.`);
  return found;
}

describe.each(profiles)(
  "linked by another lane while a batch was being read, %s",
  (profile) => {
    const at = useWorld({ portal: { profile } });

    afterEach(async () => {
      await at.world.control("DELETE", "/sandbox/faults");
      await choose(at.world);
    });

    test("AP-010 a record that the inbox links is no problem, and is in sync", async () => {
      const { world } = at;
      await known(world, "known@inbox.example");
      await faults(world, [slowReading]);
      await insert(world, ["known@inbox.example", "fresh@inbox.example"]);
      await struck(world);
      await halfOfIt();
      const id = await makeObject(world, "contacts", {
        email: "fresh@inbox.example",
        firstname: "Fresh",
      });
      await lanesIdle(world);
      await world.settled();

      expect(await attention(world)).toEqual([]);
      expect(await contact(world, "fresh@inbox.example")).toMatchObject({
        hubspotId: id,
        properties: { first_name: "Fresh" },
        sync: { status: "in_sync" },
      });
    });

    test("AP-010 a record that is pushed by hand keeps the link that it got meanwhile", async () => {
      const { world } = at;
      await choose(world, { automatic: { push: false } });
      await known(world, "known@push.example");
      await faults(world, [slowReading]);
      await insert(world, ["known@push.example", "fresh@push.example"]);
      const ids = [
        (await contact(world, "known@push.example")).id,
        (await contact(world, "fresh@push.example")).id,
      ];
      const pushed = sync(world, "push", "contacts", { ids });
      await struck(world);
      await halfOfIt();
      const id = await makeObject(world, "contacts", {
        email: "fresh@push.example",
        firstname: "Fresh",
      });
      const run = await pushed;
      await world.settled();

      expect(await contact(world, "fresh@push.example")).toMatchObject({
        hubspotId: id,
        sync: { status: "in_sync" },
      });
      // The known one was linked; the inbox had linked the other one already, with nothing left to write.
      expect(run.counts).toMatchObject({
        requested: 2,
        updated: 1,
        unchanged: 1,
        failed: 0,
      });
      expect(await attention(world)).toEqual([]);
    });

    test("AP-010 records without an email, created by a write whose answer was lost, are no problem either", async () => {
      const { world } = at;
      await faults(world, [
        {
          path: "contacts/batch/upsert",
          dropAfterWrite: true,
          times: 1,
        },
        { webhooks: { paused: true } },
      ]);
      await inSql(
        world,
        `insert into workspace.contacts (email, first_name)
         select case when n > 10 then 'c' || n || '@lost.example' end, 'Lost ' || n from generate_series(1, 12) as n`,
      );
      await world.until(
        async () =>
          (await world.truth("contacts")).filter(({ properties }) =>
            properties["firstname"]?.startsWith("Lost"),
          ).length === 12,
        "the creations",
      );
      // The next look at them asks for the two emails.
      await faults(world, [slowReading, { webhooks: { paused: true } }]);
      await struck(world);
      await world.control("DELETE", "/sandbox/faults");
      await lanesIdle(world);
      await world.settled();

      expect(await attention(world)).toEqual([]);
      for (const { id, properties } of await records(world, "contacts"))
        if (String(properties["first_name"]).startsWith("Lost"))
          expect(await record(world, "contacts", id)).toMatchObject({
            hubspotId: expect.stringMatching(/^\d+$/) as string,
            sync: { status: "in_sync" },
          });
      expect(
        (await world.truth("contacts")).filter(({ properties }) =>
          properties["firstname"]?.startsWith("Lost"),
        ),
      ).toHaveLength(12);
    });

    test("X-05 a contact that is restored and linked again while its record is looked at stays linked", async () => {
      const { world } = at;
      const [made] = await createLinked(world, "contacts", [
        { email: "back@restored.example", first_name: "Back" },
      ]);
      if (made === undefined) throw new Error("Nothing was linked.");
      await world.inHubSpot("DELETE", `/objects/contacts/${made.objectId}`);
      await world.settled();
      expect((await record(world, "contacts", made.id)).hubspotId).toBeNull();

      await known(world, "known@restored.example");
      await faults(world, [slowReading]);
      // One statement each, one transaction: one batch, which asks for the deleted object by its id.
      await asProduct(world, async (product) => {
        await product.query("begin");
        await product.query(
          "update workspace.contacts set last_name = 'Again' where id = $1",
          [made.id],
        );
        await product.query(
          "insert into workspace.contacts (email) values ('known@restored.example')",
        );
        await product.query("commit");
      });
      await struck(world);
      await halfOfIt();
      await world.inHubSpot(
        "POST",
        `/objects/contacts/${made.objectId}/restore`,
      );
      await lanesIdle(world);
      await world.settled();

      expect(await attention(world)).toEqual([]);
      expect(await record(world, "contacts", made.id)).toMatchObject({
        hubspotId: made.objectId,
        deletedAt: null,
        sync: { status: "in_sync" },
      });
      expect(
        (await object(world, "contacts", made.objectId)).properties["lastname"],
      ).toBe("Again");
    });

    test("AP-100 a contact that is deleted while its companies are asked for does not lose them in the workspace", async () => {
      const { world } = at;
      const company = await makeObject(world, "companies", {
        name: "Stays",
        domain: "stays.example",
      });
      const id = await makeObject(
        world,
        "contacts",
        { email: "goes@stays.example" },
        company,
      );
      await world.settled();
      const { id: recordId } = await recordOf(world, "contacts", id);
      const companies = await companiesHere(world, recordId);
      expect(companies).toHaveLength(1);

      const slowCompanies = { ...slowReading, path: "associations/*/read" };
      await faults(world, [slowCompanies, { webhooks: { lose: true } }]);
      const pulled = sync(world, "pull", "contacts", { hubspotIds: [id] });
      await struck(world, slowCompanies.path);
      await world.inHubSpot("DELETE", `/objects/contacts/${id}`);
      await pulled;
      await world.settled();

      expect(await companiesHere(world, recordId)).toEqual(companies);
      // It was read again, and its deletion found.
      expect(await record(world, "contacts", recordId)).toMatchObject({
        hubspotId: null,
        deletedAt: null,
        sync: { code: "unlinked_by_deletion" },
      });
    });
  },
);
