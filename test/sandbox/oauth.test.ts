import { Client } from "@hubspot/api-client";
import { describe, expect, it, vi } from "vitest";
import { Grants } from "../../sandbox/oauth/grants.ts";
import { clientId, clientSecret } from "./fake-app.ts";
import type { Json, World } from "./world.ts";
import { requiredScopes, useWorld } from "./world.ts";

const world = useWorld();
const LIST = "/crm/objects/2026-09/contacts";

function authorizeQuery(
  w: World,
  more: Record<string, string> = {},
): URLSearchParams {
  return new URLSearchParams({
    client_id: clientId,
    redirect_uri: `${w.app.url}/oauth/callback`,
    scope: requiredScopes.join(" "),
    state: "s1",
    ...more,
  });
}

/** Presses "Connect" and answers where the browser is sent. */
async function consent(
  w: World,
  user: string,
  more: Record<string, string> = {},
): Promise<{ status: number; to: URL | null }> {
  const form = authorizeQuery(w, more);
  for (const scope of requiredScopes) form.append("grant", scope);
  form.set("user", user);
  form.set("decision", more["decision"] ?? "connect");
  const { status, headers } = await w.request("POST", "/oauth/authorize", form);
  const location = headers.get("location");
  return { status, to: location === null ? null : new URL(location) };
}

function token(
  w: World,
  fields: Record<string, string>,
  path = "/oauth/2026-09/token",
): Promise<{ status: number; body: Json }> {
  return w.request(
    "POST",
    path,
    new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      ...fields,
    }),
  );
}

async function code(
  w: World,
  portalId: number,
  more: Record<string, string> = {},
): Promise<string> {
  const { to } = await consent(w, `${portalId}:${portalId * 10 + 1}`, more);
  return to?.searchParams.get("code") ?? "";
}

function exchange(
  w: World,
  value: string,
  more: Record<string, string> = {},
): Promise<{ status: number; body: Json }> {
  return token(w, {
    grant_type: "authorization_code",
    code: value,
    redirect_uri: `${w.app.url}/oauth/callback`,
    ...more,
  });
}

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
    await world().install(portalId, { userId: second });
    expect(world().app.tokens["user_id"]).toBe(second);
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

describe("the authorize page", () => {
  it("shows the app, its scopes and the accounts, with everything escaped", async () => {
    const portalId = await world().portal(
      {},
      {
        users: [
          {
            id: 5,
            email: "<b>@x.example",
            firstName: "Eve",
            lastName: "O'Hara",
            superAdmin: true,
          },
        ],
      },
    );
    const { status, text } = await world().request(
      "GET",
      `/oauth/authorize?${authorizeQuery(world(), { state: '"><script>' }).toString()}`,
    );
    expect(status).toBe(200);
    expect(text).toContain("Connect Fake app to HubSpot");
    expect(text).toContain("crm.objects.contacts.write");
    expect(text).toContain(`value="${portalId}:5"`);
    expect(text).toContain("&lt;b&gt;@x.example");
    expect(text).not.toContain("<script>");
  });

  it("offers only the account that its address names", async () => {
    const one = await world().portal();
    const other = await world().portal();
    const { text } = await world().request(
      "GET",
      `/oauth/${one}/authorize?${authorizeQuery(world()).toString()}`,
    );
    expect(text).toContain(`${one}:`);
    expect(text).not.toContain(`${other}:`);
  });

  it.each([
    ["an unknown client", { client_id: "someone" }, "client ID"],
    [
      "a redirect address that is not the app's",
      { redirect_uri: "https://evil.example/" },
      "redirect URL",
    ],
    [
      "a required scope left out",
      { scope: "oauth" },
      "Missing: crm.objects.contacts.read",
    ],
    [
      "a scope that the app has not configured",
      { optional_scope: "content" },
      "Not configured: content",
    ],
    [
      "an unknown challenge method",
      { code_challenge: "x", code_challenge_method: "S1" },
      "challenge method",
    ],
  ])(
    "refuses %s with a page and sends nothing to the app",
    async (_name, more, words) => {
      const { status, text, headers } = await world().request(
        "GET",
        `/oauth/authorize?${authorizeQuery(world(), more).toString()}`,
      );
      expect(status).toBe(400);
      expect(text).toContain(words);
      expect(headers.get("location")).toBeNull();
    },
  );

  it("sends a refusal back with the state", async () => {
    const portalId = await world().portal();
    const { to } = await consent(world(), `${portalId}:${portalId * 10 + 1}`, {
      decision: "cancel",
    });
    expect(to?.searchParams.get("error")).toBe("access_denied");
    expect(to?.searchParams.get("state")).toBe("s1");
    expect(to?.searchParams.has("code")).toBe(false);
  });

  it("lets only admins connect an app", async () => {
    const portalId = await world().portal(
      {},
      { users: [{ id: 5, email: "e@x.example", superAdmin: false }] },
    );
    expect((await consent(world(), `${portalId}:5`)).status).toBe(403);
  });

  it("does not know users that were deactivated", async () => {
    const portalId = await world().portal();
    await world().control(
      "POST",
      `/portals/${portalId}/users/${portalId * 10 + 1}/deactivate`,
    );
    expect(
      (await consent(world(), `${portalId}:${portalId * 10 + 1}`)).status,
    ).toBe(400);
  });
});

