import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { letAMinutePass } from "./steps/let-a-minute-pass.ts";
import { changeObject, makeObject } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { createLinked, record } from "./steps/records.ts";
import { sendEvents } from "./steps/send-events.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

interface SetAside {
  readonly reason: string;
  readonly event: string;
}

describe("events that can't be worked", () => {
  const at = useWorld();
  let owner: Client;
  beforeAll(async () => {
    owner = new Client({ connectionString: at.world.database.url });
    await owner.connect();
  });
  afterAll(() => owner.end());

  const setAside = async (): Promise<readonly SetAside[]> =>
    (await at.world.api<{ results: SetAside[] }>("GET", "/set-aside-events"))
      .body.results;

  const failures = async (): Promise<{ lane: number; rows: number[] }> => {
    const { rows: lanes } = await owner.query<{ failures: number }>(
      "select failures from lane where kind = 'inbox'",
    );
    const { rows } = await owner.query<{ failures: number }>(
      "select failures from inbox where settled_at is null order by id",
    );
    return {
      lane: one(lanes, 0).failures,
      rows: rows.map((row) => row.failures),
    };
  };

  const cityOf = async (id: string): Promise<unknown> =>
    (await record(at.world, "contacts", id)).properties["city"];

  test("ids that are none are set aside on arrival, and the body's other events are worked", async () => {
    const { world } = at;
    const [person] = await createLinked(world, "contacts", [
      { email: "arrival@poison.example" },
    ]);
    const objectId = person?.objectId ?? "";
    await faultyWebhooks(world, { lose: 1 }, () =>
      changeObject(world, "contacts", objectId, { city: "Bern" }),
    );
    const poison: Json[] = [
      {
        subscriptionType: "contact.merge",
        primaryObjectId: Number(objectId),
        mergedObjectIds: ["x"],
      },
      {
        subscriptionType: "contact.associationChange",
        associationType: "CONTACT_TO_COMPANY",
        fromObjectId: Number(objectId),
        toObjectId: "12345678901234567890",
      },
      { subscriptionType: "contact.deletion", objectId: -1 },
    ];
    const status = await sendEvents(world, [
      ...poison,
      {
        subscriptionType: "contact.propertyChange",
        // Not newer than the object, or it would be looked at again.
        occurredAt: Date.now() - 60_000,
        objectId: Number(objectId),
        propertyName: "city",
        propertyValue: "Bern",
      },
    ]);
    expect(status).toBe(200);
    await world.settled();
    expect(await cityOf(person?.id ?? "")).toBe("Bern");
    expect((await setAside()).map(({ reason }) => reason)).toEqual([
      "objectId isn't an object id",
      "toObjectId isn't an object id",
      "mergedObjectIds isn't an object id",
    ]);
  });

  test.each(["__proto__", "constructor", "hasOwnProperty"])(
    "a property that is called %s makes no event fail",
    async (propertyName) => {
      const { world } = at;
      const [person] = await createLinked(world, "contacts", [
        { email: `${propertyName.replaceAll("_", "")}@poison.example` },
      ]);
      const status = await sendEvents(world, [
        {
          subscriptionType: "contact.propertyChange",
          occurredAt: Date.now() - 60_000,
          objectId: Number(person?.objectId),
          propertyName,
          propertyValue: "Bern",
        },
      ]);
      expect(status).toBe(200);
      await world.settled();
      const { rows } = await owner.query(
        "select from inbox where failures > 0 or settled_at is null",
      );
      expect(rows).toEqual([]);
    },
  );

  test("rows that an older version stored are set aside, and the events beside them are worked", async () => {
    const { world } = at;
    const [person] = await createLinked(world, "contacts", [
      { email: "older@poison.example" },
    ]);
    const objectId = person?.objectId ?? "";
    await faultyWebhooks(world, { lose: 1 }, () =>
      changeObject(world, "contacts", objectId, { city: "Basel" }),
    );
    await owner.query(
      `insert into inbox (portal_id, kind, object_type, object_id, occurred_at, event) values
        ($1, 'merge', 'contact', $2, now(), '{"mergedObjectIds": ["x"], "old": 1}'),
        ($1, 'associationChange', 'contact', $2, now(),
          '{"associationType": "CONTACT_TO_COMPANY", "fromObjectId": "12345678901234567890", "old": 2}'),
        ($1, 'propertyChange', 'contact', $2, now() - interval '1 minute', '{"propertyName": "city", "propertyValue": "Basel"}')`,
      [world.portalId, objectId],
    );
    world.server.workers?.wake();
    await world.settled();
    expect(await cityOf(person?.id ?? "")).toBe("Basel");
    expect(
      (await setAside()).filter(({ event }) => event.includes('"old"')),
    ).toHaveLength(2);
    expect((await failures()).lane).toBe(0);
  });

  test("work that one object makes fail does not stop the others; in the end its event is set aside and people are asked", async () => {
    const { world } = at;
    const people = await createLinked(
      world,
      "contacts",
      ["one", "two", "three", "four"].map((name) => ({
        email: `${name}@poison.example`,
      })),
    );
    const [bad, ...good] = people;
    // No rule of the data: a failure that nobody has thought of.
    await owner.query(`
      create function poison() returns trigger language plpgsql as
        $$ begin raise exception 'poisoned' using errcode = '39000'; end $$;
      create trigger poison before update on record for each row
        when (new.properties ->> 'city' = 'Poison') execute function poison()`);
    await faultyWebhooks(world, { paused: true }, async () => {
      for (const { objectId } of people)
        await changeObject(world, "contacts", objectId, {
          city: objectId === bad?.objectId ? "Poison" : "Zug",
        });
    });
    await world.until(async () => {
      const cities = await Promise.all(good.map(({ id }) => cityOf(id)));
      return cities.every((city) => city === "Zug");
    }, "the others are synced");
    await world.until(
      async () => (await failures()).rows.length === 1,
      "one row waits",
    );
    const first = await failures();
    expect(first.lane).toBe(0);
    expect(first.rows).toEqual([expect.any(Number)]);

    const before = (await setAside()).length;
    await world.until(async () => {
      await letAMinutePass(world);
      world.server.workers?.wake();
      return (await setAside()).length > before;
    }, "the event is set aside");
    expect((await failures()).rows).toEqual([]);
    expect((await setAside())[0]).toMatchObject({
      reason: expect.stringContaining("failed 8 times") as string,
      event: expect.stringContaining("Poison") as string,
    });
    const entries = await attention(world, bad?.id);
    expect(entries).toMatchObject([
      { kind: "problem", code: "event_failed", hubspotId: bad?.objectId },
    ]);

    // What was wrong is mended, and a person retries.
    await owner.query("drop trigger poison on record");
    const retried = await world.api(
      "POST",
      `/attention/${entries[0]?.id}/retry`,
      {},
    );
    expect(retried.status).toBe(200);
    expect(await cityOf(bad?.id ?? "")).toBe("Poison");
    expect(await attention(world, bad?.id)).toEqual([]);
    await makeObject(world, "contacts", { email: "after@poison.example" });
    await world.settled();
    expect((await failures()).lane).toBe(0);
  });
});
