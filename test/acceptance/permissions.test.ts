import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { askCard, press, viewCard } from "./card.ts";
import type { CardUser } from "./card.ts";
import { attention } from "./steps/attention.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, object } from "./steps/objects.ts";
import { one } from "./steps/one.ts";
import { owners } from "./steps/owners.ts";
import {
  change,
  createLinked,
  make,
  objectOf,
  record,
} from "./steps/records.ts";
import { readRun } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { actingAs, addUser, changeUser } from "./steps/users.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

const at = useWorld();
beforeEach(() => choose(at.world));

let people = 0;
/** A HubSpot user, and a user of the product with the same email and these permissions. */
async function person(
  permissions: readonly string[],
  more: Json = {},
): Promise<CardUser & { id: string }> {
  people++;
  const email = `person${people}@portal.example`;
  const { id } = await addUser(at.world, { email, permissions, ...more });
  return { id, userId: 9_000 + people, email: email.toUpperCase() };
}

/** A linked contact of which the workspace has a newer phone number, and nothing syncs by itself. */
async function changedContact(): Promise<{ id: string; objectId: string }> {
  const [made] = await createLinked(at.world, "contacts", [
    { email: `${randomUUID()}@changed.example`, phone: "+491" },
  ]);
  if (made === undefined) throw new Error("One was made.");
  await choose(at.world, { automatic: byHandOnly });
  await change(at.world, "contacts", made.id, { phone: "+492" });
  return made;
}

const clickBody = (objectId: string, version: string) => ({
  objectTypeId: "0-1",
  objectId,
  version,
  requestId: randomUUID(),
});

