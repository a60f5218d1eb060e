import { describe, expect, it, vi } from "vitest";
import { fakeClock } from "../../fake-clock.ts";
import { Grants } from "../../../sandbox/oauth/grants.ts";
import { useWorld } from "../world.ts";
import { code, exchange, token } from "./app-steps.ts";

const world = useWorld();

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

  it("forgets a code that nobody took for five minutes", async () => {
    await fakeClock({ toFake: ["Date"] });
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
