import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { press } from "./card.ts";
import { calm } from "./steps/calm.ts";
import { sweepSoon } from "./steps/housekeeping.ts";
import {
  changeObject,
  makeObject,
  merge,
  object,
  objectsWith,
} from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import {
  change,
  createLinked,
  findRecordOf,
  make,
  record,
  recordOf,
} from "./steps/records.ts";
import { itemsOf, sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";

const rule = "city_is_allowed";

describe.each(profiles)(
  "a rule of the product's own database, as HubSpot is %s",
  (profile) => {
    const at = useWorld({ portal: { profile } });
    let owner: Client;
    beforeAll(async () => {
      owner = new Client({ connectionString: at.world.database.url });
      await owner.connect();
    });
    afterAll(() => owner.end());

    const addRule = (city: string): Promise<unknown> =>
      owner.query(
        `alter table record add constraint ${rule} check (properties ->> 'city' is distinct from '${city}')`,
      );
    const dropRule = (): Promise<unknown> =>
      owner.query(`alter table record drop constraint if exists ${rule}`);

    const sweep = async (): Promise<void> => {
      const { world } = at;
      const sweeps = async (): Promise<number> => {
        const { rows } = await owner.query(
          "select from run where portal_id = $1 and kind = 'sweep' and object_type = 'contact' and state = 'done'",
          [world.portalId],
        );
        return rows.length;
      };
      const before = await sweeps();
      await sweepSoon(world);
      await world.until(async () => (await sweeps()) > before, "a sweep");
    };

    const retry = async (id: string): Promise<void> => {
      const reply = await at.world.api("POST", `/attention/${id}/retry`, {});
      expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 });
    };

    const problem = (
      ids: { recordId: string | null; hubspotId: string },
      type = "contact",
    ) => ({
      kind: "problem",
      code: "workspace_refused",
      ...ids,
      field: null,
      cause: `The workspace's database rejected this ${type}: rule "${rule}".`,
      fix: "Correct the value in HubSpot, or change the rule, then retry.",
      details: { sqlstate: "23514", constraint: rule },
    });

    test.each(["webhooks", "a run"] as const)(
      "a change that it refuses, brought by %s, is one problem of record and object; the rest of the page goes through, and a retry after the rule is gone brings it in",
      async (how) => {
        const { world } = at;
        await choose(world);
        const key = how.replace(" ", "-");
        const city = `Not by ${how}`;
        const pairs = await createLinked(
          world,
          "contacts",
          [1, 2, 3, 4, 5].map((n) => ({ email: `${n}@${key}.example` })),
        );
        const bad = one(pairs, 2);
        await addRule(city);
        try {
          await faultyWebhooks(
            world,
            how === "webhooks" ? { paused: true } : { lose: true },
            async () => {
              for (const { objectId } of pairs)
                await changeObject(world, "contacts", objectId, {
                  city: objectId === bad.objectId ? city : "Bonn",
                  phone: "+49301",
                });
            },
          );
          if (how === "a run") {
            const run = await sync(world, "pull", "contacts", {
              hubspotIds: pairs.map(({ objectId }) => objectId),
            });
            expect(run.counts).toMatchObject({
              requested: 5,
              updated: 4,
              failed: 1,
            });
            expect(await itemsOf(world, run.id)).toMatchObject([
              {
                outcome: "failed",
                recordId: bad.id,
                hubspotId: bad.objectId,
                code: "workspace_refused",
              },
            ]);
          }
          await calm(world);

          expect(await attention(world)).toMatchObject([
            problem({ recordId: bad.id, hubspotId: bad.objectId }),
          ]);
          for (const { id } of pairs)
            expect((await record(world, "contacts", id)).properties).toEqual(
              id === bad.id
                ? expect.not.objectContaining({ phone: "+49301" })
                : expect.objectContaining({ phone: "+49301", city: "Bonn" }),
            );
          expect((await record(world, "contacts", bad.id)).sync).toMatchObject({
            status: "problem",
            code: "workspace_refused",
          });

          // While the rule stands, trying again changes nothing.
          const [entry] = await attention(world, bad.id);
          expect(
            await world.api("POST", `/attention/${entry?.id ?? ""}/retry`, {}),
          ).toMatchObject({
            status: 409,
            body: { code: "workspace_refused" },
          });
          // So says the card, which would pull it too.
          expect(
            await press(world, "pull", "contacts", bad.objectId),
          ).toMatchObject({ result: "refused", code: "workspace_refused" });
          await calm(world);
          expect(await attention(world)).toHaveLength(1);
        } finally {
          await dropRule();
        }
        const [entry] = await attention(world, bad.id);
        await retry(entry?.id ?? "");
        await calm(world);
        expect(await record(world, "contacts", bad.id)).toMatchObject({
          properties: { city, phone: "+49301" },
          sync: { status: "in_sync" },
        });
        expect(await attention(world)).toEqual([]);
      },
    );

    test("a new object that it refuses is one problem of that object, its neighbours are created here, and a retry after the rule is gone creates it", async () => {
      const { world } = at;
      const city = "Not anew";
      await choose(world);
      await addRule(city);
      const ids: string[] = [];
      try {
        await faultyWebhooks(world, { lose: true }, async () => {
          for (const n of [1, 2, 3, 4, 5])
            ids.push(
              await makeObject(world, "contacts", {
                email: `${n}@new.example`,
                city: n === 3 ? city : "Ulm",
              }),
            );
        });
        const bad = one(ids, 2);
        const run = await sync(world, "pull", "contacts", { all: true });
        expect(run.counts).toMatchObject({ created: 4, failed: 1 });
        expect(await itemsOf(world, run.id)).toMatchObject([
          { outcome: "failed", hubspotId: bad, code: "workspace_refused" },
        ]);
        expect(await attention(world)).toMatchObject([
          problem({ recordId: null, hubspotId: bad }),
        ]);
        for (const id of ids)
          expect(await findRecordOf(world, "contacts", id)).toEqual(
            id === bad ? undefined : expect.anything(),
          );
        // Told once more, it is still one problem.
        await sync(world, "pull", "contacts", { all: true });
        expect(await attention(world)).toHaveLength(1);
      } finally {
        await dropRule();
      }
      const [entry] = await attention(world);
      await retry(entry?.id ?? "");
      await calm(world);
      expect(
        (await findRecordOf(world, "contacts", one(ids, 2)))?.properties[
          "city"
        ],
      ).toBe(city);
      expect(await attention(world)).toEqual([]);
    });

    test.each([
      ["HubSpot's event says so", {}],
      ["a sweep finds out", { lose: true }],
    ] as const)(
      "the problem of a new object that it refuses closes once the object is deleted in HubSpot, and %s",
      async (how, webhooks) => {
        const { world } = at;
        const city = `Not for long ${how.length}`;
        await choose(world);
        await addRule(city);
        try {
          const id = await makeObject(world, "contacts", {
            email: `${how.length}@deleted.example`,
            city,
          });
          await calm(world);
          expect(await attention(world)).toMatchObject([
            problem({ recordId: null, hubspotId: id }),
          ]);
          await faultyWebhooks(world, webhooks, () =>
            world.inHubSpot("DELETE", `/objects/contacts/${id}`),
          );
          if ("lose" in webhooks) {
            await calm(world);
            await sweep();
          }
          await calm(world);
          expect(await attention(world)).toEqual([]);
        } finally {
          await dropRule();
        }
      },
    );

    test("the problem of a new object that it refuses closes once the object is merged into one that it takes", async () => {
      const { world } = at;
      const city = "Not merged";
      await choose(world);
      await addRule(city);
      try {
        const refused = await makeObject(world, "contacts", {
          email: "refused@merged.example",
          city,
        });
        const taken = await makeObject(world, "contacts", {
          email: "taken@merged.example",
          city: "Bonn",
        });
        await calm(world);
        expect(await attention(world)).toMatchObject([
          problem({ recordId: null, hubspotId: refused }),
        ]);
        const survivor = await merge(world, "contacts", taken, refused);
        await calm(world);
        expect(await recordOf(world, "contacts", survivor)).toMatchObject({
          properties: { city: "Bonn" },
        });
        expect(await attention(world)).toEqual([]);
      } finally {
        await dropRule();
      }
    });

    test("what it refuses of a merged object is one problem, by the survivor's id, also if it's asked for by an old one", async () => {
      const { world } = at;
      const city = "Not by an old id";
      await choose(world);
      await addRule(city);
      try {
        const refused = await makeObject(world, "contacts", {
          email: "primary@old-id.example",
          city,
        });
        const other = await makeObject(world, "contacts", {
          email: "other@old-id.example",
          city: "Bonn",
        });
        await calm(world);
        const survivor = await merge(world, "contacts", refused, other);
        await calm(world);
        const pulled = await sync(world, "pull", "contacts", {
          hubspotIds: [other],
        });
        expect(pulled.counts).toMatchObject({ failed: 1 });
        expect(await attention(world)).toMatchObject([
          { code: "workspace_refused", hubspotId: survivor },
        ]);
        await changeObject(world, "contacts", survivor, { city: "Kiel" });
        await calm(world);
        expect(await attention(world)).toEqual([]);
        expect(await recordOf(world, "contacts", survivor)).toMatchObject({
          properties: { city: "Kiel" },
          sync: { status: "in_sync" },
        });
      } finally {
        await dropRule();
      }
    });

    test("what it refuses of a merged object is the problem of the record that stays, also if the merge is found by way of the other one", async () => {
      const { world } = at;
      const city = "Not by the loser";
      await choose(world, { contact: { mergeSync: true } });
      await addRule(city);
      try {
        const [stays, loser] = await createLinked(world, "contacts", [
          { email: "stays@merged.example", city: "Bonn" },
          { email: "loser@merged.example", city: "Kiel" },
        ]);
        await calm(world);
        const survivor = await faultyWebhooks(
          world,
          { paused: true },
          async () => {
            await changeObject(world, "contacts", stays?.objectId ?? "", {
              city,
            });
            const merged = await merge(
              world,
              "contacts",
              stays?.objectId ?? "",
              loser?.objectId ?? "",
            );
            await change(world, "contacts", loser?.id ?? "", {
              phone: "+49 7",
            });
            await world.until(
              async () => (await attention(world)).length > 0,
              "the refusal",
            );
            return merged;
          },
        );
        await calm(world);
        expect(await attention(world)).toMatchObject([
          { code: "workspace_refused", recordId: stays?.id },
        ]);
        await changeObject(world, "contacts", survivor, { city: "Ulm" });
        await calm(world);
        expect(await attention(world)).toEqual([]);
      } finally {
        await dropRule();
      }
    });

    test("a company that it refuses is a problem of its own: the contact that brings it along is created, and belongs to it once the company is taken", async () => {
      const { world } = at;
      const city = "Not along";
      await choose(world);
      await addRule(city);
      let company = "";
      let contact = "";
      try {
        await faultyWebhooks(world, { lose: true }, async () => {
          company = await makeObject(world, "companies", {
            name: "Along",
            city,
          });
          contact = await makeObject(
            world,
            "contacts",
            { email: "one@along.example" },
            company,
          );
        });
        const run = await sync(world, "pull", "contacts", {
          hubspotIds: [contact],
        });
        expect(run.counts).toMatchObject({ created: 1, failed: 0 });
        expect(await attention(world)).toMatchObject([
          problem({ recordId: null, hubspotId: company }, "company"),
        ]);
        expect(await recordOf(world, "contacts", contact)).toMatchObject({
          companyId: null,
          sync: { status: "in_sync" },
        });
      } finally {
        await dropRule();
      }
      const [entry] = await attention(world);
      await retry(entry?.id ?? "");
      await calm(world);
      expect(await attention(world)).toEqual([]);
      expect((await recordOf(world, "contacts", contact)).companyId).toBe(
        (await recordOf(world, "companies", company)).id,
      );
    });

    test("where both sides have changed, what the rule refuses holds nothing else of the batch back, and closes once HubSpot's value is corrected", async () => {
      const { world } = at;
      const city = "Not over ours";
      await choose(world);
      const pairs = await createLinked(world, "contacts", [
        { email: "both@both.example" },
        { email: "other@both.example" },
      ]);
      const [bad, other] = [one(pairs, 0), one(pairs, 1)];
      await addRule(city);
      try {
        await faultyWebhooks(world, { lose: true }, () =>
          changeObject(world, "contacts", bad.objectId, { city }),
        );
        await change(world, "contacts", bad.id, { job_title: "Ours" });
        await change(world, "contacts", other.id, { job_title: "Ours" });
        const fresh = await make(world, "contacts", {
          email: "fresh@both.example",
        });
        await calm(world);

        expect(await attention(world)).toMatchObject([
          problem({ recordId: bad.id, hubspotId: bad.objectId }),
        ]);
        expect(
          (await object(world, "contacts", other.objectId)).properties[
            "jobtitle"
          ],
        ).toBe("Ours");
        expect((await record(world, "contacts", fresh.id)).sync.status).toBe(
          "in_sync",
        );
        expect(
          await objectsWith(world, "contacts", "email", "fresh@both.example"),
        ).toHaveLength(1);

        await changeObject(world, "contacts", bad.objectId, { city: "Kiel" });
        await calm(world);
        expect(await attention(world)).toEqual([]);
        expect(await record(world, "contacts", bad.id)).toMatchObject({
          properties: { city: "Kiel", job_title: "Ours" },
          sync: { status: "in_sync" },
        });
        expect(
          (await object(world, "contacts", bad.objectId)).properties,
        ).toMatchObject({ city: "Kiel", jobtitle: "Ours" });
      } finally {
        await dropRule();
      }
    });
  },
);
