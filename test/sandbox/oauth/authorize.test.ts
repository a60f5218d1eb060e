import { describe, expect, it } from "vitest";
import { useWorld } from "../world.ts";
import { authorizeQuery, consent } from "./app-steps.ts";

const world = useWorld();

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
