import { describe, expect, it } from "vitest";
import { requiredScopes, useWorld } from "../world.ts";

const world = useWorld();
const LIST = "/crm/objects/2026-09/contacts";

describe("install", () => {
  it("goes through the app's own OAuth flow and answers what the callback answered", async () => {
    const portalId = await world().portal();
    const { status, body } = await world().install(portalId);
    expect({ status, body }).toEqual({
      status: 200,
      body: { portalId, apiKey: "key-1" },
    });
    expect(world().app.tokens).toMatchObject({
      token_type: "bearer",
      expires_in: 1800,
      hub_id: portalId,
      user_id: portalId * 10 + 1,
      scopes: requiredScopes,
      token_use: "access_token",
    });
    const list = await world().api("GET", LIST);
    expect({ status: list.status, body: list.body }).toEqual({
      status: 200,
      body: { results: [] },
    });
  });

  it("is done by the first admin who is left, when nobody is named", async () => {
    const portalId = await world().portal(
      {},
      {
        users: [
          { id: 1, email: "rep@x.example", superAdmin: false },
          { id: 2, email: "a@x.example" },
          { id: 3, email: "b@x.example" },
        ],
      },
    );
    await world().control("POST", `/portals/${portalId}/users/2/deactivate`);
    await world().install(portalId);
    expect(world().app.tokens["user_id"]).toBe(3);
    expect((await world().install(portalId, { userId: 1 })).status).toBe(403);
    expect((await world().install(portalId, { userId: 2 })).status).toBe(404);
  });

  it("keeps the app's answer for the desk", async () => {
    const portalId = await world().installed();
    const { body } = await world().control(
      "GET",
      `/portals/${portalId}/installation`,
    );
    expect(body).toEqual({
      apiKey: "key-1",
      appId: 500_001,
      serverUrl: world().app.url,
    });
  });

  it("can be done again by a second admin, who then is the user of the tokens", async () => {
    const portalId = await world().installed();
    const second = portalId * 10 + 2;
    const { body } = await world().install(portalId, { userId: second });
    expect(world().app.tokens["user_id"]).toBe(second);
    expect(body).toEqual({ portalId, apiKey: null });
  });

  it("notes the key that the app gave first, if a later response has none", async () => {
    const portalId = await world().installed();
    await world().install(portalId);
    const { body } = await world().control(
      "GET",
      `/portals/${portalId}/installation`,
    );
    expect(body).toMatchObject({ apiKey: "key-1" });
  });

  it("lets a scope be withheld, and calls that need it are refused by name", async () => {
    const portalId = await world().portal();
    await world().install(portalId, {
      withholdScopes: ["crm.objects.companies.read"],
    });
    expect(world().app.tokens["scopes"]).not.toContain(
      "crm.objects.companies.read",
    );
    expect((await world().api("GET", LIST)).status).toBe(200);
    const refused = await world().api("GET", "/crm/objects/2026-09/companies");
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      category: "MISSING_SCOPES",
      errors: [
        { context: { requiredGranularScopes: ["crm.objects.companies.read"] } },
      ],
    });
  });

  it("answers 502 when the app cannot be reached", async () => {
    const portalId = await world().portal();
    world().sandbox.setPublicUrl("http://127.0.0.1:1");
    expect((await world().install(portalId)).status).toBe(502);
  });
});
