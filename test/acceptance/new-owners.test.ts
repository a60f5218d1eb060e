import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { press } from "./card.ts";
import { asProduct } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { object } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { profiles, typeOf } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import { createLinked, make, objectOf, record } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { actingAs } from "./steps/users.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

const types = ["contacts", "companies"] as const;

describe.each(profiles)("whose a new object is, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  beforeEach(() => choose(at.world));

  let made = 0;
  const create = (path: Path, more: Json = {}) => {
    made++;
    return make(
      at.world,
      path,
      path === "contacts"
        ? { email: `n${made}@new-owners.example`, ...more }
        : {
            name: `New ${made}`,
            domain: `n${made}.new-owners.example`,
            ...more,
          },
    );
  };

  /** What both sides have as the owner, and how the journal tells of the creation. */
  async function outcome(path: Path, id: string) {
    await at.world.settled();
    const objectId = await objectOf(at.world, path, id);
    await at.world.settled();
    const lines = await journal(at.world, { recordId: id });
    const line = lines.find(({ code }) => code === "created_in_hubspot");
    return {
      hubspot:
        (await object(at.world, path, objectId)).properties[
          "hubspot_owner_id"
        ] ?? null,
      workspace:
        (await record(at.world, path, id)).properties["owner_email"] ?? null,
      by: line?.by,
      reason: line?.reason,
    };
  }

  const pushFor = async (path: Path, id: string, email?: string) => {
    const reply = await at.world.api(
      "POST",
      "/sync/push",
      { objectType: typeOf[path], ids: [id] },
      email === undefined ? {} : actingAs(email),
    );
    expect(reply.status, JSON.stringify(reply.body)).toBe(202);
  };

  test.each(types)(
    "AP-023 AP-033 a person's push of %s: the person owns what it creates, and both sides know",
    async (path) => {
      const [, second] = await owners(at.world);
      await choose(at.world, {
        automatic: byHandOnly,
        [typeOf[path]]: { newOwner: { rule: "sync_user" } },
      });
      await at.world.api("POST", "/users", { email: second.email });
      const { id } = await create(path);
      await pushFor(path, id, second.email);
      await at.world.settled();
      expect(await outcome(path, id)).toMatchObject({
        hubspot: second.id,
        by: second.email,
        reason: expect.stringContaining(
          `Owner: ${second.email}, who pushed it.`,
        ) as string,
      });
      // What the app gave the object is pulled like what HubSpot fills in.
      await choose(at.world);
      await at.world.until(
        async () =>
          (await record(at.world, path, id)).properties["owner_email"] ===
          second.email,
        "the record has the owner",
      );
    },
  );

  test.each(types)(
    "AP-023 AP-033 %s that are created automatically are the sync user's, a chosen owner's, or nobody's",
    async (path) => {
      const [first, second] = await owners(at.world);
      const type = typeOf[path];
      await choose(at.world, { [type]: { newOwner: { rule: "sync_user" } } });
      const { id } = await create(path);
      expect(await outcome(path, id)).toMatchObject({
        hubspot: first.id,
        workspace: first.email,
        reason: expect.stringContaining(
          `Owner: ${first.email}, the sync user.`,
        ) as string,
      });

      await choose(at.world, {
        [type]: {
          newOwner: { rule: "owner", ownerEmail: second.email.toUpperCase() },
        },
      });
      const chosen = await create(path);
      expect(await outcome(path, chosen.id)).toMatchObject({
        hubspot: second.id,
        workspace: second.email,
        reason: expect.stringContaining(
          `Owner: ${second.email}, as the settings say.`,
        ) as string,
      });

      await choose(at.world);
      const plain = await create(path);
      expect(await outcome(path, plain.id)).toMatchObject({
        hubspot: null,
        workspace: null,
      });
    },
  );

  test("AP-027 AP-111 a sync user whom an admin has chosen owns new objects, also after another admin has connected", async () => {
    const [first, second] = await owners(at.world);
    await choose(at.world, { contact: { newOwner: { rule: "sync_user" } } });
    const { body: user } = await at.world.api("POST", "/users", {
      email: second.email,
    });
    // Another test may have added this user.
    const id =
      user["id"] ??
      (
        await at.world.api<{ results: Json[] }>(
          "GET",
          `/users?q=${second.email}`,
        )
      ).body.results[0]?.["id"];
    const chosen = await at.world.api("PUT", "/installation/sync-user", {
      userId: id,
    });
    expect(chosen).toMatchObject({
      status: 200,
      body: {
        syncUser: { email: first.email },
        chosenSyncUser: { id, email: second.email },
      },
    });
    const owned = {
      hubspot: second.id,
      workspace: second.email,
      reason: expect.stringContaining(
        `Owner: ${second.email}, the sync user.`,
      ) as string,
    };
    try {
      const { id: made } = await create("contacts");
      expect(await outcome("contacts", made)).toMatchObject(owned);
      expect((await at.world.install()).status).toBe(200);
      const { id: later } = await create("contacts");
      expect(await outcome("contacts", later)).toMatchObject(owned);
    } finally {
      await at.world.api("PUT", "/installation/sync-user", { userId: null });
    }
    const { id: last } = await create("contacts");
    expect(await outcome("contacts", last)).toMatchObject({
      hubspot: first.id,
    });
  });

  test("AP-023 the record learns its owner although every webhook is lost", async () => {
    const [first] = await owners(at.world);
    await choose(at.world, { contact: { newOwner: { rule: "sync_user" } } });
    await faultyWebhooks(at.world, { lose: true }, async () => {
      const { id } = await create("contacts");
      expect(await outcome("contacts", id)).toMatchObject({
        hubspot: first.id,
        workspace: first.email,
      });
    });
  });

  test("AP-023 the record's own owner comes before the person and the rule", async () => {
    const [first, second] = await owners(at.world);
    await choose(at.world, {
      automatic: byHandOnly,
      contact: { newOwner: { rule: "sync_user" } },
    });
    await at.world.api("POST", "/users", { email: first.email });
    const { id } = await create("contacts", { owner_email: second.email });
    await pushFor("contacts", id, first.email);
    expect(await outcome("contacts", id)).toMatchObject({
      hubspot: second.id,
      workspace: second.email,
      by: first.email,
      reason: expect.stringContaining(
        `Owner: ${second.email}, as in the workspace.`,
      ) as string,
    });
  });

  test("AP-024 BN-018 a push of all records without a person goes by the rule", async () => {
    const [first] = await owners(at.world);
    await choose(at.world, {
      automatic: byHandOnly,
      contact: { newOwner: { rule: "sync_user" } },
    });
    const { id } = await create("contacts");
    await sync(at.world, "push", "contacts", { all: true });
    expect(await outcome("contacts", id)).toMatchObject({
      hubspot: first.id,
      by: "API",
    });
  });

  test("AP-023 BN-018 what the product writes for a person is that person's, by REST and by SQL, also in one batch with others'", async () => {
    const { world } = at;
    const [first, second] = await owners(world);
    await choose(world, {
      automatic: byHandOnly,
      contact: { newOwner: { rule: "sync_user" } },
    });
    await world.api("POST", "/users", { email: second.email });
    const email = (name: string) => `${name}@acting.example`;
    const created = await world.api<{ results: { record: { id: string } }[] }>(
      "POST",
      "/contacts/batch",
      {
        inputs: ["rest", "batch"].map((name) => ({
          properties: { email: email(name) },
        })),
      },
      actingAs(second.email.toUpperCase()),
    );
    const bySql = (name: string, person: string | null) =>
      asProduct(world, async (product) => {
        await product.query("begin");
        if (person !== null)
          await product.query(
            "select set_config('counterpart.acting_user', $1, true)",
            [person],
          );
        const { rows } = await product.query<{ id: string }>(
          "insert into workspace.contacts (email) values ($1) returning id",
          [email(name)],
        );
        await product.query("commit");
        return rows[0]?.id ?? "";
      });
    const theirs = [
      ...created.body.results.map(({ record: { id } }) => id),
      await bySql("sql", second.email),
    ];
    const nobodys = [
      await bySql("nobody", null),
      await bySql("stranger", "stranger@acting.example"),
      await bySql("endless", "x".repeat(100_000)),
    ];
    await choose(world, { contact: { newOwner: { rule: "sync_user" } } });
    for (const id of theirs)
      expect(await outcome("contacts", id)).toMatchObject({
        hubspot: second.id,
        workspace: second.email,
        by: second.email,
        reason: expect.stringContaining(
          `Owner: ${second.email}, who pushed it.`,
        ) as string,
      });
    for (const id of nobodys)
      expect(await outcome("contacts", id)).toMatchObject({
        hubspot: first.id,
        workspace: first.email,
        by: "",
      });
    // An update names the person as well, and the next one, for nobody, doesn't.
    const [id = ""] = theirs;
    const changes = async () =>
      (await journal(world, { recordId: id }))
        .filter(({ changes }) => changes.some(({ field }) => field === "city"))
        .map(({ by }) => by);
    await world.api(
      "PATCH",
      `/contacts/${id}`,
      { properties: { city: "Delft" } },
      actingAs(second.email),
    );
    await world.settled();
    expect(await changes()).toEqual([second.email]);
    await world.api("PATCH", `/contacts/${id}`, {
      properties: { city: "Breda" },
    });
    await world.settled();
    expect((await changes()).toSorted()).toEqual(["", second.email]);
  });

  test("AP-033 BN-018 on a card, a company that is created along is whoever's click that was, also an unknown user's", async () => {
    const [, second] = await owners(at.world);
    const [contact] = await createLinked(at.world, "contacts", [
      { email: `${randomUUID()}@card-owner.example` },
    ]);
    await choose(at.world, { automatic: byHandOnly });
    const company = await create("companies");
    await at.world.api("PATCH", `/contacts/${contact?.id}`, {
      companyId: company.id,
    });
    const answer = await press(
      at.world,
      "push",
      "contacts",
      contact?.objectId ?? "",
      {
        user: { userId: 4_711, email: second.email },
      },
    );
    expect(answer).toMatchObject({ result: "done" });
    expect(await outcome("companies", company.id)).toMatchObject({
      hubspot: second.id,
      by: second.email,
    });
  });

  test("a chosen owner who has left is no owner, and the journal says so", async () => {
    await choose(at.world, {
      contact: {
        newOwner: { rule: "owner", ownerEmail: "gone@new-owners.example" },
      },
    });
    const { id } = await create("contacts");
    const { hubspot, reason } = await outcome("contacts", id);
    expect(hubspot).toBeNull();
    expect(reason).toContain(
      "HubSpot has no active owner gone@new-owners.example.",
    );
  });
});
