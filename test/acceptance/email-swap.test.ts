import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { asOwner, asProduct, inSql } from "./steps/database.ts";
import { changeObject, object } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { createLinked } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";

/** 7-A8: no contact of a swap can be written first, and each is refused on its own. */
describe.each(profiles)("contacts that swap their emails, %s", (profile) => {
  const at = useWorld({ portal: { profile } });
  beforeEach(() => choose(at.world));

  const linked = (...records: readonly Record<string, unknown>[]) =>
    createLinked(at.world, "contacts", records);
  const emailOf = async (objectId: string) =>
    (await object(at.world, "contacts", objectId)).properties["email"];

  /** Both statements, or all of them, in one transaction of the product's. */
  const atOnce = (...statements: readonly [string, string][]) =>
    asProduct(at.world, async (product) => {
      await product.query("begin");
      for (const [email, id] of statements)
        await product.query(
          "update workspace.contacts set email = $1 where id = $2",
          [email, id],
        );
      await product.query("commit");
    });

  test("contacts that swap their emails, two or three of them, have each other's in HubSpot, and nothing is read back as a change of HubSpot's", async () => {
    const { world } = at;
    const all = await linked(
      { email: "one@refusals.example", first_name: "One" },
      { email: "two@refusals.example", first_name: "Two" },
      { email: "x@refusals.example", first_name: "X" },
      { email: "y@refusals.example" },
      { email: "z@refusals.example" },
    );
    const swapped = ["two", "one", "y", "z", "x"].map(
      (name) => `${name}@refusals.example`,
    );
    await atOnce(
      ...swapped.map((email, index): [string, string] => [
        email,
        all[index]?.id ?? "",
      ]),
    );
    await calm(world);
    expect(
      await Promise.all(all.map(({ objectId }) => emailOf(objectId))),
    ).toEqual(swapped);
    const rows = await inSql<{ email: string; sync_status: string }>(
      world,
      "select email, sync_status from workspace.contacts where id = any ($1) order by array_position($1, id)",
      [all.map(({ id }) => id)],
    );
    expect(rows).toEqual(
      swapped.map((email) => ({ email, sync_status: "in_sync" })),
    );
    for (const { id } of all) expect(await attention(world, id)).toEqual([]);
  });

  test("a swap that HubSpot can't take, because one of the two has kept the other's email as an additional one, is a problem of both and ends there", async () => {
    const { world } = at;
    const [ann, bob] = await linked(
      { email: "ann@kept.example", first_name: "Ann" },
      { email: "bob@kept.example", first_name: "Bob" },
    );
    await calm(world);
    // HubSpot keeps a replaced email with its contact.
    await world.inHubSpot("PATCH", "", {
      options: { primaryEmailChangeKeepsOld: true },
    });
    await faultyWebhooks(world, { lose: true }, async () => {
      await changeObject(world, "contacts", bob?.objectId ?? "", {
        email: "bob.new@kept.example",
      });
      await atOnce(
        ["bob@kept.example", ann?.id ?? ""],
        ["ann@kept.example", bob?.id ?? ""],
      );
      await world.until(
        async () =>
          (await attention(world, ann?.id)).length > 0 &&
          (await attention(world, bob?.id)).length > 0,
        "both refusals",
      );
    });
    await calm(world);
    const refusals = (): Promise<number> =>
      asOwner(world, async (owner) => {
        const { rows } = await owner.query(
          "select from attempt where record_id = any ($1) and answer ->> 'kind' = 'error'",
          [[ann?.id, bob?.id]],
        );
        return rows.length;
      });
    const before = await refusals();
    await pause(1_500);
    expect(await refusals()).toBe(before);
    for (const contact of [ann, bob])
      expect(await attention(world, contact?.id)).toMatchObject([
        { code: "duplicate_email", field: "email" },
      ]);
  });

  test("a swap whose halves come one after the other goes through as well", async () => {
    const { world } = at;
    const [left, right] = await linked(
      { email: "left@refusals.example", first_name: "Left" },
      { email: "right@refusals.example", first_name: "Right" },
    );
    await atOnce(["right@refusals.example", left?.id ?? ""]);
    await calm(world);
    expect(await attention(world, left?.id)).toMatchObject([
      { code: "duplicate_email", field: "email" },
    ]);
    await atOnce(["left@refusals.example", right?.id ?? ""]);
    await calm(world);
    expect([
      await emailOf(left?.objectId ?? ""),
      await emailOf(right?.objectId ?? ""),
    ]).toEqual(["right@refusals.example", "left@refusals.example"]);
    expect(await attention(world, left?.id)).toEqual([]);
    expect(await attention(world, right?.id)).toEqual([]);
  });
});
