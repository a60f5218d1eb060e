import { Client } from "@hubspot/api-client";
import { describe, expect, it } from "vitest";
import { clientId, clientSecret } from "../fake-app.ts";
import { requiredScopes, useWorld } from "../world.ts";
import { token } from "./app-steps.ts";

const world = useWorld();
const LIST = "/crm/objects/2026-09/contacts";

describe("tokens", () => {
  it("say what they are to introspection, by any of the field names in use", async () => {
    const portalId = await world().installed();
    for (const field of ["token", "access_token"]) {
      const { body } = await token(
        world(),
        { [field]: world().accessToken },
        "/oauth/2026-09/token/introspect",
      );
      expect(body).toMatchObject({
        active: true,
        hub_id: portalId,
        client_id: clientId,
        app_id: 500_001,
        token_use: "access_token",
      });
    }
    const unknown = await token(
      world(),
      { token: "nonsense" },
      "/oauth/2026-09/token/introspect",
    );
    expect(unknown.body).toEqual({ active: false });
    const v1 = await world().request(
      "GET",
      `/oauth/v1/access-tokens/${world().accessToken}`,
    );
    expect(v1.body).toMatchObject({
      hub_id: portalId,
      user_id: portalId * 10 + 1,
    });
  });

  it("name account, user, app and data centre once more, signed, to introspection", async () => {
    const portalId = await world().installed();
    const introspect = async (value: string) =>
      (
        await token(
          world(),
          { token: value },
          "/oauth/2026-09/token/introspect",
        )
      ).body;
    const { signed_access_token: signed, expires_in: seconds } =
      await introspect(world().accessToken);
    expect(signed).toEqual({
      hubId: portalId,
      userId: portalId * 10 + 1,
      appId: 500_001,
      hublet: "na1",
      isUserLevel: false,
      expiresAt: expect.any(Number) as unknown,
      ...Object.fromEntries(
        [
          "scopes",
          "scopeToScopeGroupPks",
          "trialScopes",
          "trialScopeToScopeGroupPks",
          "signature",
          "newSignature",
        ].map((name) => [name, expect.any(String) as unknown]),
      ),
    });
    const { expiresAt } = signed as { expiresAt: number };
    // In milliseconds, where `expires_in` beside it counts whole seconds from now.
    expect(
      Math.abs((expiresAt - Date.now()) / 1000 - Number(seconds)),
    ).toBeLessThan(5);
    const refresh = String(world().app.tokens["refresh_token"]);
    expect(await introspect(refresh)).not.toHaveProperty("signed_access_token");
  });

  it("work on after their refresh token was revoked, but cannot be refreshed", async () => {
    await world().installed();
    const refreshToken = String(world().app.tokens["refresh_token"]);
    expect(
      (
        await token(
          world(),
          { token: refreshToken },
          "/oauth/2026-09/token/revoke",
        )
      ).status,
    ).toBe(204);
    expect((await world().api("GET", LIST)).status).toBe(200);
    const { status, body } = await token(world(), {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    });
    expect(status).toBe(400);
    expect(body["message"]).toBe(
      "refresh token is invalid, expired or revoked",
    );
  });

  it("are refreshed, described and deleted by HubSpot's own client on v1 paths", async () => {
    const portalId = await world().installed();
    const { oauth } = new Client({ basePath: world().sandbox.url });
    const refreshToken = String(world().app.tokens["refresh_token"]);
    const fresh = await oauth.tokensApi.create(
      "refresh_token",
      undefined,
      undefined,
      clientId,
      clientSecret,
      refreshToken,
    );
    expect(fresh).toMatchObject({
      refreshToken,
      expiresIn: 1800,
      tokenType: "bearer",
    });
    const described = await oauth.accessTokensApi.get(fresh.accessToken);
    expect(described).toMatchObject({
      hubId: portalId,
      scopes: requiredScopes,
    });
    expect(await oauth.refreshTokensApi.get(refreshToken)).toMatchObject({
      hubId: portalId,
      clientId,
    });
    await oauth.refreshTokensApi.archive(refreshToken);
    await expect(
      oauth.refreshTokensApi.get(refreshToken),
    ).rejects.toMatchObject({ code: 400 });
  });

  it("can be made to expire", async () => {
    const portalId = await world().installed();
    await world().control("POST", `/portals/${portalId}/tokens/expire`);
    const { status, body } = await world().api("GET", LIST);
    expect(status).toBe(401);
    expect(body["category"]).toBe("EXPIRED_AUTHENTICATION");
    expect(body["message"]).toMatch(
      /^The OAuth token used to make this call expired \d+ second\(s\) ago\.$/,
    );
    const refresh = {
      grant_type: "refresh_token",
      refresh_token: String(world().app.tokens["refresh_token"]),
    };
    expect((await token(world(), refresh)).status).toBe(200);
    await world().control("POST", `/portals/${portalId}/tokens/expire`, {
      refreshTokens: true,
    });
    expect((await token(world(), refresh)).body["status"]).toBe(
      "BAD_REFRESH_TOKEN",
    );
  });

  it("are needed", async () => {
    for (const authorization of [
      "",
      "Bearer nonsense",
      `Basic ${world().accessToken}`,
    ]) {
      const { status, body } = await world().request("GET", LIST, undefined, {
        authorization,
      });
      expect(status).toBe(401);
      expect(body["category"]).toBe("INVALID_AUTHENTICATION");
    }
  });

  it.each([
    [true, 401],
    [false, 200],
  ])(
    "die at uninstall where the portal says so (%s)",
    async (tokensDieAtUninstall, after) => {
      const portalId = await world().installed({ tokensDieAtUninstall });
      const { status, text } = await world().api(
        "DELETE",
        "/appinstalls/2026-09/external-install",
      );
      expect({ status, text }).toEqual({ status: 204, text: "" });
      expect((await world().api("GET", LIST)).status).toBe(after);
      const refresh = {
        grant_type: "refresh_token",
        refresh_token: String(world().app.tokens["refresh_token"]),
      };
      expect((await token(world(), refresh)).body["status"]).toBe(
        "BAD_REFRESH_TOKEN",
      );
      expect(
        (await world().control("GET", `/portals/${portalId}/installation`))
          .status,
      ).toBe(404);
    },
  );
});