describe("the token endpoint", () => {
  it("takes a code once", async () => {
    const value = await code(world(), await world().portal());
    expect((await exchange(world(), value)).status).toBe(200);
    const again = await exchange(world(), value);
    expect(again.status).toBe(400);
    expect(again.body).toMatchObject({
      error: "invalid_grant",
      status: "BAD_AUTH_CODE",
    });
  });

  it("forgets a code that nobody took for five minutes", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const grants = new Grants(1);
      const grant = {
        portalId: 7,
        userId: 1,
        scopes: new Set<string>(),
        redirectUri: "",
        challenge: null,
      };
      const old = grants.issueCode(grant);
      vi.advanceTimersByTime(299_999);
      grants.issueCode(grant);
      expect(grants.portalOfCode(old)).toBe(7);
      vi.advanceTimersByTime(1);
      expect(grants.takeCode(grants.issueCode(grant))?.portalId).toBe(7);
      expect(grants.portalOfCode(old)).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    [
      "another redirect address",
      { redirect_uri: "https://evil.example/" },
      "BAD_REDIRECT_URI",
    ],
    ["another client", { client_id: "someone" }, "BAD_CLIENT_ID"],
    ["a wrong secret", { client_secret: "guess" }, "BAD_CLIENT_SECRET"],
    [
      "no grant type that it knows",
      { grant_type: "password" },
      "BAD_GRANT_TYPE",
    ],
  ])("refuses %s", async (_name, more, status) => {
    const value = await code(world(), await world().portal());
    const { status: http, body } = await exchange(world(), value, more);
    expect(http).toBe(400);
    expect(body["status"]).toBe(status);
  });

  it("asks for the verifier when there was a challenge", async () => {
    const portalId = await world().portal();
    const challenge = {
      code_challenge: "plain-verifier",
      code_challenge_method: "plain",
    };
    const wrong = await exchange(
      world(),
      await code(world(), portalId, challenge),
      { code_verifier: "other" },
    );
    expect(wrong.body["status"]).toBe("BAD_CODE_VERIFIER");
    const none = await exchange(
      world(),
      await code(world(), portalId, challenge),
    );
    expect(none.body["status"]).toBe("BAD_CODE_VERIFIER");
    const right = await exchange(
      world(),
      await code(world(), portalId, challenge),
      { code_verifier: "plain-verifier" },
    );
    expect(right.status).toBe(200);
  });

  it("refreshes on dated, v3 and v1 paths; v1 names only the tokens", async () => {
    await world().installed();
    const refresh = {
      grant_type: "refresh_token",
      refresh_token: String(world().app.tokens["refresh_token"]),
    };
    for (const version of ["2026-09", "2026-03", "v3"]) {
      const { status, body } = await token(
        world(),
        refresh,
        `/oauth/${version}/token`,
      );
      expect(status).toBe(200);
      expect(body).toMatchObject({
        refresh_token: refresh.refresh_token,
        expires_in: 1800,
      });
      expect(body["access_token"]).not.toBe(world().accessToken);
    }
    const v1 = await token(world(), refresh, "/oauth/v1/token");
    expect(Object.keys(v1.body).sort()).toEqual([
      "access_token",
      "expires_in",
      "refresh_token",
      "token_type",
    ]);
  });

  it("hands out a new refresh token and ends the old one where the portal rotates them", async () => {
    await world().installed({ refreshTokenRotates: true });
    const old = String(world().app.tokens["refresh_token"]);
    const first = await token(world(), {
      grant_type: "refresh_token",
      refresh_token: old,
    });
    expect(first.body["refresh_token"]).not.toBe(old);
    const again = await token(world(), {
      grant_type: "refresh_token",
      refresh_token: old,
    });
    expect(again.body).toMatchObject({
      error: "invalid_grant",
      status: "BAD_REFRESH_TOKEN",
    });
  });
});

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