describe("AP-117 on a card", () => {
  test("a user without the permission to push sees the button disabled, and the click is a 403 with the same sentence", async () => {
    const { objectId } = await changedContact();
    const user = await person(["pull"]);
    const view = await viewCard(at.world, "contacts", objectId, user);
    const reason = `${user.email} doesn't have permission to push.`;
    expect(view.push).toMatchObject({
      allowed: false,
      code: "no_permission",
      reason,
      remedy: "An admin can grant this permission.",
    });
    expect(view.sync).toMatchObject({ allowed: false, reason });
    expect(view.pull.code).toBeNull();
    const { status, text } = await askCard(
      at.world,
      user,
      "POST",
      "/card/push",
      clickBody(objectId, view.version),
    );
    expect({ status, body: JSON.parse(text) as Json }).toMatchObject({
      status: 403,
      body: { code: "no_permission", reason },
    });
    expect(
      (await object(at.world, "contacts", objectId)).properties["phone"],
    ).toBe("+491");
  });

  test.each([
    ["pull", ["push"], "pull"],
    ["sync", ["push"], "pull"],
    ["sync", ["pull"], "push"],
  ])(
    "%s with only %s is a 403 that names the permission to %s",
    async (action, permissions, lacking) => {
      const { objectId } = await changedContact();
      const user = await person(permissions);
      const { version } = await viewCard(at.world, "contacts", objectId, user);
      const { status, text } = await askCard(
        at.world,
        user,
        "POST",
        `/card/${action}`,
        clickBody(objectId, version),
      );
      expect(status).toBe(403);
      expect(text).toContain(`doesn't have permission to ${lacking}.`);
    },
  );

  test("a deactivated user may do nothing, and the permission works from the moment when it is granted", async () => {
    const { objectId } = await changedContact();
    const user = await person(["push", "pull"], { active: false });
    const view = await viewCard(at.world, "contacts", objectId, user);
    for (const button of [view.push, view.pull, view.sync])
      expect(button).toMatchObject({ allowed: false, code: "inactive_user" });
    await changeUser(at.world, user.id, { active: true });
    const answer = await press(at.world, "push", "contacts", objectId, {
      user,
    });
    expect(answer).toMatchObject({ result: "done" });
    expect(
      (await object(at.world, "contacts", objectId)).properties["phone"],
    ).toBe("+492");
    const [line] = await journal(at.world, {
      recordId:
        (await viewCard(at.world, "contacts", objectId, user)).record?.id ?? "",
    });
    expect(line).toMatchObject({ source: "card", by: user.email });
  });

  test("an unknown HubSpot user may push and pull, unless the settings deny it", async () => {
    const { objectId } = await changedContact();
    const stranger = { userId: 8_001, email: "stranger@portal.example" };
    await choose(at.world, { automatic: byHandOnly, unknownUsers: "deny" });
    const denied = await viewCard(at.world, "contacts", objectId, stranger);
    expect(denied.push).toMatchObject({
      allowed: false,
      code: "unknown_user",
      reason: "stranger@portal.example isn't a known user.",
    });
    const { status, text } = await askCard(
      at.world,
      stranger,
      "POST",
      "/card/push",
      clickBody(objectId, denied.version),
    );
    expect({ status, text }).toMatchObject({ status: 403 });
    expect(text).toContain("unknown_user");

    await choose(at.world, { automatic: byHandOnly });
    expect(
      await press(at.world, "push", "contacts", objectId, { user: stranger }),
    ).toMatchObject({ result: "done" });
  });

  test("a retry needs the permission of its direction, and its button says so", async () => {
    const { id } = await make(at.world, "contacts", {
      email: `${randomUUID()}@retry.example`,
      owner_email: "nobody@retry.example",
    });
    await at.world.settled();
    const objectId = await objectOf(at.world, "contacts", id);
    const user = await person(["pull"]);
    const { problem } = await viewCard(at.world, "contacts", objectId, user);
    expect(problem?.retry).toEqual({
      allowed: false,
      reason: `${user.email} doesn't have permission to push.`,
    });
    const { status } = await askCard(at.world, user, "POST", "/card/retry", {
      ...clickBody(objectId, "v"),
      attentionId: problem?.id,
    });
    expect(status).toBe(403);
  });

  test("HubSpot's user becomes known with the first card, and is the same person if HubSpot names another email later", async () => {
    const { objectId } = await changedContact();
    const user = await person(["pull"]);
    await viewCard(at.world, "contacts", objectId, user);
    expect((await at.world.api("GET", `/users/${user.id}`)).body).toMatchObject(
      {
        hubspotUserId: String(user.userId),
      },
    );
    const renamed = { ...user, email: "renamed@portal.example" };
    expect(
      (await viewCard(at.world, "contacts", objectId, renamed)).push,
    ).toMatchObject({
      allowed: false,
      code: "no_permission",
    });
    // Another email in the product is another person's, until HubSpot says who that is.
    await changeUser(at.world, user.id, { email: "successor@portal.example" });
    expect((await at.world.api("GET", `/users/${user.id}`)).body).toMatchObject(
      {
        hubspotUserId: null,
      },
    );
  });
});

