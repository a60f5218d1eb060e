import { describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { asOwner } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { letAMinutePass } from "./steps/let-a-minute-pass.ts";
import { changeObject, merge, objectsWith } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { change, createLinked, record } from "./steps/records.ts";
import { withhold } from "./steps/scopes.ts";
import { sendEvents } from "./steps/send-events.ts";
import { setSettings } from "./steps/settings.ts";
import { upkeepTurn } from "./steps/housekeeping.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { identity, useWorld } from "./world.ts";
import type { Json } from "./world.ts";

interface Waiting {
  readonly kind: string;
  readonly looks: number;
  readonly waits_for: string | null;
}

describe("events that claim what HubSpot has not done", () => {
  const at = useWorld();

  const person = async (
    name: string,
  ): Promise<{ recordId: string; objectId: string }> => {
    const made = await createLinked(at.world, "contacts", [
      { email: `${name}@forged.example`, first_name: name },
    ]);
    const { id: recordId, objectId } = one(made, 0);
    return { recordId, objectId };
  };

  const erasure = (objectId: string): Json => ({
    subscriptionType: "contact.privacyDeletion",
    objectId: Number(objectId),
  });

  const waiting = (): Promise<Waiting[]> =>
    asOwner(
      at.world,
      async (client) =>
        (
          await client.query<Waiting>(
            "select kind, looks, waits_for from inbox where settled_at is null order by id",
          )
        ).rows,
    );

  const looked = (): Promise<void> =>
    at.world.until(
      async () => (await waiting()).some(({ waits_for }) => waits_for !== null),
      "a look at the event",
    );

  /** Whatever an event waits for is looked at again at once, until no event waits. */
  const settledAtOnce = (): Promise<void> =>
    at.world.until(async () => {
      await letAMinutePass(at.world);
      at.world.server.workers?.wake();
      return (await waiting()).length === 0;
    }, "no event waits");

  const alive = async (recordId: string, name: string): Promise<void> => {
    expect(await record(at.world, "contacts", recordId)).toMatchObject({
      deletedAt: null,
      properties: { first_name: name },
    });
  };

  const refusedErasures = async () =>
    (await attention(at.world)).filter(
      ({ code }) => code === "erasure_not_confirmed",
    );

  test("a card's signature erases nobody: the webhooks' address takes no query", async () => {
    const { world } = at;
    const ada = await person("ada");
    const asked = `?userId=7&portalId=${world.portalId + 1}&userEmail=a@b.example&appId=${identity.appId}`;
    expect(await sendEvents(world, [erasure(ada.objectId)], asked)).toBe(401);
    await world.settled();
    await alive(ada.recordId, "ada");
  });

  test("another app's events are nobody's", async () => {
    const { world } = at;
    const ben = await person("ben");
    const event = { ...erasure(ben.objectId), appId: identity.appId + 1 };
    expect(await sendEvents(world, [event])).toBe(200);
    expect(await waiting()).toEqual([]);
    await alive(ben.recordId, "ben");
  });

  test("an erasure that HubSpot does not confirm changes nothing, and a person is asked once", async () => {
    const { world } = at;
    const cleo = await person("cleo");
    await sendEvents(world, [erasure(cleo.objectId), erasure(cleo.objectId)]);
    await looked();
    expect(await waiting()).toContainEqual({
      kind: "privacyDeletion",
      looks: 1,
      waits_for: "hubspot_still_has_it",
    });
    // It stands in nobody's way.
    await changeObject(world, "contacts", cleo.objectId, {
      firstname: "cleopatra",
    });
    await world.until(
      async () =>
        (await record(world, "contacts", cleo.recordId)).properties[
          "first_name"
        ] === "cleopatra",
      "the contact is synced",
    );
    await settledAtOnce();
    const [entry, ...more] = await refusedErasures();
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ kind: "problem", hubspotId: cleo.objectId });
    await alive(cleo.recordId, "cleopatra");

    // No look at the contact closes the entry; a person does.
    await change(world, "contacts", cleo.recordId, { first_name: "cleo" });
    await world.settled();
    expect(await refusedErasures()).toHaveLength(1);
    const retried = await world.api(
      "POST",
      `/attention/${entry?.id}/retry`,
      {},
    );
    expect(retried.status).toBe(200);
    expect(await refusedErasures()).toEqual([]);
    await alive(cleo.recordId, "cleo");
    expect(
      (await journal(world)).filter(
        ({ code }) => code === "erasure_not_confirmed",
      ),
    ).toHaveLength(2);
  });

  test("an erasure that is read before HubSpot has done it is carried out as soon as it has", async () => {
    const { world } = at;
    const dora = await person("dora");
    await sendEvents(world, [erasure(dora.objectId)]);
    await looked();
    await alive(dora.recordId, "dora");
    await faultyWebhooks(world, { lose: 1 }, () =>
      world.inHubSpot(
        "POST",
        `/objects/contacts/${dora.objectId}/privacy-delete`,
        {},
      ),
    );
    await settledAtOnce();
    expect(await record(world, "contacts", dora.recordId)).toMatchObject({
      properties: {},
    });
    expect(await refusedErasures()).toEqual([]);
  });

  test("a person who asks again about an unconfirmed erasure erases what is gone by then", async () => {
    const { world } = at;
    const emil = await person("emil");
    await sendEvents(world, [erasure(emil.objectId)]);
    await settledAtOnce();
    const [entry] = await refusedErasures();
    await faultyWebhooks(world, { lose: 1 }, () =>
      world.inHubSpot(
        "POST",
        `/objects/contacts/${emil.objectId}/privacy-delete`,
        {},
      ),
    );
    await world.api("POST", `/attention/${entry?.id}/retry`, {});
    expect(await refusedErasures()).toEqual([]);
    expect(await record(world, "contacts", emil.recordId)).toMatchObject({
      properties: {},
    });
  });

  test("an erasure waits while HubSpot does not answer", async () => {
    const { world } = at;
    const finn = await person("finn");
    await world.control("PUT", "/sandbox/faults", {
      path: "/contacts/",
      status: 503,
    });
    await world.inHubSpot(
      "POST",
      `/objects/contacts/${finn.objectId}/privacy-delete`,
      {},
    );
    await world.until(
      async () => (await waiting()).length > 0,
      "the event is stored",
    );
    await alive(finn.recordId, "finn");
    await world.control("DELETE", "/sandbox/faults");
    await settledAtOnce();
    expect(await record(world, "contacts", finn.recordId)).toMatchObject({
      properties: {},
    });
  });

  test("deletions and merges that an event claims are read first, with their sync on", async () => {
    const { world } = at;
    await setSettings(world, "contact", {
      deletionSync: true,
      mergeSync: true,
    });
    const [gus, hal] = [await person("gus"), await person("hal")];
    const ids = [Number(gus.objectId), Number(hal.objectId)];
    await sendEvents(world, [
      { subscriptionType: "contact.deletion", objectId: ids[0] },
      {
        subscriptionType: "object.deletion",
        objectTypeId: "0-1",
        objectId: ids[1],
      },
      {
        subscriptionType: "contact.merge",
        primaryObjectId: ids[0],
        mergedObjectIds: [ids[1]],
        newObjectId: ids[0],
      },
      {
        subscriptionType: "contact.merge",
        primaryObjectId: ids[1],
        mergedObjectIds: [ids[0]],
        newObjectId: 999_999_999,
      },
    ]);
    await settledAtOnce();
    await alive(gus.recordId, "gus");
    await alive(hal.recordId, "hal");
    await change(world, "contacts", gus.recordId, { city: "Bern" });
    await change(world, "contacts", hal.recordId, { city: "Bern" });
    await world.settled();
    expect(
      (await objectsWith(world, "contacts", "city", "Bern")).map(
        ({ id }) => id,
      ),
    ).toEqual([gus.objectId, hal.objectId].toSorted());

    // A true one goes on as before, whatever was claimed: the primary's record stays.
    const survivor = await merge(world, "contacts", hal.objectId, gus.objectId);
    await world.settled();
    expect(await record(world, "contacts", gus.recordId)).toMatchObject({
      id: hal.recordId,
      deletedAt: null,
      hubspotId: survivor,
    });
  });

  test("an erasure waits while contacts may not be read, and says so", async () => {
    const { world } = at;
    const ivy = await person("ivy");
    await withhold(world, "crm.objects.contacts.read");
    await world.inHubSpot(
      "POST",
      `/objects/contacts/${ivy.objectId}/privacy-delete`,
      {},
    );
    // HubSpot sends no events of what may not be read.
    await sendEvents(world, [erasure(ivy.objectId)]);
    await looked();
    expect(await waiting()).toEqual([
      { kind: "privacyDeletion", looks: 0, waits_for: "missing_scope" },
    ]);
    await alive(ivy.recordId, "ivy");
    await withhold(world);
    await upkeepTurn(world);
    await settledAtOnce();
    expect(await record(world, "contacts", ivy.recordId)).toMatchObject({
      properties: {},
    });
  });
});
