import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { card } from "./card.ts";
import type { CardView } from "./card.ts";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import {
  closeDates,
  dealIn,
  makeDealIn,
  parentsHere,
  parentsIn,
  switchOff,
  switchOn,
} from "./steps/deals.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, merge } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { profiles } from "./steps/path.ts";
import {
  change,
  createLinked,
  findRecordOf,
  make,
  objectOf,
  record,
  recordOf,
  records,
  unDelete,
} from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

const open = { pipeline: "default", stage: "qualifiedtobuy" };

describe.each(profiles)("deals, as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });

  /** A company and a contact that both sides have. */
  async function parents(key: string) {
    const [firm] = await createLinked(at.world, "companies", [
      { name: key, domain: `${key}.${profile}.deals.example` },
    ]);
    const [person] = await createLinked(at.world, "contacts", [
      { email: `${key}@${profile}.deals.example` },
    ]);
    if (firm === undefined || person === undefined)
      throw new Error("Two were made.");
    return { firm, person };
  }

  /** A deal that both sides have, made by the product. */
  async function linkedDeal(
    name: string,
    properties: Record<string, unknown> = {},
    companyId?: string,
  ) {
    const { id } = await make(
      at.world,
      "deals",
      { name, ...open, ...properties },
      companyId,
    );
    await calm(at.world);
    return { id, objectId: await objectOf(at.world, "deals", id) };
  }

  const setting = async (id: string, contactId: string): Promise<void> => {
    await inSql(
      at.world,
      "insert into workspace.associations (from_type, from_id, to_type, to_id) values ('deal', $1, 'contact', $2)",
      [id, contactId],
    );
  };

  describe("turned on and off", () => {
    test("AP-035 deals are off at first, and all of HubSpot's are pulled once they're on, with their companies and contacts", async () => {
      const { world } = at;
      const { firm, person } = await parents("first");
      const objectId = await makeDealIn(
        world,
        {
          dealname: "Roof",
          amount: "1234.50",
          deal_currency_code: "EUR",
          pipeline: "default",
          dealstage: "contractsent",
          closedate: "2026-07-31T21:59:00.000Z",
        },
        [
          { toType: "companies", toId: firm.objectId, primary: true },
          { toType: "contacts", toId: person.objectId },
        ],
      );
      const ours = await make(world, "deals", { name: "Ours", ...open });
      await calm(world);
      expect(await findRecordOf(world, "deals", objectId)).toBeUndefined();
      expect(await record(world, "deals", ours.id)).toMatchObject({
        hubspotId: null,
        sync: {
          status: "paused",
          code: "type_off",
          reason: "Deals aren't synced.",
        },
      });

      await switchOn(world);
      await calm(world);
      const deal = await recordOf(world, "deals", objectId);
      expect(deal).toMatchObject({
        properties: {
          name: "Roof",
          amount: 1234.5,
          currency: "EUR",
          pipeline: "default",
          stage: "contractsent",
          close_date: "2026-07-31",
        },
        companyId: firm.id,
        sync: { status: "in_sync" },
      });
      expect(await parentsHere(world, deal.id)).toEqual(
        [`company ${firm.id}*`, `contact ${person.id}`].sort(),
      );
      // What the product had made before is created in HubSpot.
      expect(
        await dealIn(world, await objectOf(world, "deals", ours.id)),
      ).toMatchObject({ properties: { dealname: "Ours" } });
    });

    test("AP-038 AP-046 off again, all records stay, nothing moves either way, and every answer says so", async () => {
      const { world } = at;
      const { firm } = await parents("off");
      const { id, objectId } = await linkedDeal("Stays", { amount: 1 });
      const before = (await records(world, "deals")).length;
      await switchOff(world);
      await changeObject(world, "deals", objectId, { amount: "2" });
      await world.inHubSpot("DELETE", `/objects/deals/${objectId}`);
      await world.inHubSpot("POST", `/objects/deals/${objectId}/restore`);
      await change(world, "deals", id, { name: "Managed here" });
      await world.api("PATCH", `/deals/${id}`, { companyId: firm.id });
      await calm(world);

      expect(await records(world, "deals")).toHaveLength(before);
      const said = {
        status: "paused",
        code: "type_off",
        reason: "Deals aren't synced. Last known: changes pending.",
      };
      expect(await record(world, "deals", id)).toMatchObject({
        properties: { name: "Managed here", amount: 1 },
        hubspotId: objectId,
        deletedAt: null,
        sync: said,
      });
      expect(
        await inSql(
          world,
          "select sync_status, sync_reason from workspace.deals where id = $1",
          [id],
        ),
      ).toEqual([{ sync_status: said.status, sync_reason: said.reason }]);
      const { body } = await world.api("GET", `/deals/${id}/sync`);
      expect(body).toMatchObject({ status: said.status, code: said.code });
      const view = await card<CardView>(world, "GET", "/card", {
        objectTypeId: "0-3",
        objectId,
      });
      expect(view).toMatchObject({ status: said.status, code: said.code });
      expect(await dealIn(world, objectId)).toMatchObject({
        properties: { dealname: "Stays", amount: "2" },
      });
      expect(await parentsIn(world, objectId)).toEqual([]);
      expect(
        await world.api("POST", "/sync/pull", {
          objectType: "deal",
          all: true,
        }),
      ).toMatchObject({ status: 409, body: { code: "type_off" } });

      await switchOn(world);
      await calm(world);
      expect(await record(world, "deals", id)).toMatchObject({
        properties: { name: "Managed here", amount: 2 },
        companyId: firm.id,
        sync: { status: "in_sync" },
      });
      expect(await dealIn(world, objectId)).toMatchObject({
        properties: { dealname: "Managed here", amount: "2" },
      });
      expect(await parentsIn(world, objectId)).toEqual([
        `companies ${firm.objectId}*`,
      ]);
    });

    test("AP-037 what both sides changed meanwhile is HubSpot's, and the workspace's value is in the journal", async () => {
      const { world } = at;
      const { id, objectId } = await linkedDeal("Both", { amount: "10.10" });
      await switchOff(world);
      await change(world, "deals", id, { amount: "20.20" });
      await changeObject(world, "deals", objectId, { amount: "30.25" });
      await calm(world);
      await switchOn(world);
      await calm(world);
      expect(await record(world, "deals", id)).toMatchObject({
        properties: { amount: 30.25 },
        sync: { status: "in_sync" },
      });
      expect(await dealIn(world, objectId)).toMatchObject({
        properties: { amount: "30.25" },
      });
      const changes = (await journal(world, { recordId: id })).flatMap(
        (line) => line.changes,
      );
      expect(changes).toContainEqual(
        expect.objectContaining({ field: "amount", overwrote: 20.2 }),
      );
    });
  });

  describe("once they're on", () => {
    beforeAll(() => switchOn(at.world));

    test("AP-035 a deal of the product's is created in HubSpot with its company and contacts", async () => {
      const { world } = at;
      const { firm, person } = await parents("push");
      const [made] = await inSql<{ id: string }>(
        world,
        `insert into workspace.deals (name, amount, currency, pipeline, stage, close_date, company_id)
         values ('Made here', 99999999999999999999.99, 'USD', 'default', 'qualifiedtobuy', '2026-12-31', $1)
         returning id`,
        [firm.id],
      );
      const id = made?.id ?? "";
      await setting(id, person.id);
      await calm(world);
      const objectId = await objectOf(world, "deals", id);
      const { properties } = await dealIn(world, objectId);
      expect(properties).toMatchObject({
        dealname: "Made here",
        amount: "99999999999999999999.99",
        deal_currency_code: "USD",
        pipeline: "default",
        dealstage: "qualifiedtobuy",
      });
      expect(closeDates(properties["closedate"])).toBe("2026-12-31");
      expect(await parentsIn(world, objectId)).toEqual(
        [`companies ${firm.objectId}*`, `contacts ${person.objectId}`].sort(),
      );
      expect(
        await inSql(
          world,
          "select amount::text, close_date::text, sync_status from workspace.deals where id = $1",
          [id],
        ),
      ).toEqual([
        {
          amount: "99999999999999999999.99",
          close_date: "2026-12-31",
          sync_status: "in_sync",
        },
      ]);
    });

    test("AP-035 a stage that either side changes appears on the other side", async () => {
      const { world } = at;
      const { id, objectId } = await linkedDeal("Stages");
      await change(world, "deals", id, { stage: "contractsent" });
      await calm(world);
      expect((await dealIn(world, objectId)).properties["dealstage"]).toBe(
        "contractsent",
      );
      await changeObject(world, "deals", objectId, {
        dealstage: "presentationscheduled",
      });
      await calm(world);
      expect(await record(world, "deals", id)).toMatchObject({
        properties: { pipeline: "default", stage: "presentationscheduled" },
        sync: { status: "in_sync" },
      });
    });

    test("edits of both sides cross, and of one field HubSpot's stays", async () => {
      const { world } = at;
      const { id, objectId } = await linkedDeal("Edits", { amount: 5 });
      await changeObject(world, "deals", objectId, {
        dealname: "Edits there",
      });
      await change(world, "deals", id, { amount: 6, currency: "EUR" });
      await calm(world);
      expect(await record(world, "deals", id)).toMatchObject({
        properties: { name: "Edits there", amount: 6, currency: "EUR" },
        sync: { status: "in_sync" },
      });
      expect(await dealIn(world, objectId)).toMatchObject({
        properties: {
          dealname: "Edits there",
          amount: "6",
          deal_currency_code: "EUR",
        },
      });
    });

    test("AP-024 AP-025 its owner is synced both ways", async () => {
      const { world } = at;
      const [first, second] = await owners(world);
      const { id, objectId } = await linkedDeal("Owned", {
        owner_email: first.email,
      });
      expect(
        (await dealIn(world, objectId)).properties["hubspot_owner_id"],
      ).toBe(first.id);
      await changeObject(world, "deals", objectId, {
        hubspot_owner_id: second.id,
      });
      await calm(world);
      expect(await record(world, "deals", id)).toMatchObject({
        properties: { owner_email: second.email },
      });
    });

    test("its companies and contacts follow changes of both sides", async () => {
      const { world } = at;
      const one = await parents("edge-one");
      const two = await parents("edge-two");
      const { id, objectId } = await linkedDeal("Edges", {}, one.firm.id);
      const relate = async (
        method: "PUT" | "DELETE",
        toType: string,
        toId: string,
        more: Record<string, unknown> = {},
      ): Promise<void> => {
        const { status } = await world.inHubSpot(method, "/associations", {
          fromType: "deals",
          fromId: objectId,
          toType,
          toId,
          ...more,
        });
        expect(status).toBeLessThan(300);
      };
      await relate("PUT", "companies", two.firm.objectId, { primary: true });
      await relate("PUT", "contacts", one.person.objectId);
      await calm(world);
      expect(await parentsHere(world, id)).toEqual(
        [
          `company ${one.firm.id}`,
          `company ${two.firm.id}*`,
          `contact ${one.person.id}`,
        ].sort(),
      );
      await setting(id, two.person.id);
      await world.api("PATCH", `/deals/${id}`, { companyId: one.firm.id });
      await relate("DELETE", "contacts", one.person.objectId);
      await calm(world);
      expect(await parentsIn(world, objectId)).toEqual(
        expect.arrayContaining([
          `companies ${one.firm.objectId}*`,
          `contacts ${two.person.objectId}`,
        ]),
      );
      expect(await parentsHere(world, id)).not.toContain(
        `contact ${one.person.id}`,
      );
    });

    test("AP-032 when HubSpot merges its company, and its contact, the deal belongs to the survivor", async () => {
      const { world } = at;
      await choose(world, {
        company: { mergeSync: true },
        contact: { mergeSync: true },
        deal: { enabled: true },
      });
      const one = await parents("merge-one");
      const two = await parents("merge-two");
      const { id, objectId } = await linkedDeal("Merged", {}, two.firm.id);
      await setting(id, two.person.id);
      await calm(world);
      const firm = await merge(
        world,
        "companies",
        one.firm.objectId,
        two.firm.objectId,
      );
      const person = await merge(
        world,
        "contacts",
        one.person.objectId,
        two.person.objectId,
      );
      await calm(world);
      expect(await parentsIn(world, objectId)).toEqual(
        [`companies ${firm}*`, `contacts ${person}`].sort(),
      );
      expect(await parentsHere(world, id)).toEqual(
        [`company ${one.firm.id}*`, `contact ${one.person.id}`].sort(),
      );
      await switchOn(world);
    });

    test("AP-048 X-05 two deals that HubSpot merges are one record, with the contacts of both", async () => {
      const { world } = at;
      await switchOn(world, { mergeSync: true });
      const one = await parents("deal-merge-one");
      const two = await parents("deal-merge-two");
      const winner = await linkedDeal("Winner");
      const loser = await linkedDeal("Loser", { currency: "EUR" });
      await setting(winner.id, one.person.id);
      await setting(loser.id, two.person.id);
      await calm(world);
      const left = await merge(world, "deals", winner.objectId, loser.objectId);
      await calm(world);
      expect(await record(world, "deals", winner.id)).toMatchObject({
        hubspotId: left,
        properties: { name: "Winner" },
      });
      expect((await record(world, "deals", loser.id)).id).toBe(winner.id);
      expect(await parentsHere(world, winner.id)).toEqual(
        [`contact ${one.person.id}`, `contact ${two.person.id}`].sort(),
      );
      await switchOn(world);
    });

    test("AP-044 deletions aren't synced at first: the other side is kept, and isn't linked any more", async () => {
      const { world } = at;
      const there = await linkedDeal("Kept here");
      const here = await linkedDeal("Kept there");
      await world.inHubSpot("DELETE", `/objects/deals/${there.objectId}`);
      await world.api("DELETE", `/deals/${here.id}`);
      await calm(world);
      expect(await record(world, "deals", there.id)).toMatchObject({
        deletedAt: null,
        hubspotId: null,
      });
      expect(await dealIn(world, here.objectId)).toMatchObject({
        archived: false,
      });
    });

    test("AP-044 with deletion sync, a deal that is deleted and restored on one side is so on the other", async () => {
      const { world } = at;
      await switchOn(world, { deletionSync: true });
      const there = await linkedDeal("Deleted there");
      const here = await linkedDeal("Deleted here");
      await world.inHubSpot("DELETE", `/objects/deals/${there.objectId}`);
      await world.api("DELETE", `/deals/${here.id}`);
      await calm(world);
      expect((await record(world, "deals", there.id)).deletedAt).not.toBeNull();
      expect((await world.truth("deals")).map(({ id }) => id)).not.toContain(
        here.objectId,
      );
      await world.inHubSpot("POST", `/objects/deals/${there.objectId}/restore`);
      await unDelete(world, here.id);
      await calm(world);
      expect(await record(world, "deals", there.id)).toMatchObject({
        deletedAt: null,
        hubspotId: there.objectId,
      });
      await switchOn(world);
    });

    test.each([
      [{ name: null }, "no_deal_name", "HubSpot needs a deal name."],
      [{ stage: null }, "no_deal_stage", "HubSpot needs a deal stage."],
      [
        { pipeline: null, stage: null },
        "no_pipeline",
        "HubSpot needs a pipeline. HubSpot needs a deal stage.",
      ],
    ])(
      "a deal that lacks what HubSpot needs isn't sent, and says so: %j",
      async (lacking, code, reason) => {
        const { world } = at;
        const { id } = await make(world, "deals", {
          name: "Lacking",
          ...open,
          ...lacking,
        });
        await calm(world);
        expect(await record(world, "deals", id)).toMatchObject({
          hubspotId: null,
          sync: { status: "not_synced", code, reason },
        });
        await change(world, "deals", id, { name: "Lacking", ...open });
        await calm(world);
        expect(await record(world, "deals", id)).toMatchObject({
          sync: { status: "in_sync" },
        });
      },
    );

    test("BN-111 deals without a company, or without a contact, are left out if the portal requires one", async () => {
      const { world } = at;
      const { firm, person } = await parents("required");
      await switchOn(world, { requireCompany: true, requireContact: true });
      const { id } = await make(world, "deals", { name: "Required", ...open });
      await calm(world);
      expect(await record(world, "deals", id)).toMatchObject({
        hubspotId: null,
        sync: { status: "not_synced", code: "no_contact" },
      });
      await setting(id, person.id);
      await calm(world);
      expect(await record(world, "deals", id)).toMatchObject({
        hubspotId: null,
        sync: { status: "not_synced", code: "no_company" },
      });
      await world.api("PATCH", `/deals/${id}`, { companyId: firm.id });
      await calm(world);
      expect(
        await parentsIn(world, await objectOf(world, "deals", id)),
      ).toEqual(
        [`companies ${firm.objectId}*`, `contacts ${person.objectId}`].sort(),
      );
      await switchOn(world);
    });

    test("AP-039 AP-047 all deals are pulled and pushed by hand", async () => {
      const { world } = at;
      await switchOn(world, {}, { automatic: { pull: false, push: false } });
      const objectId = await makeDealIn(world, { dealname: "By hand there" });
      const { id } = await make(world, "deals", {
        name: "By hand here",
        ...open,
      });
      await calm(world);
      expect(await findRecordOf(world, "deals", objectId)).toBeUndefined();
      await sync(world, "pull", "deals", { all: true });
      await sync(world, "push", "deals", { all: true });
      await calm(world);
      await recordOf(world, "deals", objectId);
      await objectOf(world, "deals", id);
      await switchOn(world);
    });

    test("is pushed by its card", async () => {
      const { world } = at;
      const { id, objectId } = await linkedDeal("On a card");
      await switchOn(world, {}, { automatic: { pull: false, push: false } });
      await change(world, "deals", id, { amount: "7.25" });
      const subject = { objectTypeId: "0-3", objectId };
      const view = await card<CardView>(world, "GET", "/card", subject);
      expect(view).toMatchObject({
        record: { id },
        push: { allowed: true },
      });
      await card(world, "POST", "/card/push", {
        ...subject,
        version: view.version,
        requestId: randomUUID(),
      });
      expect((await dealIn(world, objectId)).properties["amount"]).toBe("7.25");
      await switchOn(world);
    });

    test.each([
      ["close_date = 'infinity'", /close_date must be a date/],
      ["close_date = '0044-03-15 BC'", /close_date must be a date/],
      ["close_date = '10000-01-01'", /close_date must be a date/],
      [`custom = '{"close_date": "soon"}'`, /close_date must be a date/],
      ["amount = 'NaN'", /amount must be a finite number/],
    ])("SQL refuses %s", async (assignment, message) => {
      const { id } = await make(at.world, "deals", { name: "Refused" });
      await expect(
        inSql(
          at.world,
          `update workspace.deals set ${assignment} where id = $1`,
          [id],
        ),
      ).rejects.toThrow(message);
    });

    test.each(["soon", "2026-02-30", "2026-03-31T00:00:00Z", 20260331])(
      "the API refuses the close date %j",
      async (value) => {
        expect(
          await at.world.api("POST", "/deals", {
            properties: { name: "Refused", close_date: value },
          }),
        ).toMatchObject({ status: 400 });
      },
    );
  });
});

