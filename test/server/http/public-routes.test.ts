import { describe, expect, test } from "vitest";
import { startCounterpart } from "../../../server/app.ts";
import { readConfig } from "../../../server/config.ts";
import { useDatabase } from "../../database.ts";
import { environmentFor } from "../environment.ts";
import { postSigned } from "./sign.ts";
import { useWorld } from "./world.ts";

describe("the rate limit of the public OAuth pages", () => {
  const perMinute = 6;
  const world = useWorld({ publicRequestsPerMinute: perMinute });

  test("lets an address through so often, then answers 429 that says when to come back, to programs as a problem and to browsers as a page, and no other client is closed by it", async () => {
    // Two of them begin and end this install.
    const { portalId, apiKey } = await world.connect();
    const open = (path: string, accept = "text/html"): Promise<Response> =>
      fetch(`${world.url}${path}`, {
        redirect: "manual",
        headers: { accept },
      });
    for (let left = perMinute - 2; left > 0; left--) {
      const response = await open("/oauth/install");
      expect(response.status).toBe(302);
      expect(response.headers.get("ratelimit")).toContain(`r=${left - 1};`);
    }

    for (const path of ["/oauth/install", "/oauth/callback?code=guess"]) {
      const shown = await open(path);
      expect(shown.status).toBe(429);
      expect(shown.headers.get("content-type")).toContain("text/html");
      expect(await shown.text()).toContain("Try again in a minute");
      const refused = await open(path, "application/json");
      expect(refused.status).toBe(429);
      expect(refused.headers.get("location")).toBeNull();
      expect(refused.headers.get("set-cookie")).toBeNull();
      expect(refused.headers.get("content-type")).toContain(
        "application/problem+json",
      );
      const wait = Number(refused.headers.get("retry-after"));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(60);
      expect(await refused.json()).toMatchObject({
        status: 429,
        code: "too_many_requests",
      });
    }

    expect((await world.api(apiKey, "GET", "/installation")).status).toBe(200);
    const event = {
      portalId,
      appId: 500_001,
      eventId: 1,
      subscriptionId: 1,
      occurredAt: Date.now(),
      subscriptionType: "object.creation",
      objectTypeId: "0-1",
      objectId: 1,
      attemptNumber: 0,
    };
    expect(
      (
        await postSigned(
          `${world.url}/webhooks/hubspot`,
          JSON.stringify([event]),
        )
      ).status,
    ).toBe(200);
  });
});

describe("the headers for browsers", () => {
  const at = useDatabase();

  test.each([
    { over: "plain HTTP", environment: {}, secure: false },
    {
      over: "HTTPS",
      environment: { PUBLIC_URL: "https://counterpart.example" },
      secure: true,
    },
  ])(
    "keep every answer from being framed, sniffed or scripted, and insist on HTTPS only where it is served: over $over",
    async ({ environment, secure }) => {
      const app = await startCounterpart(
        readConfig(
          environmentFor(at.url, {
            ROLE: "web",
            ...environment,
          }),
        ),
      );
      try {
        for (const [path, status] of [
          ["/oauth/install", 302],
          ["/oauth/callback", 400],
          ["/api/v1/openapi.json", 200],
          ["/api/v1/contacts", 401],
          ["/ui/card?objectTypeId=0-1&objectId=1", 401],
          ["/nothing", 404],
        ] as const) {
          const response = await fetch(`${app.url}${path}`, {
            redirect: "manual",
          });
          const told = Object.fromEntries(response.headers);
          expect({ path, status: response.status }).toEqual({ path, status });
          expect(told).toMatchObject({
            "x-content-type-options": "nosniff",
            "x-frame-options": "SAMEORIGIN",
            "referrer-policy": "no-referrer",
            "cross-origin-opener-policy": "same-origin",
          });
          const policy = told["content-security-policy"] ?? "";
          expect(policy).toContain("default-src 'self'");
          expect(policy).toContain("script-src 'self'");
          expect(policy).toContain("frame-ancestors 'self'");
          expect(policy).toContain("object-src 'none'");
          expect(told).not.toHaveProperty("x-powered-by");
          expect("strict-transport-security" in told).toBe(secure);
          expect(policy.includes("upgrade-insecure-requests")).toBe(secure);
        }
      } finally {
        await app.stop();
      }
    },
  );
});
