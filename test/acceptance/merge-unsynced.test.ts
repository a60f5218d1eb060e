import { describe, expect, test } from "vitest";
import { defaultSettings } from "../../server/settings/schema.ts";
import { card } from "./card.ts";
import { attention } from "./steps/attention.ts";
import { asOwner, inSql } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { makeObject, merge, object } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles, typeOf } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import {
  change,
  createLinked,
  findRecordOf,
  record,
  recordOf,
} from "./steps/records.ts";
import { pullAll, sync } from "./steps/runs.ts";
import { setSettings } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import type { Json, World } from "./world.ts";
import { useWorld } from "./world.ts";

/** Merges in HubSpot while merge sync is off, as it is by default (issue 7, A4). */

const types = ["contacts", "companies"] as const;

/** What a test's record holds, or what a HubSpot user types. */
const named = {
  contacts: (key: string, name: string, side = "workspace") => ({
    email: `${key}@parted.example`,
    [side === "hubspot" ? "firstname" : "first_name"]: name,
  }),
  companies: (key: string, name: string) => ({
    domain: `${key}.parted.example`,
    name,
  }),
} as const;

const identityOf = (name: Path, key: string): string =>
  name === "contacts" ? `${key}@parted.example` : `${key}.parted.example`;

interface Both {
  readonly old: { id: string; objectId: string };
  readonly primary: { id: string; objectId: string };
}

/** An older record and a younger one, whose object is about to be the primary one. */
async function both(world: World, name: Path, key: string): Promise<Both> {
  const pair = await createLinked(world, name, [
    { ...named[name](`${key}-old`, "Old"), city: "Rome" },
    { ...named[name](`${key}-new`, "Primary"), city: "Paris" },
  ]);
  return { old: one(pair, 0), primary: one(pair, 1) };
}

/** The primary's record goes on with the object; the other one is as it was, and says what became of it. */
async function expectParted(
  world: World,
  name: Path,
  key: string,
  { old, primary }: Both,
  objectId: string,
): Promise<void> {
  expect(await record(world, name, primary.id)).toMatchObject({
    id: primary.id,
    hubspotId: objectId,
    deletedAt: null,
    properties: named[name](`${key}-new`, "Primary"),
    sync: { status: "in_sync" },
  });
  const parted = await record(world, name, old.id);
  expect(parted).toMatchObject({
    id: old.id,
    hubspotId: null,
    deletedAt: null,
    properties: named[name](`${key}-old`, "Old"),
  });
  expectSaysMerged(name, key, parted.sync);
}

