import { describe, expect, it, onTestFinished } from "vitest";
import { startSandbox } from "../../sandbox/app.ts";

const users = [
  { id: 11, email: "ada@users.example", firstName: "Ada", superAdmin: true },
  { id: 12, email: "ben@users.example", firstName: "Ben", superAdmin: false },
  { id: 13, email: "cleo@users.example", firstName: "Cleo" },
];

/** Calls of HubSpot's API with a token that has these scopes. */
async function portalWith(...scopes: string[]) {
  const sandbox = await startSandbox({
    publicUrl: "http://127.0.0.1:9",
    app: { appId: 1, clientSecret: "secret" },
  });
  onTestFinished(() => sandbox.close());
  const entry = sandbox.createPortal({ users });
  const { grants } = sandbox.platform;
  const { value } = grants.issueAccessToken(
    grants.install({
      portalId: entry.portalId,
      userId: 11,
      scopes: new Set(scopes),
      redirectUri: "",
      challenge: null,
      expiresAt: 0,
    }),
    1_800,
  );
  const get = async (path: string) => {
    const response = await fetch(sandbox.url + path, {
      headers: { authorization: `Bearer ${value}` },
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text.startsWith("{")
        ? (JSON.parse(text) as Record<string, unknown>)
        : {},
    };
  };
  return { entry, get };
}

describe("HubSpot's user provisioning", () => {
  it("has a user by id and by email, and says who is a super admin", async () => {
    const { get } = await portalWith("settings.users.read");
    const path = "/settings/users/2026-09";
    expect(await get(`${path}/11`)).toEqual({
      status: 200,
      body: {
        id: "11",
        email: "ada@users.example",
        firstName: "Ada",
        lastName: "",
        roleIds: [],
        superAdmin: true,
      },
    });
    expect(
      (
        await get(
          `${path}/${encodeURIComponent("BEN@users.example")}?idProperty=EMAIL`,
        )
      ).body,
    ).toMatchObject({ id: "12", superAdmin: false });
    expect((await get("/settings/v3/users/12")).body["id"]).toBe("12");
    for (const unknown of ["99", "ada@users.example"])
      expect((await get(`${path}/${unknown}`)).status, unknown).toBe(404);
  });

  it("lists users a page at a time, without those who are deactivated", async () => {
    const { entry, get } = await portalWith("settings.users.read");
    const first = (await get("/settings/users/2026-09?limit=2")).body;
    expect(first).toMatchObject({
      results: [{ id: "11" }, { id: "12" }],
      paging: { next: { after: "13" } },
    });
    const second = (await get("/settings/users/2026-09?limit=2&after=13")).body;
    expect(second).toMatchObject({ results: [{ id: "13" }] });
    expect(second["paging"]).toBeUndefined();
    entry.setUserActive(12, false);
    expect((await get("/settings/users/2026-09/12")).status).toBe(404);
    expect(
      ((await get("/settings/users/2026-09")).body["results"] as unknown[])
        .length,
    ).toBe(2);
    expect((await get("/settings/users/2026-09?after=x")).status).toBe(400);
  });

  it("is refused without the scope", async () => {
    const { get } = await portalWith("crm.objects.owners.read");
    const { status, body } = await get("/settings/users/2026-09/11");
    expect(status).toBe(403);
    expect(body).toMatchObject({ category: "MISSING_SCOPES" });
  });
});