describe("the product's requests in somebody's name", () => {
  test.each([
    ["push", ["pull"]],
    ["pull", ["push"]],
    ["both", ["push"]],
    ["both", ["pull"]],
  ])(
    "AP-117 POST /sync/%s with only %s is a 403, and no run starts",
    async (kind, permissions) => {
      const { id } = await changedContact();
      const user = await person(permissions);
      const before = (await at.world.api("GET", "/runs?limit=1")).body;
      const reply = await at.world.api(
        "POST",
        `/sync/${kind}`,
        { objectType: "contact", ids: [id] },
        actingAs(user.email),
      );
      expect(reply).toMatchObject({
        status: 403,
        body: { code: "no_permission" },
      });
      expect((await at.world.api("GET", "/runs?limit=1")).body).toEqual(before);
    },
  );

  test("a run and its journal name the person", async () => {
    const { id, objectId } = await changedContact();
    const user = await person(["push"]);
    const email = user.email.toLowerCase();
    const reply = await at.world.api<{ runId: string }>(
      "POST",
      "/sync/push",
      { objectType: "contact", ids: [id] },
      actingAs(user.email),
    );
    expect(reply.status).toBe(202);
    await at.world.settled();
    expect(await readRun(at.world, reply.body.runId)).toMatchObject({
      state: "done",
      requestedBy: email,
    });
    expect(
      (await object(at.world, "contacts", objectId)).properties["phone"],
    ).toBe("+492");
    expect(
      one(await journal(at.world, { runId: reply.body.runId }), 0),
    ).toMatchObject({ source: "api", by: email });
  });

  test("AP-117 settings are saved and rolled back with the permission alone, and the version names the person", async () => {
    const put = async (headers: Record<string, string>) => {
      const { body } = await at.world.api<{ version: number; settings: Json }>(
        "GET",
        "/settings",
      );
      return at.world.api<{ version: number }>(
        "PUT",
        "/settings",
        {
          version: body.version,
          settings: { ...body.settings, productName: `Orbit ${people}` },
        },
        headers,
      );
    };
    const { email } = await person(["push", "pull"]);
    expect(await put(actingAs(email))).toMatchObject({
      status: 403,
      body: {
        code: "no_permission",
        reason: `${email.toLowerCase()} doesn't have permission to change the settings.`,
      },
    });
    const admin = await person(["settings"]);
    const saved = await put(actingAs(admin.email));
    expect(saved.status).toBe(200);
    const { version } = saved.body;
    expect(
      (await at.world.api("GET", `/settings/versions/${version}`)).body,
    ).toMatchObject({
      savedBy: admin.email.toLowerCase(),
    });
    const back = (user: CardUser) =>
      at.world.api(
        "POST",
        "/settings/roll-back",
        { version, to: 1 },
        actingAs(user.email),
      );
    expect((await back({ userId: 1, email })).status).toBe(403);
    expect((await back(admin)).status).toBe(200);
    expect(
      (await at.world.api("GET", `/settings/versions/${version + 1}`)).body,
    ).toMatchObject({
      savedBy: admin.email.toLowerCase(),
    });
  });

  test("the user who connected HubSpot may change the settings without the permission", async () => {
    const { body } = await at.world.api<{ syncUser: { email: string } }>(
      "GET",
      "/installation",
    );
    const { email } = await addUser(at.world, {
      email: body.syncUser.email,
      permissions: [],
    });
    const { body: stored } = await at.world.api("GET", "/settings");
    expect(
      (await at.world.api("PUT", "/settings", stored, actingAs(email))).status,
    ).toBe(200);
  });

  test("AP-117 sync is paused and started by whoever may change settings", async () => {
    const { email } = await person(["push", "pull"]);
    for (const move of ["hold", "start"])
      expect(
        await at.world.api(
          "POST",
          `/installation/${move}`,
          undefined,
          actingAs(email),
        ),
      ).toMatchObject({
        status: 403,
        body: { code: "no_permission" },
      });
    expect((await at.world.api("GET", "/installation")).body).toMatchObject({
      state: "active",
    });
    const admin = await person(["settings"]);
    expect(
      await at.world.api(
        "POST",
        "/installation/hold",
        undefined,
        actingAs(admin.email),
      ),
    ).toMatchObject({
      status: 200,
      body: { reason: `paused by ${admin.email.toLowerCase()}` },
    });
    expect(
      (
        await at.world.api(
          "POST",
          "/installation/start",
          undefined,
          actingAs(admin.email),
        )
      ).status,
    ).toBe(200);
  });

  test("AP-117 an owner is changed with the type's permission alone, in one record or in many", async () => {
    const [first, second] = await owners(at.world);
    const { id } = await make(at.world, "contacts", {
      email: `${randomUUID()}@owned.example`,
      owner_email: first.email,
    });
    const user = await person(["push", "assign_company_owner"]);
    const headers = actingAs(user.email);
    const patch = (properties: Json) =>
      at.world.api("PATCH", `/contacts/${id}`, { properties }, headers);
    expect(
      await patch({ owner_email: second.email, phone: "+493" }),
    ).toMatchObject({
      status: 403,
      body: {
        code: "no_permission",
        reason: `${user.email.toLowerCase()} doesn't have permission to assign contact owners.`,
      },
    });
    expect((await record(at.world, "contacts", id)).properties).toMatchObject({
      owner_email: first.email,
    });
    expect(
      (await record(at.world, "contacts", id)).properties,
    ).not.toHaveProperty("phone");
    // Whatever else is written, with the same owner, is written.
    expect(
      (await patch({ owner_email: first.email.toUpperCase(), phone: "+493" }))
        .status,
    ).toBe(200);
    expect((await patch({ owner_email: null })).status).toBe(403);
    expect(
      await at.world.api(
        "POST",
        "/contacts",
        { properties: { owner_email: first.email } },
        headers,
      ),
    ).toMatchObject({ status: 403 });
    const batch = await at.world.api<{ results: readonly Json[] }>(
      "POST",
      "/contacts/batch",
      {
        inputs: [
          { properties: { first_name: "Free" } },
          { id, properties: { owner_email: second.email } },
          { properties: { first_name: "Owned", owner_email: second.email } },
        ],
      },
      headers,
    );
    expect(batch.body.results).toMatchObject([
      { index: 0, status: 201 },
      { index: 1, status: 403, problem: { code: "no_permission" } },
      { index: 2, status: 403, problem: { code: "no_permission" } },
    ]);
    const company = await at.world.api(
      "POST",
      "/companies",
      { properties: { name: "Own", owner_email: first.email } },
      headers,
    );
    expect(company.status).toBe(201);
    await changeUser(at.world, user.id, {
      permissions: ["assign_contact_owner"],
    });
    expect((await patch({ owner_email: second.email })).status).toBe(200);
    expect(
      (
        await at.world.api(
          "PATCH",
          `/companies/${String(company.body["id"])}`,
          { properties: { owner_email: second.email } },
          headers,
        )
      ).status,
    ).toBe(403);
  });

  test("AP-117 an entry is retried and resolved with the permission of its direction, and names who did", async () => {
    const [made] = await createLinked(at.world, "contacts", [
      { email: `${randomUUID()}@held.example`, city: "Ulm" },
    ]);
    const { id, objectId } = one([made], 0) ?? { id: "", objectId: "" };
    await choose(at.world, {
      automatic: byHandOnly,
      contact: { policy: "hold" },
    });
    await change(at.world, "contacts", id, { city: "Bonn" });
    await changeObject(at.world, "contacts", objectId, { city: "Kiel" });
    await choose(at.world, { contact: { policy: "hold" } });
    await at.world.settled();
    const [entry] = await attention(at.world, id);
    expect(entry).toMatchObject({ code: "conflict_held" });
    const resolve = (email: string, choice: string) =>
      at.world.api(
        "POST",
        `/attention/${entry?.id}/resolve`,
        { choice },
        actingAs(email),
      );
    const pulls = await person(["pull"]);
    const { unpermitted } = await viewCard(
      at.world,
      "contacts",
      objectId,
      pulls,
    );
    expect(unpermitted).toEqual({
      push: `${pulls.email} doesn't have permission to push.`,
      pull: null,
    });
    expect(await resolve(pulls.email, "workspace")).toMatchObject({
      status: 403,
      body: {
        reason: `${pulls.email.toLowerCase()} doesn't have permission to push.`,
      },
    });
    expect(await resolve(pulls.email, "hubspot")).toMatchObject({
      status: 200,
      body: { state: "resolved", resolvedBy: pulls.email.toLowerCase() },
    });
    expect((await record(at.world, "contacts", id)).properties["city"]).toBe(
      "Kiel",
    );
  });

  test("what a card would offer is asked for in somebody's name", async () => {
    const { id } = await changedContact();
    const user = await person([]);
    const asked = (headers: Record<string, string>) =>
      at.world.api<{ push: Json }>(
        "GET",
        `/contacts/${id}/sync`,
        undefined,
        headers,
      );
    expect((await asked({})).body.push).toMatchObject({ allowed: true });
    expect((await asked(actingAs(user.email))).body.push).toMatchObject({
      allowed: false,
      code: "no_permission",
    });
  });
});
