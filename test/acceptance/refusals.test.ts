import { beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { asOwner, asProduct, inSql } from "./steps/database.ts";
import { changeObject, object } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { change, createLinked, make, record } from "./steps/records.ts";
import { choose, setSettings } from "./steps/settings.ts";
import { upkeepTurn } from "./steps/housekeeping.ts";
import { useWorld } from "./world.ts";

/** 7-A8: what was refused because of something else is tried again when that changes. */
describe("a refusal ends with its cause", () => {
  const at = useWorld();
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

  test("a stage that HubSpot would not move back is sent once a HubSpot user has cleared it", async () => {
    const { world } = at;
    const [contact] = await linked({
      email: "stage@refusals.example",
      stage: "customer",
    });
    await change(world, "contacts", contact?.id ?? "", { stage: "lead" });
    await calm(world);
    expect(await attention(world, contact?.id)).toMatchObject([
      { code: "not_taken", field: "stage" },
    ]);

    await changeObject(world, "contacts", contact?.objectId ?? "", {
      lifecyclestage: "",
    });
    await calm(world);

    expect(
      (await object(world, "contacts", contact?.objectId ?? "")).properties[
        "lifecyclestage"
      ],
    ).toBe("lead");
    expect(await attention(world, contact?.id)).toEqual([]);
    expect(
      (await record(world, "contacts", contact?.id ?? "")).sync.status,
    ).toBe("in_sync");
  });

  test("an email that one contact gives up and another takes in one transaction arrives, in whatever order they were made", async () => {
    const { world } = at;
    const all = await linked(
      { email: "info@refusals.example" },
      { email: "b@refusals.example" },
      { email: "c@refusals.example" },
      { email: "office@refusals.example" },
    );
    const [first, second, third, fourth] = all;
    await atOnce(
      ["new-first@refusals.example", first?.id ?? ""],
      ["info@refusals.example", second?.id ?? ""],
      ["office@refusals.example", third?.id ?? ""],
      ["new-fourth@refusals.example", fourth?.id ?? ""],
    );
    await calm(world);
    expect(
      await Promise.all(all.map(({ objectId }) => emailOf(objectId))),
    ).toEqual([
      "new-first@refusals.example",
      "info@refusals.example",
      "office@refusals.example",
      "new-fourth@refusals.example",
    ]);
    for (const { id } of all) expect(await attention(world, id)).toEqual([]);
  });

  test("a contact refused for its email is tried again when the other one's email changes, here or in HubSpot", async () => {
    const { world } = at;
    const all = await linked(
      { email: "a@refusals.example" },
      { email: "wants-a@refusals.example" },
      { email: "p@refusals.example" },
      { email: "wants-p@refusals.example" },
    );
    const [holder, taker, other, otherTaker] = all;
    await atOnce(
      ["a@refusals.example", taker?.id ?? ""],
      ["p@refusals.example", otherTaker?.id ?? ""],
    );
    await calm(world);
    expect(await attention(world, taker?.id)).toHaveLength(1);
    expect(await attention(world, otherTaker?.id)).toHaveLength(1);

    await atOnce(["a2@refusals.example", holder?.id ?? ""]);
    await changeObject(world, "contacts", other?.objectId ?? "", {
      email: "p2@refusals.example",
    });
    await calm(world);
    expect(await emailOf(taker?.objectId ?? "")).toBe("a@refusals.example");
    expect(await emailOf(otherTaker?.objectId ?? "")).toBe(
      "p@refusals.example",
    );
    expect(await attention(world, taker?.id)).toEqual([]);
    expect(await attention(world, otherTaker?.id)).toEqual([]);
  });

  test.each([
    ["deleted here, with its object", true, "record"],
    ["deleted here, its object kept", false, "record"],
    ["deleted in HubSpot", false, "object"],
    ["given another email", false, "email"],
  ] as const)(
    "a new contact whose email belongs to another record is pushed when that one is %s",
    async (_name, deletionSync, what) => {
      const { world } = at;
      await setSettings(world, "contact", { deletionSync });
      const email = `twin-${what}-${String(deletionSync)}@refusals.example`;
      const [holder] = await linked({ email });
      const twin = await make(world, "contacts", { email, city: "Ulm" });
      await calm(world);
      expect(await attention(world, twin.id)).toMatchObject([
        { code: "duplicate_email" },
      ]);

      if (what === "record")
        await inSql(world, "delete from workspace.contacts where id = $1", [
          holder?.id,
        ]);
      else if (what === "object")
        await world.inHubSpot(
          "DELETE",
          `/objects/contacts/${holder?.objectId ?? ""}`,
        );
      else await atOnce([`moved-${email}`, holder?.id ?? ""]);
      await calm(world);

      const { hubspotId, sync } = await record(world, "contacts", twin.id);
      expect(sync).toMatchObject({ status: "in_sync" });
      expect(
        (await object(world, "contacts", hubspotId)).properties,
      ).toMatchObject({ email, city: "Ulm" });
      expect(await attention(world, twin.id)).toEqual([]);
    },
  );

  test("a company whose domain another record's company has, and its contact, are pushed when that one's domain changes", async () => {
    const { world } = at;
    const [holder] = await createLinked(world, "companies", [
      { name: "Holder", domain: "same.refusals.example" },
    ]);
    const late = await make(world, "companies", {
      name: "Late",
      domain: "same.refusals.example",
    });
    const contact = await make(
      world,
      "contacts",
      { email: "late@refusals.example" },
      late.id,
    );
    await calm(world);
    expect(await attention(world, late.id)).toMatchObject([
      { code: "domain_conflict" },
    ]);
    expect(await attention(world, contact.id)).toMatchObject([
      { code: "company_blocked" },
    ]);

    await change(world, "companies", holder?.id ?? "", {
      domain: "moved.refusals.example",
    });
    await calm(world);
    for (const [path, id] of [
      ["companies", late.id],
      ["contacts", contact.id],
    ] as const) {
      expect((await record(world, path, id)).sync.status).toBe("in_sync");
      expect(await attention(world, id)).toEqual([]);
    }
  });

  test("AP-103 a contact that its company's problem blocks is pushed when the company is deleted, and the deleted company asks for nobody any more", async () => {
    const { world } = at;
    await createLinked(world, "companies", [
      { name: "Holder", domain: "gone.refusals.example" },
    ]);
    const late = await make(world, "companies", {
      name: "Late",
      domain: "gone.refusals.example",
    });
    const contact = await make(
      world,
      "contacts",
      { email: "orphan@refusals.example" },
      late.id,
    );
    await calm(world);
    expect(await attention(world, contact.id)).toMatchObject([
      { code: "company_blocked" },
    ]);
    await inSql(world, "delete from workspace.companies where id = $1", [
      late.id,
    ]);
    await calm(world);
    expect((await record(world, "contacts", contact.id)).sync.status).toBe(
      "in_sync",
    );
    expect(await attention(world, contact.id)).toEqual([]);
    expect(await attention(world, late.id)).toEqual([]);
  });

  test("an owner whom HubSpot lists later is set without a retry", async () => {
    const { world } = at;
    const [owner] = await owners(world);
    const forget = () =>
      asOwner(world, async (database) => {
        await database.query(
          "delete from hubspot_definition where kind = 'owner' and name = $1",
          [owner.id],
        );
      });
    await forget();
    const [contact] = await linked({ email: "owned@refusals.example" });
    await change(world, "contacts", contact?.id ?? "", {
      owner_email: owner.email,
    });
    await calm(world);
    expect(await attention(world, contact?.id)).toMatchObject([
      { code: "unknown_owner" },
    ]);

    await asOwner(world, (database) =>
      database.query(
        "update installation set definitions_read_at = now() - interval '2 hours'",
      ),
    );
    await upkeepTurn(world);
    await calm(world);
    expect(await attention(world, contact?.id)).toEqual([]);
    expect(
      (await object(world, "contacts", contact?.objectId ?? "")).properties[
        "hubspot_owner_id"
      ],
    ).toBe(owner.id);
  });
});
