import { describe, expect, it } from "vitest";
import { openPortal, useSandbox, type Json } from "./portal-client.ts";

const sandbox = useSandbox();

describe("owners", () => {
  it("are found by email and user, and move to the archive with their user", async () => {
    const { call, portal } = openPortal(sandbox());
    const [user] = portal.users;
    const owners = "/crm/owners/2026-09";
    const list = async (query: string) =>
      (await call("GET", `${owners}?${query}`)).body["results"] as Json[];
    expect(
      await list(
        `email=${encodeURIComponent(String(user?.email.toUpperCase()))}`,
      ),
    ).toHaveLength(1);
    portal.setUserActive(user?.userId ?? 0, false);
    expect(() => {
      portal.setUserActive(12_345, false);
    }).toThrow("resource not found");
    const [archived] = await list("archived=true");
    expect(archived).toMatchObject({
      archived: true,
      userIdIncludingInactive: user?.userId,
    });
    expect(archived?.["userId"]).toBeNull();
    expect((await call("GET", `${owners}?after=next`)).status).toBe(400);
    const byUser = `${owners}/${String(user?.userId)}?idProperty=userId`;
    expect((await call("GET", byUser)).status).toBe(404);
    expect((await call("GET", `${byUser}&archived=true`)).body["id"]).toBe(
      archived?.["id"],
    );
  });

  it("have a key for teams only if the user is in one", async () => {
    const { call, portal } = openPortal(sandbox());
    const [first, second] = portal.users;
    portal.setTeams(first?.userId ?? 0, [
      { name: "East", primary: true },
      { name: "West", primary: false },
    ]);
    portal.setTeams(second?.userId ?? 0, [{ name: "West", primary: true }]);
    const owners = async () =>
      (await call("GET", "/crm/owners/2026-09")).body["results"] as {
        teams?: Json[];
      }[];
    const [one, other] = await owners();
    expect(one?.teams).toEqual([
      { id: expect.any(String) as string, name: "East", primary: true },
      { id: expect.any(String) as string, name: "West", primary: false },
    ]);
    expect(other?.teams?.[0]?.["id"]).toBe(one?.teams?.[1]?.["id"]);
    portal.setTeams(second?.userId ?? 0, []);
    expect(Object.keys((await owners())[1] ?? {})).not.toContain("teams");
  });
});
