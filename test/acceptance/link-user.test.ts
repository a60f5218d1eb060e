import { describe, expect, test } from "vitest";
import { viewCard } from "./card.ts";
import { journal } from "./steps/journal.ts";
import { makeObject, object } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { make, objectOf } from "./steps/records.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { actingAs, addUser } from "./steps/users.ts";
import type { UserDocument } from "./steps/users.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

const at = useWorld({ portal: { searchLagMs: 0 } });

/** The HubSpot users of the portal. */
async function hubspotUsers(world: World) {
  const { body } = await world.control<{
    users: { id: number; email: string }[];
  }>("GET", `/sandbox/portals/${world.portalId}`);
  return body.users;
}

const linkOf = async (world: World, id: string, headers = {}) =>
  world.api<{ url: string; expiresAt: string }>(
    "POST",
    `/users/${id}/link`,
    undefined,
    headers,
  );

/** A browser opens the address, continues to HubSpot, and consents there as a user of a portal. */
async function consent(
  world: World,
  address: string,
  hubspotUserId: number,
  portalId = world.portalId,
): Promise<{ page: string; status: number; body: string }> {
  const first = await fetch(address);
  const page = await first.text();
  const href = /href="(\/oauth\/link\/start[^"]+)"/.exec(page)?.[1];
  if (href === undefined) return { page, status: first.status, body: page };
  const start = await fetch(world.server.publicUrl + href, {
    redirect: "manual",
  });
  const [cookie = ""] = (start.headers.getSetCookie()[0] ?? "").split(";");
  const authorize = new URL(start.headers.get("location") ?? "");
  const form = new URLSearchParams(authorize.search);
  for (const scope of (form.get("scope") ?? "").split(" "))
    form.append("grant", scope);
  form.set("user", `${portalId}:${hubspotUserId}`);
  form.set("decision", "connect");
  const agreed = await fetch(world.sandbox.url + authorize.pathname, {
    method: "POST",
    body: form,
    redirect: "manual",
  });
  const callback = await fetch(agreed.headers.get("location") ?? "", {
    headers: { cookie },
  });
  return { page, status: callback.status, body: await callback.text() };
}

describe("a user with another email in HubSpot", () => {
  test("AP-023 consents there, is known on cards, owns what the user's pushes create, and leaves no token and no other sync user", async () => {
    const { world } = at;
    const [, second] = await owners(world);
    const [connected, other] = await hubspotUsers(world);
    const email = "ben@product.example";
    const { id } = await addUser(world, { email, permissions: ["push"] });
    const connection = async () => {
      const { body } = await world.api("GET", "/installation");
      return [body["state"], body["syncUser"], body["scopes"]];
    };
    const before = await connection();

    const { body: link } = await linkOf(world, id);
    const { page, status, body } = await consent(
      world,
      link.url,
      other?.id ?? 0,
    );
    expect(page).toContain(email);
    expect({ status, body }).toMatchObject({ status: 200 });
    expect(body).toContain("Your users are linked");

    expect(
      (await world.api<UserDocument>("GET", `/users/${id}`)).body,
    ).toMatchObject({
      hubspotUserId: String(other?.id),
      hubspotOwnerId: second.id,
    });
    expect(await connection()).toEqual(before);
    expect(before[1]).toMatchObject({ id: connected?.id });

    const objectId = await makeObject(world, "contacts", {
      email: "card@link.example",
    });
    await world.settled();
    const { pull } = await viewCard(world, "contacts", objectId, {
      userId: other?.id ?? 0,
      email: second.email,
    });
    expect(pull).toMatchObject({ allowed: false, code: "no_permission" });

    await choose(world, { automatic: byHandOnly });
    const made = await make(world, "contacts", { email: "new@link.example" });
    await world.api(
      "POST",
      "/sync/push",
      { objectType: "contact", ids: [made.id] },
      actingAs(email),
    );
    await world.settled();
    const created = await object(
      world,
      "contacts",
      await objectOf(world, "contacts", made.id),
    );
    expect(created.properties["hubspot_owner_id"]).toBe(second.id);
    const [line] = (await journal(world, { recordId: made.id })).filter(
      ({ code }) => code === "created_in_hubspot",
    );
    expect(line).toMatchObject({ by: email });
    expect(line?.reason).toContain(`Owner: ${email}, who pushed it.`);
    // Sync still works with the connection that it had.
    await choose(world);
    await makeObject(world, "contacts", { email: "after@link.example" });
    await world.settled();
  });

  test("is asked for by the product, by an admin, or by the user, and by nobody else", async () => {
    const { world } = at;
    const { id, email } = await addUser(world, { email: "self@link.example" });
    await addUser(world, { email: "else@link.example" });
    expect((await linkOf(world, id, actingAs(email))).status).toBe(200);
    expect(
      (await linkOf(world, id, actingAs("else@link.example"))).status,
    ).toBe(403);
    expect(
      (await linkOf(world, "00000000-0000-7000-8000-000000000001")).status,
    ).toBe(404);
  });

  test.each([
    [
      "an address of another's making",
      (url: string) => url.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
    ],
    [
      "an address for another user",
      (url: string) =>
        url.replace(
          /ticket=(\d+)\.[0-9a-f-]+/,
          "ticket=$1.00000000-0000-7000-8000-000000000001",
        ),
    ],
    ["an address without a ticket", (url: string) => url.replace(/\?.*/, "")],
  ])("%s leads nowhere", async (_what, forge) => {
    const { world } = at;
    const { id } = await addUser(world, {
      email: `${Math.random()}@link.example`,
    });
    const { body } = await linkOf(world, id);
    const forged = await consent(world, forge(body.url), 1);
    expect(forged.status).toBe(400);
    expect(forged.page).toContain(
      "This link isn't valid".replace("'", "&#39;"),
    );
  });

  test("who chooses another HubSpot account is not linked", async () => {
    const { world } = at;
    const { id } = await addUser(world, { email: "astray@link.example" });
    const { body: link } = await linkOf(world, id);
    const { body: other } = await world.control<{
      portalId: number;
      users: { id: number }[];
    }>("POST", "/sandbox/portals", { options: { limits: "unlimited" } });
    const { status, body } = await consent(
      world,
      link.url,
      other.users[0]?.id ?? 0,
      other.portalId,
    );
    expect(status).toBe(403);
    expect(body).toContain("another HubSpot account");
    expect((await world.api("GET", `/users/${id}`)).body).toMatchObject({
      hubspotUserId: null,
    });
  });

  test("takes a HubSpot user from whoever had it", async () => {
    const { world } = at;
    const [connected] = await hubspotUsers(world);
    const one = await addUser(world, { email: "first@taken.example" });
    const two = await addUser(world, { email: "second@taken.example" });
    for (const { id } of [one, two]) {
      const { body } = await linkOf(world, id);
      expect((await consent(world, body.url, connected?.id ?? 0)).status).toBe(
        200,
      );
    }
    expect((await world.api("GET", `/users/${one.id}`)).body).toMatchObject({
      hubspotUserId: null,
    });
    expect((await world.api("GET", `/users/${two.id}`)).body).toMatchObject({
      hubspotUserId: String(connected?.id),
    });
  });
});
