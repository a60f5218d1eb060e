import { describe, expect, it } from "vitest";
import { useWorld } from "./world.ts";

const world = useWorld();

describe("portals", () => {
  it("come with two admins and an owner for each", async () => {
    const { status, body } = await world().control("POST", "/portals", {});
    expect(status).toBe(201);
    const users = body["users"] as {
      id: number;
      superAdmin: boolean;
      email: string;
    }[];
    expect(users.map(({ superAdmin }) => superAdmin)).toEqual([true, true]);
    const owners = body["owners"] as {
      id: string;
      userId: number;
      email: string;
    }[];
    expect(owners.map(({ userId, email }) => ({ id: userId, email }))).toEqual(
      users.map(({ id, email }) => ({ id, email })),
    );
  });

  it("take ids, users and options, and refuse an id twice or an option that does not exist", async () => {
    const users = [
      {
        id: 7,
        email: "kim@x.example",
        firstName: "Kim",
        lastName: "Lee",
        superAdmin: true,
      },
    ];
    const first = await world().control("POST", "/portals", {
      portalId: 42,
      users,
      options: { profile: "observed", mergeKeepsId: false },
    });
    expect(first.body).toMatchObject({
      portalId: 42,
      users,
      options: { mergeKeepsId: false, archivedHoldsUnique: true },
    });
    expect(
      (await world().control("POST", "/portals", { portalId: 42 })).status,
    ).toBe(409);
    const unknown = await world().control("POST", "/portals", {
      options: { mergeKeepsIds: true },
    });
    expect(unknown.status).toBe(400);
    expect(unknown.body["message"]).toContain("mergeKeepsIds");
    expect(
      (await world().control("GET", "/portals")).body["results"],
    ).toHaveLength(1);
    expect((await world().control("GET", "/portals/43")).status).toBe(404);
  });

  it("change options in the middle of a run", async () => {
    const portalId = await world().portal();
    await world().control("PATCH", `/portals/${portalId}`, {
      options: { mergeKeepsId: true },
    });
    expect(world().sandbox.portals.get(portalId)?.options.mergeKeepsId).toBe(
      true,
    );
  });

  it("are kept apart: a token of one never reads another", async () => {
    const one = await world().installed();
    const other = await world().installed();
    await world().createContact(one, { email: "secret@x.example" });
    const { body } = await world().api("GET", "/crm/objects/2026-09/contacts");
    expect(body["results"]).toEqual([]);
    expect(await world().ids(other, "contacts")).toEqual([]);
  });

  it("are seeded the same way by the same seed, silently", async () => {
    const counts = { contacts: 30, companies: 5, deals: 3, seed: 9 };
    const portals = [await world().installed(), await world().installed()];
    for (const portalId of portals)
      await world().control("POST", `/portals/${portalId}/seed`, counts);
    const truths = await Promise.all(
      portals.map(
        async (portalId) =>
          (
            await world().control(
              "GET",
              `/portals/${portalId}/objects/contacts`,
            )
          ).body["results"] as { properties: Record<string, string> }[],
      ),
    );
    const emails = truths.map((truth) =>
      truth.map(({ properties }) => properties["email"]),
    );
    expect(emails[0]).toHaveLength(30);
    expect(emails[0]).toEqual(emails[1]);
    await world().control("POST", "/webhooks/flush");
    expect(world().events).toEqual([]);
  });

  it("archive the owner of a user who is deactivated", async () => {
    const portalId = await world().portal();
    const { body } = await world().control(
      "POST",
      `/portals/${portalId}/users/${portalId * 10 + 2}/deactivate`,
    );
    expect(
      (body["owners"] as { archived: boolean }[]).map(
        ({ archived }) => archived,
      ),
    ).toEqual([false, true]);
    expect(
      (await world().control("POST", `/portals/${portalId}/users/1/deactivate`))
        .status,
    ).toBe(404);
  });

  it("can withhold scopes that were granted", async () => {
    const portalId = await world().installed();
    await world().control("PATCH", `/portals/${portalId}`, {
      options: { withheldScopes: ["crm.objects.contacts.read"] },
    });
    expect(
      (await world().api("GET", "/crm/objects/2026-09/contacts")).status,
    ).toBe(403);
    await world().control("PATCH", `/portals/${portalId}`, {
      options: { withheldScopes: [] },
    });
    expect(
      (await world().api("GET", "/crm/objects/2026-09/contacts")).status,
    ).toBe(200);
  });
});