describe.each(profiles)("amounts of deals, as HubSpot is %s", (profile) => {
  const at = useWorld({
    portal: { profile, searchLagMs: 0, rewrites: "basic" },
  });
  beforeAll(() => switchOn(at.world));

  test.each([
    "0",
    "0.01",
    "-250.75",
    "1234567.89",
    "0.1",
    "9007199254740993",
    "4300000000000000001",
    "-0.1234567890123456789",
    "99999999999999999999.99",
  ])("an amount of %s is the same on both sides, both ways", async (text) => {
    const { world } = at;
    const objectId = await makeDealIn(world, {
      dealname: "Amount there",
      amount: text,
    });
    const [row] = await inSql<{ id: string }>(
      world,
      "insert into workspace.deals (name, amount, pipeline, stage) values ('Amount here', $1, 'default', 'qualifiedtobuy') returning id",
      [text],
    );
    const id = row?.id ?? "";
    await calm(world);
    const pulled = await recordOf(world, "deals", objectId);
    expect(
      await inSql(
        world,
        "select amount::text as amount from workspace.deals where id = any ($1::uuid[])",
        [[id, pulled.id]],
      ),
    ).toEqual([{ amount: text }, { amount: text }]);
    const pushed = await objectOf(world, "deals", id);
    expect((await dealIn(world, pushed)).properties["amount"]).toBe(text);
    expect((await dealIn(world, objectId)).properties["amount"]).toBe(text);
    expect(pulled.sync.status).toBe("in_sync");
  });
});
