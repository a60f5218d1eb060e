import { describe, expect, test } from "vitest";
import { inSql } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { companiesOf, merge } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles, typeOf } from "./steps/path.ts";
import { createLinked, make, record, records } from "./steps/records.ts";
import { pullAll } from "./steps/runs.ts";
import { setSettings } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";

const cases = [
  { name: "contacts", id: "AP-021" },
  { name: "companies", id: "AP-032" },
] as const;

const identity = {
  contacts: (key: string) => ({ email: `${key}@merge.example` }),
  companies: (key: string) => ({ domain: `${key}.merge.example` }),
};

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  describe.each(cases)("$id $name", ({ name, id }) => {
    test(`${id} a merge in HubSpot merges the linked records of ${name}: the primary's record stays, however young, and old ids forward to it`, async () => {
      const { world } = at;
      await setSettings(world, typeOf[name], { mergeSync: true });
      const pair = await createLinked(world, name, [
        { ...identity[name]("loser"), city: "Rome", state: "Lazio" },
        { ...identity[name]("winner"), city: "Paris" },
      ]);
      const [loser, winner] = [one(pair, 0), one(pair, 1)];
      const objectId = await merge(
        world,
        name,
        winner.objectId,
        loser.objectId,
      );
      await world.settled();

      const survivor = await record(world, name, winner.id);
      expect(survivor).toMatchObject({
        id: winner.id,
        hubspotId: objectId,
        deletedAt: null,
      });
      expect(survivor.properties["state"]).toBe("Lazio");
      expect(survivor.sync.status).toBe("in_sync");
      expect((await record(world, name, loser.id)).id).toBe(winner.id);
      const ids = (await records(world, name)).map((each) => each.id);
      expect(ids).toContain(winner.id);
      expect(ids).not.toContain(loser.id);

      const told = await journal(world, { recordId: winner.id });
      expect(told.map((entry) => entry.code)).toEqual(
        expect.arrayContaining(["merge_survivor", "merge_loser"]),
      );
      expect(
        told
          .filter((entry) => entry.code === "merge_loser")
          .flatMap((entry) => entry.changes),
      ).toContainEqual(
        expect.objectContaining({ field: "city", before: "Rome" }),
      );
      // A change through the id that was merged away reaches the one object.
      await world.api("PATCH", `/${name}/${loser.id}`, {
        properties: { country: "France" },
      });
      await world.settled();
      const object = (await world.truth(name)).find(
        (each) => each.id === objectId,
      );
      expect(object?.properties["country"]).toBe("France");
      const live = (await world.truth(name)).map((each) => each.id);
      expect(
        live.filter((each) =>
          [winner.objectId, loser.objectId, objectId].includes(each),
        ),
      ).toEqual([objectId]);
    });

    test(`${id} with merge sync off both records of ${name} stay, and the one that lost its object says why`, async () => {
      const { world } = at;
      await setSettings(world, typeOf[name], { mergeSync: false });
      const pair = await createLinked(world, name, [
        identity[name]("kept"),
        identity[name]("left"),
      ]);
      const [kept, left] = [one(pair, 0), one(pair, 1)];
      const objectId = await merge(world, name, kept.objectId, left.objectId);
      await world.settled();
      expect(await record(world, name, kept.id)).toMatchObject({
        id: kept.id,
        hubspotId: objectId,
        deletedAt: null,
      });
      const alone = await record(world, name, left.id);
      expect(alone).toMatchObject({
        id: left.id,
        hubspotId: null,
        deletedAt: null,
        sync: { status: "not_synced", code: "merged_in_hubspot" },
      });
      const before = (await world.truth(name)).length;
      await world.api("PATCH", `/${name}/${left.id}`, {
        properties: { city: "Oslo" },
      });
      await world.settled();
      expect(await world.truth(name)).toHaveLength(before);
    });

    test(`${id} the records of ${name} are merged too when the event was lost and a pull finds the survivor`, async () => {
      const { world } = at;
      await setSettings(world, typeOf[name], { mergeSync: true });
      const pair = await createLinked(world, name, [
        identity[name]("unheard"),
        identity[name]("unheard-2"),
      ]);
      const objectId = await faultyWebhooks(world, { lose: true }, () =>
        merge(world, name, one(pair, 1).objectId, one(pair, 0).objectId),
      );
      await pullAll(world, name);
      await world.settled();
      expect(await record(world, name, one(pair, 0).id)).toMatchObject({
        id: one(pair, 1).id,
        hubspotId: objectId,
        deletedAt: null,
      });
    });

    test(`${id} a push to an object that was merged away, unheard, reaches the survivor of ${name}`, async () => {
      const { world } = at;
      await setSettings(world, typeOf[name], { mergeSync: true });
      const pair = await createLinked(world, name, [
        identity[name]("blind"),
        identity[name]("blind-2"),
      ]);
      const objectId = await faultyWebhooks(world, { lose: true }, () =>
        merge(world, name, one(pair, 1).objectId, one(pair, 0).objectId),
      );
      await world.api("PATCH", `/${name}/${one(pair, 0).id}`, {
        properties: { city: "Lima" },
      });
      await world.settled();
      const object = (await world.truth(name)).find(
        (each) => each.id === objectId,
      );
      expect(object?.properties["city"]).toBe("Lima");
      expect(await record(world, name, one(pair, 0).id)).toMatchObject({
        hubspotId: objectId,
      });
    });
  });

  test("AP-021 the company of a contact that was merged away becomes the survivor's, and its other companies too, on both sides", async () => {
    const { world } = at;
    await setSettings(world, "contact", { mergeSync: true });
    const companies = await createLinked(world, "companies", [
      identity.companies("employer"),
      identity.companies("board-seat"),
    ]);
    const [employer, board] = [one(companies, 0), one(companies, 1)];
    const pair = await createLinked(world, "contacts", [
      identity.contacts("jobless"),
      identity.contacts("employed"),
    ]);
    const [jobless, employed] = [one(pair, 0), one(pair, 1)];
    await world.api("PATCH", `/contacts/${employed.id}`, {
      companyId: employer.id,
    });
    // In some portals a contact's first company becomes its primary one.
    await world.settled();
    await world.inHubSpot("PUT", "/associations", {
      fromType: "contacts",
      fromId: employed.objectId,
      toType: "companies",
      toId: board.objectId,
    });
    await world.settled();
    expect((await companiesOf(world, employed.objectId)).toSorted()).toEqual(
      [employer.objectId, board.objectId].toSorted(),
    );

    const objectId = await merge(
      world,
      "contacts",
      jobless.objectId,
      employed.objectId,
    );
    await world.settled();

    expect(await record(world, "contacts", jobless.id)).toMatchObject({
      hubspotId: objectId,
      companyId: employer.id,
      sync: { status: "in_sync" },
    });
    expect(await companiesOf(world, objectId)).toEqual([
      employer.objectId,
      board.objectId,
    ]);
    const rows = await inSql<{ from_id: string; to_id: string }>(
      world,
      `select from_id, to_id from workspace.associations
       where to_id = any ($1) or from_id = any ($1)`,
      [companies.map(({ id }) => id)],
    );
    const ends = rows.map(({ from_id, to_id }) =>
      [from_id, to_id].toSorted().join(),
    );
    expect(new Set(ends)).toEqual(
      new Set(companies.map(({ id }) => [id, jobless.id].toSorted().join())),
    );
  });

  test("AP-032 the contacts of a company that was merged away belong to the survivor, on both sides", async () => {
    const { world } = at;
    await setSettings(world, "company", { mergeSync: true });
    const pair = await createLinked(world, "companies", [
      identity.companies("parent"),
      identity.companies("parent-2"),
    ]);
    const child = (
      await make(world, "contacts", identity.contacts("child"), one(pair, 1).id)
    ).id;
    await world.settled();
    const objectId = await merge(
      world,
      "companies",
      one(pair, 0).objectId,
      one(pair, 1).objectId,
    );
    await world.settled();
    expect((await record(world, "contacts", child)).companyId).toBe(
      one(pair, 0).id,
    );
    const contact = (await world.truth("contacts")).find(
      (each) => each.properties["email"] === "child@merge.example",
    );
    expect(contact?.associations).toMatchObject([
      { toType: "companies", toId: objectId },
    ]);
    expect((await record(world, "contacts", child)).sync.status).toBe(
      "in_sync",
    );
  });
});