describe("what a user does to objects", () => {
  it("creates, edits, deletes and restores, and the truth shows it", async () => {
    const portalId = await world().portal();
    const id = await world().createContact(portalId, {
      email: "Ann@X.example",
      firstname: "Ann",
    });
    const path = `/portals/${portalId}/objects/contacts`;
    await world().control("PATCH", `${path}/${id}`, {
      properties: { firstname: "Anna" },
    });
    const { body } = await world().control("GET", `${path}/${id}`);
    expect(body).toMatchObject({
      id,
      archived: false,
      mergedInto: null,
      properties: { email: "ann@x.example", firstname: "Anna" },
    });
    expect((await world().control("DELETE", `${path}/${id}`)).status).toBe(204);
    expect(await world().ids(portalId, "contacts")).toEqual([]);
    expect(
      (await world().control("GET", `${path}?archived=true`)).body["results"],
    ).toMatchObject([{ id }]);
    await world().control("POST", `${path}/${id}/restore`);
    expect(await world().ids(portalId, "contacts")).toEqual([id]);
  });

  it("associates with a company, as primary, and undoes it", async () => {
    const portalId = await world().portal();
    const contact = await world().createContact(portalId, {
      email: "a@x.example",
    });
    const company = await world().control(
      "POST",
      `/portals/${portalId}/objects/companies`,
      { properties: { name: "Acme" } },
    );
    const pair = {
      fromType: "contacts",
      fromId: contact,
      toType: "companies",
      toId: company.body["id"],
    };
    expect(
      (
        await world().control("PUT", `/portals/${portalId}/associations`, {
          ...pair,
          primary: true,
        })
      ).status,
    ).toBe(204);
    const truth = (): Promise<unknown> =>
      world()
        .control("GET", `/portals/${portalId}/objects/contacts/${contact}`)
        .then(({ body }) => body["associations"]);
    expect(await truth()).toMatchObject([
      { toType: "companies", toId: company.body["id"], primary: true },
    ]);
    expect(
      (
        await world().control(
          "DELETE",
          `/portals/${portalId}/associations`,
          pair,
        )
      ).status,
    ).toBe(204);
    expect(await truth()).toEqual([]);
  });

  it("creates with associations", async () => {
    const portalId = await world().portal();
    const company = await world().control(
      "POST",
      `/portals/${portalId}/objects/companies`,
      { properties: { name: "Acme" } },
    );
    const { status, body } = await world().control(
      "POST",
      `/portals/${portalId}/objects/contacts`,
      {
        properties: { email: "a@x.example" },
        associations: [
          { toType: "companies", toId: company.body["id"], primary: true },
        ],
      },
    );
    expect(status).toBe(201);
    expect(body["associations"]).toMatchObject([
      { toId: company.body["id"], primary: true },
    ]);
  });

  it("merges, and the truth says into what", async () => {
    const portalId = await world().portal();
    const one = await world().createContact(portalId, {
      email: "one@x.example",
    });
    const other = await world().createContact(portalId, {
      email: "two@x.example",
    });
    const path = `/portals/${portalId}/objects/contacts`;
    const merged = await world().control("POST", `${path}/merge`, {
      primaryObjectId: one,
      objectIdToMerge: other,
    });
    expect(merged.status).toBe(200);
    expect(
      (await world().control("GET", `${path}/${other}`)).body["mergedInto"],
    ).toBe(merged.body["id"]);
  });

  it("adds properties and takes them away", async () => {
    const portalId = await world().portal();
    const property = {
      name: "plan",
      label: "Plan",
      type: "string",
      fieldType: "text",
      groupName: "contactinformation",
    };
    expect(
      (
        await world().control(
          "POST",
          `/portals/${portalId}/properties/contacts`,
          property,
        )
      ).status,
    ).toBe(201);
    const id = await world().createContact(portalId, {
      email: "a@x.example",
      plan: "gold",
    });
    expect(
      (
        await world().control(
          "DELETE",
          `/portals/${portalId}/properties/contacts`,
          { name: "plan" },
        )
      ).status,
    ).toBe(204);
    const path = `/portals/${portalId}/objects/contacts/${id}`;
    expect(
      (await world().control("PATCH", path, { properties: { plan: "tin" } }))
        .status,
    ).toBe(400);
  });

  it("is refused with HubSpot's own body where HubSpot would refuse", async () => {
    const portalId = await world().portal();
    const { status, body } = await world().control(
      "POST",
      `/portals/${portalId}/objects/contacts`,
      { properties: { email: "nonsense" } },
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({
      status: "error",
      category: "VALIDATION_ERROR",
    });
  });
});

describe("the control paths", () => {
  it("answer 404 for a path that does not exist and 405 for the wrong method", async () => {
    expect((await world().control("GET", "/nonsense")).status).toBe(404);
    expect((await world().control("PUT", "/portals")).status).toBe(405);
  });

  it("answer 400 for a body that is no JSON", async () => {
    const response = await fetch(`${world().sandbox.url}/sandbox/portals`, {
      method: "POST",
      body: "{",
    });
    expect(response.status).toBe(400);
  });
});
