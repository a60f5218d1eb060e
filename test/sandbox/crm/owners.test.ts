import { describe, expect, it } from "vitest";
import { openPortal, useSandbox, type Json } from "./portal-door.ts";

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
    expect(portal.deactivateUser(user?.userId ?? 0)).toBe(true);
    expect(portal.deactivateUser(12_345)).toBe(false);
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
});
