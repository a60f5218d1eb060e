import { beforeAll, describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import { dealIn, parentsHere, parentsIn, switchOn } from "./steps/deals.ts";
import { journal } from "./steps/journal.ts";
import { merge } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import {
  change,
  createLinked,
  make,
  objectOf,
  record,
  records,
} from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

// Deals that HubSpot merges, and deals whose companies and contacts are merged or deleted.

const at = useWorld({ portal: { searchLagMs: 0 } });

const place = { pipeline: "default", stage: "qualifiedtobuy" };

/** Deals that both sides have, in the order in which they were made, each with a contact of its own. */
async function linkedDeals(key: string, more: readonly Json[]) {
  const { world } = at;
  const people = await createLinked(
    world,
    "contacts",
    more.map((_, index) => ({ email: `${key}-${index}@merged.example` })),
  );
  const deals: { id: string; objectId: string; contact: string }[] = [];
  for (const [index, properties] of more.entries()) {
    const { id } = await make(world, "deals", {
      name: `${key} ${index}`,
      ...place,
      ...properties,
    });
    const { id: contact } = one(people, index);
    await inSql(
      world,
      "insert into workspace.associations (from_type, from_id, to_type, to_id) values ('deal', $1, 'contact', $2)",
      [id, contact],
    );
    deals.push({ id, objectId: "", contact });
    await calm(world);
  }
  return Promise.all(
    deals.map(async (deal) => ({
      ...deal,
      objectId: await objectOf(world, "deals", deal.id),
    })),
  );
}

const parents = (deals: readonly { contact: string }[]): string[] =>
  deals.map(({ contact }) => `contact ${contact}`).sort();

describe("merges of deals", () => {
  beforeAll(() => switchOn(at.world, { mergeSync: true }));

  test.each<readonly [string, Json]>([
    ["told in order", {}],
    ["told twice", { double: 1 }],
    [
      "told at the end, shuffled and some of them twice",
      { paused: true, shuffle: true, double: 0.5 },
    ],
    ["half lost", { lose: 0.5, shuffle: true }],
    ["lost", { lose: true }],
  ])(
    "AP-048 X-05 a chain of merges of deals whose events are %s ends in the same state, with all of their contacts",
    async (title, webhooks) => {
      const { world } = at;
      const key = title.replace(/\W+/g, "-");
      const chain = await linkedDeals(key, [
        {},
        { amount: "0.10" },
        { close_date: "2026-12-24" },
      ]);
      const [first, second, third] = [
        one(chain, 0),
        one(chain, 1),
        one(chain, 2),
      ];
      const last = await faultyWebhooks(world, webhooks, async () => {
        const middle = await merge(
          world,
          "deals",
          second.objectId,
          third.objectId,
        );
        const end = await merge(world, "deals", first.objectId, middle);
        await world.inHubSpot("PATCH", `/objects/deals/${end}`, {
          properties: { dealstage: "contractsent" },
        });
        await world.inHubSpot("DELETE", `/objects/deals/${end}`, {});
        await world.inHubSpot("POST", `/objects/deals/${end}/restore`, {});
        if (webhooks["paused"] !== true) await world.settled();
        return end;
      });
      await world.settled();
      if (webhooks["lose"] !== undefined)
        await sync(world, "pull", "deals", { all: true });
      await calm(world);

      expect(await record(world, "deals", first.id)).toMatchObject({
        id: first.id,
        hubspotId: last,
        deletedAt: null,
        properties: {
          name: `${key} 0`,
          amount: 0.1,
          close_date: "2026-12-24",
          pipeline: "default",
          stage: "contractsent",
        },
        sync: { status: "in_sync" },
      });
      for (const old of [second, third])
        expect((await record(world, "deals", old.id)).id).toBe(first.id);
      const live = (await records(world, "deals")).map(({ id }) => id);
      expect(chain.map(({ id }) => live.includes(id))).toEqual([
        true,
        false,
        false,
      ]);
      expect(await parentsHere(world, first.id)).toEqual(parents(chain));
      expect((await dealIn(world, last)).archived).toBe(false);
    },
  );

  test("AP-048 X-05 the record of the primary deal stays, however young, also if the event was lost", async () => {
    const { world } = at;
    const [older, younger] = await linkedDeals("young", [
      { currency: "EUR" },
      { amount: 3 },
    ]);
    if (older === undefined || younger === undefined)
      throw new Error("Two were made.");
    const left = await faultyWebhooks(world, { lose: true }, async () => {
      const end = await merge(world, "deals", younger.objectId, older.objectId);
      await world.settled();
      return end;
    });
    await sync(world, "pull", "deals", { all: true });
    await calm(world);
    expect(await record(world, "deals", younger.id)).toMatchObject({
      hubspotId: left,
      properties: { name: "young 1", amount: 3, currency: "EUR" },
      sync: { status: "in_sync" },
    });
    expect((await record(world, "deals", older.id)).id).toBe(younger.id);
    // What gave way is in the journal, and an old id leads to the one that is left.
    const lines = await journal(world, { recordId: younger.id });
    expect(
      lines
        .filter(({ code }) => code === "merge_loser")
        .flatMap(({ changes }) => changes),
    ).toContainEqual(
      expect.objectContaining({ field: "name", before: "young 0" }),
    );
    await change(world, "deals", older.id, { amount: 4 });
    await calm(world);
    expect((await dealIn(world, left)).properties["amount"]).toBe("4");
  });

  test("AP-048 with merge sync off, both records stay, and the one that lost its deal in HubSpot says why", async () => {
    const { world } = at;
    const [winner, loser] = await linkedDeals("off", [{}, { currency: "EUR" }]);
    if (winner === undefined || loser === undefined)
      throw new Error("Two were made.");
    await switchOn(world, { mergeSync: false });
    const left = await merge(world, "deals", winner.objectId, loser.objectId);
    await calm(world);
    expect(await record(world, "deals", winner.id)).toMatchObject({
      hubspotId: left,
      deletedAt: null,
    });
    const kept = await record(world, "deals", loser.id);
    expect(kept).toMatchObject({
      id: loser.id,
      hubspotId: null,
      deletedAt: null,
      properties: { name: "off 1" },
      sync: { status: "not_synced", code: "merged_in_hubspot" },
    });
    // Nothing makes it a second deal in HubSpot by itself.
    const before = (await world.truth("deals")).length;
    await change(world, "deals", loser.id, { amount: 1 });
    await calm(world);
    expect(await world.truth("deals")).toHaveLength(before);
    await switchOn(world, { mergeSync: true });
  });
});

describe("deals whose companies and contacts go", () => {
  const ofParents = (some: Partial<Settings["company"]>) =>
    ({ company: some, contact: some }) as unknown as Partial<Settings>;

  async function dealWith(key: string) {
    const { world } = at;
    const [firm] = await createLinked(world, "companies", [
      { name: key, domain: `${key}.gone.example` },
    ]);
    const [person] = await createLinked(world, "contacts", [
      { email: `${key}@gone.example` },
    ]);
    if (firm === undefined || person === undefined)
      throw new Error("Two were made.");
    const { id } = await make(world, "deals", { name: key, ...place }, firm.id);
    await inSql(
      world,
      "insert into workspace.associations (from_type, from_id, to_type, to_id) values ('deal', $1, 'contact', $2)",
      [id, person.id],
    );
    await calm(world);
    return { id, firm, person, objectId: await objectOf(world, "deals", id) };
  }

  test("AP-032 a company and a contact that HubSpot deletes leave the deal, here too, with deletion sync and without", async () => {
    const { world } = at;
    for (const deletionSync of [true, false]) {
      await switchOn(world, {}, ofParents({ deletionSync }));
      const it = await dealWith(`there-${deletionSync}`);
      await world.inHubSpot("DELETE", `/objects/companies/${it.firm.objectId}`);
      await world.inHubSpot(
        "DELETE",
        `/objects/contacts/${it.person.objectId}`,
      );
      await calm(world);
      expect(await parentsIn(world, it.objectId)).toEqual([]);
      expect(await record(world, "deals", it.id)).toMatchObject({
        hubspotId: it.objectId,
        deletedAt: null,
        sync: { status: "in_sync" },
      });
      expect((await record(world, "companies", it.firm.id)).deletedAt).toEqual(
        deletionSync ? expect.any(String) : null,
      );
      if (deletionSync) expect(await parentsHere(world, it.id)).toEqual([]);
      expect((await dealIn(world, it.objectId)).archived).toBe(false);
    }
  });

  test("AP-032 a company and a contact that the product deletes leave the deal in HubSpot, which stays", async () => {
    const { world } = at;
    await switchOn(world, {}, ofParents({ deletionSync: true }));
    const it = await dealWith("here");
    await world.api("DELETE", `/companies/${it.firm.id}`);
    await world.api("DELETE", `/contacts/${it.person.id}`);
    await calm(world);
    expect(await parentsIn(world, it.objectId)).toEqual([]);
    expect(await parentsHere(world, it.id)).toEqual([]);
    expect(await record(world, "deals", it.id)).toMatchObject({
      hubspotId: it.objectId,
      deletedAt: null,
      sync: { status: "in_sync" },
    });
    expect((await dealIn(world, it.objectId)).archived).toBe(false);
  });

  test.each<readonly [string, Json]>([
    ["told in order", {}],
    [
      "told at the end, shuffled and twice",
      { paused: true, shuffle: true, double: 1 },
    ],
    ["lost", { lose: true }],
  ])(
    "AP-032 a company that HubSpot merges under its deals, with events %s: they belong to the survivor, on both sides",
    async (title, webhooks) => {
      const { world } = at;
      await switchOn(world, {}, ofParents({ mergeSync: true }));
      const key = `m-${title.replace(/\W+/g, "-")}`;
      const winner = await dealWith(`${key}-w`);
      const loser = await dealWith(`${key}-l`);
      const left = await faultyWebhooks(world, webhooks, async () => {
        const end = await merge(
          world,
          "companies",
          winner.firm.objectId,
          loser.firm.objectId,
        );
        if (webhooks["paused"] !== true) await world.settled();
        return end;
      });
      await world.settled();
      if (webhooks["lose"] !== undefined) {
        await sync(world, "pull", "companies", { all: true });
        await sync(world, "pull", "deals", { all: true });
      }
      await calm(world);
      for (const { id, objectId } of [winner, loser]) {
        expect(
          (await parentsIn(world, objectId)).filter((each) =>
            each.startsWith("companies"),
          ),
        ).toEqual([`companies ${left}*`]);
        expect(await record(world, "deals", id)).toMatchObject({
          companyId: winner.firm.id,
          sync: { status: "in_sync" },
        });
      }
    },
  );

  test("AP-032 without merge sync, the deals of the company that lost its place in HubSpot go with HubSpot's", async () => {
    const { world } = at;
    await switchOn(world, {}, ofParents({ mergeSync: false }));
    const winner = await dealWith("apart-w");
    const loser = await dealWith("apart-l");
    const left = await merge(
      world,
      "companies",
      winner.firm.objectId,
      loser.firm.objectId,
    );
    await calm(world);
    expect(await parentsIn(world, loser.objectId)).toContain(
      `companies ${left}*`,
    );
    expect(await record(world, "deals", loser.id)).toMatchObject({
      companyId: winner.firm.id,
      sync: { status: "in_sync" },
    });
    expect((await attention(world, loser.id)).map(({ code }) => code)).toEqual(
      [],
    );
  });
});
