import { beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import type { AttentionEntry } from "./steps/attention.ts";
import { inSql } from "./steps/database.ts";
import { changeObject, object } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { profiles, typeOf } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import { change, createLinked, record } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { changeUser } from "./steps/users.ts";
import type { UserDocument } from "./steps/users.ts";
import { useWorld } from "./world.ts";

const types = ["contacts", "companies"] as const;

describe.each(profiles)("owner changes from HubSpot, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  const assign = (path: Path) => `assign_${typeOf[path]}_owner`;

  /** The sync user, who is a user of the product from now on. */
  async function syncUser(
    permissions: readonly string[],
  ): Promise<UserDocument> {
    const { body } = await at.world.api<{ syncUser: { email: string } }>(
      "GET",
      "/installation",
    );
    const { email } = body.syncUser;
    const [known] = (
      await at.world.api<{ results: UserDocument[] }>("GET", "/users?limit=200")
    ).body.results.filter((user) => user.email === email);
    if (known !== undefined)
      return changeUser(at.world, known.id, { permissions, active: true });
    const { body: added } = await at.world.api<UserDocument>("POST", "/users", {
      email,
      permissions,
    });
    return added;
  }

  beforeEach(() => choose(at.world));

  let made = 0;
  async function owned(path: Path) {
    made++;
    const [first] = await owners(at.world);
    const [linked] = await createLinked(at.world, path, [
      path === "contacts"
        ? { email: `o${made}@owner-changes.example`, owner_email: first.email }
        : {
            name: `Owned ${made}`,
            domain: `o${made}.owner-changes.example`,
            owner_email: first.email,
          },
    ]);
    if (linked === undefined) throw new Error("One was made.");
    return linked;
  }
  const ownerOf = async (path: Path, id: string) =>
    (await record(at.world, path, id)).properties["owner_email"];
  const ofCode = async (code: string) =>
    (
      await at.world.api<{ results: AttentionEntry[] }>(
        "GET",
        `/attention?code=${code}&limit=200`,
      )
    ).body.results;

  test.each(types)(
    "AP-025 an owner of %s that HubSpot changes reaches the workspace",
    async (path) => {
      const [, second] = await owners(at.world);
      const { id, objectId } = await owned(path);
      await changeObject(at.world, path, objectId, {
        hubspot_owner_id: second.id,
      });
      await at.world.settled();
      expect(await ownerOf(path, id)).toBe(second.email);
    },
  );

  test.each(types)(
    "AP-026 AP-034 AP-028 without the permission for %s the owner stays, a problem says why, and the change follows once it is granted",
    async (path) => {
      const other = path === "contacts" ? "companies" : "contacts";
      const [first, second] = await owners(at.world);
      const { id, objectId } = await owned(path);
      const free = await owned(other);
      const user = await syncUser(["push", "pull", assign(other)]);
      for (const [type, each] of [
        [path, objectId],
        [other, free.objectId],
      ] as const)
        await changeObject(at.world, type, each, {
          hubspot_owner_id: second.id,
          city: "Ulm",
        });
      await at.world.settled();

      expect(await ownerOf(path, id)).toBe(first.email);
      // Every other field syncs, and so does the other type's owner.
      expect((await record(at.world, path, id)).properties["city"]).toBe("Ulm");
      expect(await ownerOf(other, free.id)).toBe(second.email);
      const found = (await ofCode("owner_permission")).filter(
        ({ recordId }) => recordId === id,
      );
      expect(found).toMatchObject([{ kind: "problem", field: "owner_email" }]);
      expect(found[0]?.cause).toContain(
        `${user.email} doesn't have permission to assign owners.`,
      );
      expect(found[0]?.fix).toContain("permission to assign owners");
      expect(await ofCode("unknown_owner")).toEqual([]);

      await changeUser(at.world, user.id, { permissions: [assign(path)] });
      await at.world.settled();
      expect(await ownerOf(path, id)).toBe(second.email);
      expect(await attention(at.world, id)).toEqual([]);
    },
  );

  test("AP-026 an owner that the workspace chooses meanwhile goes to HubSpot, and closes the problem", async () => {
    const [first, second] = await owners(at.world);
    const { id, objectId } = await owned("contacts");
    await syncUser(["push"]);
    await changeObject(at.world, "contacts", objectId, {
      hubspot_owner_id: second.id,
    });
    await at.world.settled();
    expect(await attention(at.world, id)).toMatchObject([
      { code: "owner_permission" },
    ]);
    await change(at.world, "contacts", id, { owner_email: second.email });
    await at.world.settled();
    expect(await attention(at.world, id)).toEqual([]);
    await change(at.world, "contacts", id, { owner_email: first.email });
    await at.world.settled();
    expect(
      (await object(at.world, "contacts", objectId)).properties[
        "hubspot_owner_id"
      ],
    ).toBe(first.id);
  });

  test("AP-026 a permission that the product grants with SQL counts as well", async () => {
    const [, second] = await owners(at.world);
    const { id, objectId } = await owned("companies");
    const user = await syncUser([]);
    await changeObject(at.world, "companies", objectId, {
      hubspot_owner_id: second.id,
    });
    await at.world.settled();
    expect(await attention(at.world, id)).toMatchObject([
      { code: "owner_permission" },
    ]);
    await inSql(
      at.world,
      "update workspace.users set permissions = '{assign_company_owner}' where id = $1",
      [user.id],
    );
    await at.world.settled();
    expect(await ownerOf("companies", id)).toBe(second.email);
  });

  test("AP-027 AP-026 by the permission of a chosen sync user an owner is pulled or not, and it follows when that is granted, or another one is chosen", async () => {
    const [first, second] = await owners(at.world);
    await syncUser(["assign_contact_owner"]);
    const added = await at.world.api<UserDocument>("POST", "/users", {
      email: second.email,
      permissions: [],
    });
    expect(added.status).toBe(201);
    const chosen = added.body.id;
    const choice = async (userId: string | null) =>
      expect(
        (await at.world.api("PUT", "/installation/sync-user", { userId }))
          .status,
      ).toBe(200);
    await choice(chosen);
    try {
      const [one, other] = [await owned("contacts"), await owned("contacts")];
      await changeObject(at.world, "contacts", one.objectId, {
        hubspot_owner_id: second.id,
      });
      await at.world.settled();
      expect(await ownerOf("contacts", one.id)).toBe(first.email);
      expect(await attention(at.world, one.id)).toMatchObject([
        { code: "owner_permission" },
      ]);
      await changeUser(at.world, chosen, {
        permissions: ["assign_contact_owner"],
      });
      await at.world.settled();
      expect(await ownerOf("contacts", one.id)).toBe(second.email);

      await changeUser(at.world, chosen, { permissions: [] });
      await changeObject(at.world, "contacts", other.objectId, {
        hubspot_owner_id: second.id,
      });
      await at.world.settled();
      expect(await ownerOf("contacts", other.id)).toBe(first.email);
      await choice(null);
      await at.world.settled();
      expect(await ownerOf("contacts", other.id)).toBe(second.email);
    } finally {
      await choice(null);
      await changeUser(at.world, chosen, {
        permissions: ["assign_contact_owner", "assign_company_owner"],
      });
    }
  });

  test("AP-110 a sync user whom the product deactivates keeps sync running, and raises a warning", async () => {
    const [, second] = await owners(at.world);
    const { id, objectId } = await owned("contacts");
    const user = await syncUser(["assign_contact_owner"]);
    await changeUser(at.world, user.id, { active: false });
    const { body } = await at.world.api("GET", "/installation");
    expect(body).toMatchObject({
      state: "active",
      warnings: [
        {
          code: "sync_user_deactivated",
          remedy: "Another admin can reconnect HubSpot.",
        },
      ],
    });
    await changeObject(at.world, "contacts", objectId, {
      hubspot_owner_id: second.id,
    });
    await at.world.settled();
    expect(await ownerOf("contacts", id)).toBe(second.email);
    await changeUser(at.world, user.id, { active: true });
    expect((await at.world.api("GET", "/installation")).body).toMatchObject({
      warnings: [],
    });
  });

  test("AP-111 another admin who reconnects becomes the sync user, whose permission counts from then on", async () => {
    const [, second] = await owners(at.world);
    const { id, objectId } = await owned("contacts");
    const before = await syncUser([]);
    await changeObject(at.world, "contacts", objectId, {
      hubspot_owner_id: second.id,
    });
    await at.world.settled();
    expect(await attention(at.world, id)).toMatchObject([
      { code: "owner_permission" },
    ]);
    const { body: portal } = await at.world.control<{
      users: { id: number; email: string }[];
    }>("GET", `/sandbox/portals/${at.world.portalId}`);
    const other = portal.users.find(({ email }) => email !== before.email);
    expect((await at.world.install({ userId: other?.id })).status).toBe(200);
    await at.world.settled();
    expect((await at.world.api("GET", "/installation")).body).toMatchObject({
      syncUser: { id: other?.id },
    });
    expect(await ownerOf("contacts", id)).toBe(second.email);
  });
});
