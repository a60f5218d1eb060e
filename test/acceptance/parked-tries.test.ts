import { describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { changeObject, object } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { profiles } from "./steps/path.ts";
import { change, createLinked, record } from "./steps/records.ts";
import { asOwner } from "./steps/database.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

describe.each(profiles)("as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile } });

  test("a value that HubSpot rejected is tried once, whatever else is synced meanwhile, and once more by a retry", async () => {
    const { world } = at;
    await choose(world);
    const { id, objectId } = one(
      await createLinked(world, "contacts", [{ email: "owned@tries.example" }]),
      0,
    );
    await change(world, "contacts", id, {
      owner_email: "nobody@tries.example",
    });
    await calm(world);
    const entry = async () => one(await attention(world, id), 0);
    expect(await entry()).toMatchObject({ field: "owner_email", attempts: 1 });

    await change(world, "contacts", id, { city: "Bonn" });
    await calm(world);
    await changeObject(world, "contacts", objectId, { jobtitle: "CTO" });
    await calm(world);
    expect((await object(world, "contacts", objectId)).properties["city"]).toBe(
      "Bonn",
    );
    expect(await entry()).toMatchObject({ attempts: 1 });

    // HubSpot sends an older version than the one that was last compared: nothing is over by that.
    const seen = (offset: string) =>
      asOwner(world, (owner) =>
        owner.query(
          "update link set seen_at = seen_at + $1::interval where object_id = $2",
          [offset, objectId],
        ),
      );
    const first = await entry();
    await seen("1 hour");
    await changeObject(world, "contacts", objectId, { jobtitle: "CFO" });
    await calm(world);
    expect((await record(world, "contacts", id)).properties).toMatchObject({
      job_title: "CTO",
    });
    expect(await entry()).toEqual(first);
    await seen("-1 hour");
    await change(world, "contacts", id, { city: "Ulm" });
    await calm(world);
    expect(await entry()).toMatchObject({ id: first.id, attempts: 1 });

    await world.api("POST", `/attention/${(await entry()).id}/retry`);
    await calm(world);
    expect(await entry()).toMatchObject({ attempts: 2 });
  });

  test("a change waits while HubSpot shows an older version than the one that was last compared, isn't looked at again and again, and goes once a newer one is there", async () => {
    const { world } = at;
    await choose(world);
    const { id, objectId } = one(
      await createLinked(world, "contacts", [{ email: "older@tries.example" }]),
      0,
    );
    const asked = async <Row>(text: string): Promise<Row[]> => {
      const { rows } = await asOwner(world, (owner) =>
        owner.query<Row & object>(text, [id]),
      );
      return rows;
    };
    const waiting = () =>
      asked<{ looks: number; later: boolean }>(
        "select looks, due_at > now() as later from dirty where record_id = $1",
      );
    await asked(
      "update link set seen_at = seen_at + interval '1 hour' where record_id = $1",
    );
    await change(world, "contacts", id, { city: "Ulm" });
    await world.until(
      async () => (await waiting()).some(({ later }) => later),
      "the change waits",
    );
    const { looks } = one(await waiting(), 0);
    // Four polls of the lane.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(one(await waiting(), 0).looks).toBeLessThanOrEqual(looks + 1);
    expect(
      (await object(world, "contacts", objectId)).properties["city"] ?? "",
    ).toBe("");

    await asked(
      "update link set seen_at = seen_at - interval '1 hour' where record_id = $1",
    );
    await asked("update dirty set due_at = now() where record_id = $1");
    await calm(world);
    expect((await object(world, "contacts", objectId)).properties["city"]).toBe(
      "Ulm",
    );
    expect(await waiting()).toEqual([]);
  });
});
