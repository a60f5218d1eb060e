import { describe, expect, it } from "vitest";
import { WaitError } from "../../../server/hubspot/errors.ts";
import { oneCompany } from "./one-company.ts";
import { thrown } from "./thrown.ts";
import { bulk, interactive, useWorld } from "./world.ts";

const world = useWorld();
const name = { properties: ["name"] } as const;
const noPath = { path: "*/batch/*" } as const;

describe("a wait", () => {
  it("after a 429 of the ten seconds is one for the whole portal and every process", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const error = await world().withFaults(
      portalId,
      [
        {
          ...noPath,
          status: 429,
          policyName: "TEN_SECONDLY_ROLLING",
          times: 1,
        },
      ],
      () => thrown(gateway.read("company", [id], name, bulk)),
    );
    expect(error).toBeInstanceOf(WaitError);
    expect(error).toMatchObject({ scope: "portal" });
    const other = await thrown(
      world()
        .gateway(portalId)
        .read("company", [id], name, { ...bulk, deadlineMs: 1_000 }),
    );
    expect(other).toBeInstanceOf(WaitError);
    expect(await world().counted(portalId, "/batch/read")).toEqual({ 429: 1 });
    const search = await thrown(
      world()
        .gateway(portalId)
        .searchByIdentity("company", ["x.example"], [], {
          ...bulk,
          deadlineMs: 1_000,
        }),
    );
    expect(search).toBeInstanceOf(WaitError);
  });

  it("after a 429 of searches is short, is sat out, and leaves the rest alone", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    await world().withFaults(
      portalId,
      [{ path: "*/search", status: 429, policyName: "SECONDLY", times: 1 }],
      async () => {
        const searching = gateway.searchByIdentity(
          "company",
          ["x.example"],
          [],
          bulk,
        );
        await gateway.read("company", [id], name, { ...bulk, deadlineMs: 500 });
        expect(await searching).toEqual([]);
      },
    );
    expect(await world().counted(portalId, "/search")).toEqual({
      200: 1,
      429: 1,
    });
  });

  it("after a daily 429 lasts a quarter of an hour", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const error = await world().withFaults(
      portalId,
      [{ ...noPath, status: 429, policyName: "DAILY", times: 1 }],
      () => thrown(gateway.read("company", [id], name, interactive)),
    );
    expect(error).toBeInstanceOf(WaitError);
    if (!(error instanceof WaitError)) return;
    const minutes = (error.until.getTime() - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(14);
    expect(minutes).toBeLessThanOrEqual(15);
  });

  it("while an account moves is as long as HubSpot says", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const inputs = [{ traceId: "t", id, properties: { city: "x" } }];
    const error = await world().withFaults(
      portalId,
      [{ ...noPath, status: 477, times: 1 }],
      () =>
        thrown(
          gateway.update("company", inputs, { ...bulk, deadlineMs: 1_000 }),
        ),
    );
    expect(error).toBeInstanceOf(WaitError);
    if (!(error instanceof WaitError)) return;
    expect(error.scope).toBe("portal");
    expect(error.until.getTime() - Date.now()).toBeGreaterThan(1_000);
  });
});