function expectSaysMerged(
  name: Path,
  key: string,
  sync: { status: string; code: string; reason: string },
): void {
  expect(sync).toMatchObject({
    status: "not_synced",
    code: "merged_in_hubspot",
  });
  expect(sync.reason).toContain(
    `Merged into Primary (${identityOf(name, `${key}-new`)}) in HubSpot.`,
  );
  expect(sync.reason).toContain("push it to create another");
}

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  describe.each(types)("%s", (name) => {
    test(`X-05 7-A4 the record of the primary of ${name} keeps the link, and the other one says that it was merged, whatever happens to it`, async () => {
      const { world } = at;
      const pair = await both(world, name, "kept");
      const objectId = await merge(
        world,
        name,
        pair.primary.objectId,
        pair.old.objectId,
      );
      await world.settled();
      await expectParted(world, name, "kept", pair, objectId);

      // An edit, a pull of everything, and a journal that ends with its days change nothing of that.
      await asOwner(world, (owner) => owner.query("delete from journal"));
      await change(world, name, pair.old.id, { country: "Italy" });
      await world.settled();
      await pullAll(world, name);
      await world.settled();
      await expectParted(world, name, "kept", pair, objectId);
      expect(
        (await object(world, name, objectId)).properties["country"],
      ).not.toBe("Italy");

      // The same by SQL, by what the API says of its sync, and where push is off.
      const [row] = await inSql<{ sync_status: string; sync_reason: string }>(
        world,
        `select sync_status, sync_reason from workspace.${name} where id = $1`,
        [pair.old.id],
      );
      expectSaysMerged(name, "kept", {
        status: row?.sync_status ?? "",
        code: "merged_in_hubspot",
        reason: row?.sync_reason ?? "",
      });
      const shown = await world.api<{
        status: string;
        code: string;
        reason: string;
      }>("GET", `/${name}/${pair.old.id}/sync`);
      expectSaysMerged(name, "kept", shown.body);

      // On the object's page in HubSpot, the card is about the primary's record, under the old id too.
      for (const id of [objectId, pair.old.objectId]) {
        const view = await card<{ status: string; record: { id: string } }>(
          world,
          "GET",
          "/card",
          {
            objectTypeId: name === "contacts" ? "0-1" : "0-2",
            objectId: id,
          },
        );
        expect(view).toMatchObject({
          status: "in_sync",
          record: { id: pair.primary.id },
        });
      }
    });

    const sources: readonly [
      string,
      (world: World, pair: Both, objectId: string) => Promise<unknown>,
    ][] = [
      ["a full pull", (world) => pullAll(world, name)],
      [
        "a pull of the one that is left",
        (world, _pair, objectId) =>
          sync(world, "pull", name, { hubspotIds: [objectId] }),
      ],
      [
        "a pull of the id that is gone",
        (world, { old }) =>
          sync(world, "pull", name, { hubspotIds: [old.objectId] }),
      ],
      [
        "a push of the other record",
        (world, { old }) => change(world, name, old.id, { state: "Lazio" }),
      ],
      [
        "a card",
        (world, { old }) =>
          card(world, "GET", "/card", {
            objectTypeId: name === "contacts" ? "0-1" : "0-2",
            objectId: old.objectId,
          }),
      ],
      [
        "what the API says of the other record's sync",
        (world, { old }) => world.api("GET", `/${name}/${old.id}/sync`),
      ],
    ];
    test.each(sources)(
      `X-05 7-A4 a merge of ${name} whose events are lost ends the same when it is first seen by %s`,
      async (title, look) => {
        const { world } = at;
        const key = title.replace(/\W+/g, "-");
        const pair = await both(world, name, key);
        const objectId = await faultyWebhooks(world, { lose: true }, async () =>
          merge(world, name, pair.primary.objectId, pair.old.objectId),
        );
        await look(world, pair, objectId);
        await world.settled();
        await expectParted(world, name, key, pair, objectId);
      },
    );

    test(`X-05 7-A4 among ${name} of one page it is no chance who keeps the link`, async () => {
      const { world } = at;
      const survivors = await faultyWebhooks(
        world,
        { lose: true },
        async () => {
          const made: string[] = [];
          for (let index = 0; index < 8; index++)
            made.push(
              await makeObject(
                world,
                name,
                named[name](`page-${index}`, `Page ${index}`, "hubspot"),
              ),
            );
          await pullAll(world, name);
          const records = await Promise.all(
            made.map((id) => recordOf(world, name, id)),
          );
          const ends: { objectId: string; primary: string }[] = [];
          for (let index = 0; index < 8; index += 2) {
            // The lower id is primary in every other pair.
            const [first, second] =
              index % 4 === 0 ? [index, index + 1] : [index + 1, index];
            ends.push({
              objectId: await merge(
                world,
                name,
                one(made, first),
                one(made, second),
              ),
              primary: one(records, first).id,
            });
          }
          await pullAll(world, name);
          return ends;
        },
      );
      await world.settled();
      for (const { objectId, primary } of survivors)
        expect((await recordOf(world, name, objectId)).id).toBe(primary);
    });

    test(`X-05 7-A4 of ${name}, one of which has no record, the one that has keeps its link`, async () => {
      const { world } = at;
      const { pull } = defaultSettings[typeOf[name]];
      await setSettings(world, typeOf[name], {
        pull: {
          ...pull,
          conditions: { ...pull.conditions, stages: ["customer"] },
        },
      });
      const linked = one(
        await createLinked(world, name, [named[name]("alone", "Alone")]),
        0,
      );
      const unlinked = await makeObject(
        world,
        name,
        named[name]("outside", "Outside", "hubspot"),
      );
      await world.settled();
      expect(await findRecordOf(world, name, unlinked)).toBeUndefined();
      await setSettings(world, typeOf[name], { pull });
      const objectId = await merge(world, name, unlinked, linked.objectId);
      await world.settled();
      expect(await record(world, name, linked.id)).toMatchObject({
        hubspotId: objectId,
        deletedAt: null,
      });
    });
  });

  const histories: readonly [string, Json][] = [
    ["told in order", {}],
    ["told twice", { double: 1 }],
    ["told in any order", { shuffle: true, double: 0.5, delayMs: 40 }],
    ["told at the end, shuffled", { paused: true, shuffle: true }],
    ["half lost", { lose: 0.5, shuffle: true }],
    ["lost", { lose: true }],
  ];
  describe.each(types)("a chain of %s", (name) => {
    test.each(histories)(
      `X-05 7-A4 a chain of merges of ${name} whose events are %s leaves the last primary's record linked, and both others say so`,
      async (title, webhooks) => {
        const { world } = at;
        const key = title.replace(/\W+/g, "-");
        const chain = await createLinked(world, name, [
          named[name](`${key}-1`, "First"),
          named[name](`${key}-2`, "Second"),
          named[name](`${key}-new`, "Primary"),
        ]);
        const [first, second, third] = [
          one(chain, 0),
          one(chain, 1),
          one(chain, 2),
        ];
        const last = await faultyWebhooks(world, webhooks, async () => {
          const middle = await merge(
            world,
            name,
            second.objectId,
            first.objectId,
          );
          const end = await merge(world, name, third.objectId, middle);
          if (webhooks["paused"] !== true) await world.settled();
          return end;
        });
        await world.settled();
        if (webhooks["lose"] !== undefined) {
          await pullAll(world, name);
          await world.settled();
        }
        expect(await record(world, name, third.id)).toMatchObject({
          hubspotId: last,
          properties: named[name](`${key}-new`, "Primary"),
          sync: { status: "in_sync" },
        });
        for (const [parted, who, spelled] of [
          [first, "First", "1"],
          [second, "Second", "2"],
        ] as const) {
          const one = await record(world, name, parted.id);
          expect(one).toMatchObject({
            hubspotId: null,
            deletedAt: null,
            properties: named[name](`${key}-${spelled}`, who),
          });
          expectSaysMerged(name, key, one.sync);
        }
      },
    );
  });

  const alike = {
    contacts: { firstname: "Alike", city: "Ulm" },
    companies: { name: "Alike", domain: "alike.parted.example" },
  } as const;
  test.each(types)(
    "X-05 7-A4 of %s that HubSpot's values do not tell apart, the event's primary keeps the link, also if a pull sees the merge before its event",
    async (name) => {
      const { world } = at;
      const [first, second] = [
        await makeObject(world, name, alike[name]),
        await makeObject(world, name, alike[name]),
      ];
      await world.settled();
      const other = await recordOf(world, name, first);
      const primary = await recordOf(world, name, second);
      const objectId = await faultyWebhooks(
        world,
        { paused: true },
        async () => {
          const merged = await merge(world, name, second, first);
          await pullAll(world, name);
          return merged;
        },
      );
      await world.settled();
      expect(await record(world, name, primary.id)).toMatchObject({
        hubspotId: objectId,
        sync: { status: "in_sync" },
      });
      expect(await record(world, name, other.id)).toMatchObject({
        hubspotId: null,
        deletedAt: null,
        sync: { status: "not_synced", code: "merged_in_hubspot" },
      });
      await change(world, name, primary.id, { country: "Germany" });
      await change(world, name, other.id, { country: "Italy" });
      await world.settled();
      expect((await object(world, name, objectId)).properties["country"]).toBe(
        "Germany",
      );
    },
  );

  test("X-05 7-A4 a contact that was merged away and is pushed by hand is a clear problem and no second contact; with another email it is one", async () => {
    const { world } = at;
    const pair = await both(world, "contacts", "pushed");
    const objectId = await merge(
      world,
      "contacts",
      pair.primary.objectId,
      pair.old.objectId,
    );
    await world.settled();
    const before = (await world.truth("contacts")).length;
    const refused = await sync(world, "push", "contacts", {
      ids: [pair.old.id],
    });
    expect(refused.counts).toMatchObject({ requested: 1, failed: 1 });
    expect(await attention(world, pair.old.id)).toMatchObject([
      { kind: "problem", code: "duplicate_email" },
    ]);
    await world.settled();
    expect(await world.truth("contacts")).toHaveLength(before);
    expect(
      (await object(world, "contacts", objectId)).properties,
    ).toMatchObject({ firstname: "Primary", city: "Paris" });

    await change(world, "contacts", pair.old.id, {
      email: "pushed-own@parted.example",
    });
    await world.settled();
    expectSaysMerged(
      "contacts",
      "pushed",
      (await record(world, "contacts", pair.old.id)).sync,
    );
    const created = await sync(world, "push", "contacts", {
      ids: [pair.old.id],
    });
    expect(created.counts).toMatchObject({ requested: 1, created: 1 });
    await world.settled();
    const again = await record(world, "contacts", pair.old.id);
    expect(again).toMatchObject({ sync: { status: "in_sync" } });
    expect(again.hubspotId).not.toBe(objectId);
    expect(
      (await object(world, "contacts", objectId)).properties,
    ).toMatchObject({ firstname: "Primary", city: "Paris" });
    expect((await record(world, "contacts", pair.primary.id)).hubspotId).toBe(
      objectId,
    );
  });

  test("X-05 7-A4 a privacy deletion of the contact that is left erases its name from what the other record's journal reports", async () => {
    const { world } = at;
    const pair = await both(world, "contacts", "erased");
    const objectId = await merge(
      world,
      "contacts",
      pair.primary.objectId,
      pair.old.objectId,
    );
    await world.settled();
    await change(world, "contacts", pair.old.id, {
      email: "erased-own@parted.example",
    });
    await world.settled();
    await sync(world, "push", "contacts", { ids: [pair.old.id] });
    const told = async (): Promise<string> =>
      JSON.stringify(await journal(world, { recordId: pair.old.id }));
    expect(await told()).toContain("erased-new@parted.example");

    await world.inHubSpot(
      "POST",
      `/objects/contacts/${objectId}/privacy-delete`,
      {},
    );
    await world.settled();
    expect(await told()).not.toContain("erased-new@parted.example");
    expect((await record(world, "contacts", pair.old.id)).properties).toEqual(
      expect.objectContaining({ first_name: "Old" }),
    );
  });

  test("X-05 7-A4 a company that was merged away and is pushed by hand makes no second company of its domain", async () => {
    const { world } = at;
    const domain = "twice.parted.example";
    const objects = [
      await makeObject(world, "companies", { name: "One", domain }),
      await makeObject(world, "companies", { name: "Two", domain }),
    ];
    await world.settled();
    const old = await recordOf(world, "companies", one(objects, 0));
    const objectId = await merge(
      world,
      "companies",
      one(objects, 1),
      one(objects, 0),
    );
    await world.settled();
    const before = (await world.truth("companies")).length;
    const run = await sync(world, "push", "companies", { ids: [old.id] });
    expect(run.counts).toMatchObject({ requested: 1, failed: 1 });
    expect(await attention(world, old.id)).toMatchObject([
      {
        code: "domain_conflict",
        choices: ["link_existing"],
        details: { objectIds: [objectId] },
      },
    ]);
    expect(await world.truth("companies")).toHaveLength(before);
  });

  test("X-05 7-A4 what was open of a contact that was merged away is closed: it says that it was merged", async () => {
    const { world } = at;
    const pair = await both(world, "contacts", "open");
    await change(world, "contacts", pair.old.id, { stage: "no such stage" });
    await world.settled();
    expect((await record(world, "contacts", pair.old.id)).sync.status).toBe(
      "problem",
    );
    await merge(world, "contacts", pair.primary.objectId, pair.old.objectId);
    await world.settled();
    expectSaysMerged(
      "contacts",
      "open",
      (await record(world, "contacts", pair.old.id)).sync,
    );
    expect(await attention(world, pair.old.id)).toEqual([]);
  });

  test("X-05 7-A4 a record that the product has deleted does not keep the link of a merge from one that lives", async () => {
    const { world } = at;
    const pair = await both(world, "contacts", "deleted");
    const objectId = await faultyWebhooks(world, { paused: true }, async () => {
      const merged = await merge(
        world,
        "contacts",
        pair.primary.objectId,
        pair.old.objectId,
      );
      await world.api("DELETE", `/contacts/${pair.primary.id}`);
      return merged;
    });
    await world.settled();
    expect((await record(world, "contacts", pair.old.id)).hubspotId).toBe(
      objectId,
    );
  });
});

describe("a merge that nothing but time shows", () => {
  const timers = [
    ["the changed pull", { PULL_INTERVAL_SECONDS: "0.3" }],
    ["the sweep", { SWEEP_INTERVAL_SECONDS: "0.3" }],
  ] as const;
  describe.each(timers)("%s", (title, environment) => {
    const at = useWorld({ environment });
    test.each(types)(
      `X-05 7-A4 ${title} ends a merge of %s in the same state`,
      async (name) => {
        const { world } = at;
        const pair = await both(world, name, "timer");
        const objectId = await faultyWebhooks(
          world,
          { lose: true },
          async () => {
            const merged = await merge(
              world,
              name,
              pair.primary.objectId,
              pair.old.objectId,
            );
            await world.until(
              async () =>
                (await record(world, name, pair.old.id)).sync.code ===
                "merged_in_hubspot",
              "the merge is seen",
            );
            return merged;
          },
        );
        await world.settled();
        await expectParted(world, name, "timer", pair, objectId);
      },
    );
  });
});
