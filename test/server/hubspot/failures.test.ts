import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  CancelledError,
  CapabilityMissingError,
  UnavailableError,
} from "../../../server/hubspot/errors.ts";
import { oneCompany } from "./one-company.ts";
import { thrown } from "./thrown.ts";
import { bulk, useWorld } from "./world.ts";

const world = useWorld();
const name = { properties: ["name"] } as const;
const noPath = { path: "*/batch/*" } as const;

describe("a read", () => {
  it("is repeated when a proxy answers HTML instead of HubSpot", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const read = await world().withFaults(
      portalId,
      [{ ...noPath, status: 503, html: true, times: 2 }],
      () => gateway.read("company", [id], name, bulk),
    );
    expect(read.get(id)?.properties["name"]).toBe("One");
    expect(await world().counted(portalId, "/batch/read")).toEqual({
      200: 1,
      503: 2,
    });
  });

  it("says that HubSpot is not available when it stays away", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const error = await world().withFaults(
      portalId,
      [{ ...noPath, status: 502, html: true }],
      () => thrown(gateway.read("company", [id], name, bulk)),
    );
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ status: 502 });
  });

  it("is repeated over a new connection when one is refused", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const read = await world().withFaults(
      portalId,
      [{ ...noPath, refuse: true, times: 1 }],
      () => gateway.read("company", [id], name, bulk),
    );
    expect(read.get(id)?.id).toBe(id);
  });

  it("of many batches makes no further calls once HubSpot has refused one", async () => {
    const { portalId } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const ids = Array.from({ length: 2_000 }, (_, index) => String(index + 1));
    const error = await world().withFaults(
      portalId,
      [{ ...noPath, status: 403, times: 1 }],
      () => thrown(gateway.read("company", ids, name, bulk)),
    );
    expect(error).toBeInstanceOf(CapabilityMissingError);
    // Those that were under way beside it come to their end.
    await pause(300);
    const calls = Object.values(await world().counted(portalId, "/batch/read"));
    expect(calls.reduce((sum, count) => sum + count, 0)).toBeLessThan(9);
  });

  it("ends by its deadline, whatever HubSpot does", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    await gateway.read("company", [id], name, bulk);
    const started = performance.now();
    const error = await world().withFaults(
      portalId,
      [{ ...noPath, latencyMs: 3_000 }],
      () =>
        thrown(
          gateway.read("company", [id], name, { ...bulk, deadlineMs: 300 }),
        ),
    );
    expect(error).toBeInstanceOf(UnavailableError);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("ends with its caller's signal", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const caller = new AbortController();
    const error = await world().withFaults(
      portalId,
      [{ ...noPath, latencyMs: 3_000 }],
      () => {
        const reading = thrown(
          gateway.read("company", [id], name, {
            ...bulk,
            signal: caller.signal,
          }),
        );
        caller.abort();
        return reading;
      },
    );
    expect(error).toBeInstanceOf(CancelledError);
  });
});

describe("a write", () => {
  const city = (id: string, traceId = "t") => [
    { traceId, id, properties: { city: "Rome" } },
  ];

  it("whose answer is dropped after it was done is unknown, and done once", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const outcomes = await world().withFaults(
      portalId,
      [{ dropAfterWrite: true, times: 1 }],
      () => gateway.update("company", city(id), bulk),
    );
    expect(outcomes).toMatchObject([
      { traceId: "t", kind: "unknown", sent: true },
    ]);
    const truth = await world().truth(portalId, "companies");
    expect(truth.get(id)?.["city"]).toBe("Rome");
  });

  it("answered by 5xx is unknown for every input, and not sent again", async () => {
    const { portalId, id } = await oneCompany(world());
    const other = await world().make(portalId, "companies", { name: "Two" });
    const gateway = world().gateway(portalId);
    const outcomes = await world().withFaults(
      portalId,
      [{ ...noPath, status: 504, html: true }],
      () => gateway.update("company", [...city(id), ...city(other, "u")], bulk),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(["unknown", "unknown"]);
    expect(await world().counted(portalId, "/batch/update")).toEqual({
      504: 1,
    });
  });

  it("that HubSpot does not answer in time is unknown", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const outcomes = await world().withFaults(
      portalId,
      [{ ...noPath, latencyMs: 3_000 }],
      () => gateway.update("company", city(id), { ...bulk, deadlineMs: 300 }),
    );
    expect(outcomes).toMatchObject([{ kind: "unknown", sent: true }]);
  });

  it("refused by a lock is sent again when the lock has ended", async () => {
    const { portalId, id } = await oneCompany(world());
    const gateway = world().gateway(portalId);
    const outcomes = await world().withFaults(
      portalId,
      [{ ...noPath, status: 423, times: 1 }],
      () => gateway.update("company", city(id), bulk),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(["result"]);
    expect(await world().counted(portalId, "/batch/update")).toEqual({
      200: 1,
      423: 1,
    });
  });

  it("that no connection takes was never sent, so nothing is unknown", async () => {
    const { portalId, id } = await oneCompany(world());
    const listener = createServer();
    await new Promise<void>((resolve) => {
      listener.listen(0, "127.0.0.1", resolve);
    });
    const address = listener.address();
    const port = typeof address === "object" ? address?.port : 0;
    await new Promise((resolve) => {
      listener.close(resolve);
    });
    const room = world().room("learned", {
      apiUrl: `http://127.0.0.1:${port}`,
    });
    const error = await thrown(
      room.portal(portalId).update("company", city(id), bulk),
    );
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ status: null });
  });

  it("whose caller has given up already is not sent", async () => {
    const { portalId, id } = await oneCompany(world());
    const gone = new AbortController();
    gone.abort();
    const error = await thrown(
      world()
        .gateway(portalId)
        .update("company", city(id), { ...bulk, signal: gone.signal }),
    );
    expect(error).toBeInstanceOf(CancelledError);
    expect(await world().counted(portalId, "/batch/update")).toEqual({});
  });

  it("keeps the outcomes it has when a wait comes in the middle of its halves", async () => {
    const portalId = await world().installed({ profile: "observed" });
    const inputs = [];
    for (let n = 0; n < 4; n++) {
      const id = await world().make(portalId, "companies", { name: `n${n}` });
      const numberofemployees = n === 3 ? "not a number" : "5";
      inputs.push({ traceId: `t${n}`, id, properties: { numberofemployees } });
    }
    const gateway = world().gateway(portalId);
    const limited = { limits: { tenSecondly: 3 } };
    await world().control("PATCH", `/portals/${portalId}`, {
      options: limited,
    });
    const outcomes = await gateway.update("company", inputs, {
      ...bulk,
      deadlineMs: 3_000,
    });
    const kinds = Object.fromEntries(
      outcomes.map((outcome) => [
        outcome.traceId,
        outcome.kind === "unknown" ? { sent: outcome.sent } : outcome.kind,
      ]),
    );
    expect(kinds).toEqual({
      t0: "result",
      t1: "result",
      t2: { sent: false },
      t3: { sent: false },
    });
  });
});

describe("a missing scope", () => {
  it("switches off what it concerns and names the scopes", async () => {
    const portalId = await world().installed();
    await world().control("PATCH", `/portals/${portalId}`, {
      options: { withheldScopes: ["crm.objects.companies.write"] },
    });
    const gateway = world().gateway(portalId);
    const error = await thrown(
      gateway.create("company", [{ traceId: "t", properties: {} }], bulk),
    );
    expect(error).toBeInstanceOf(CapabilityMissingError);
    expect(error).toMatchObject({
      capability: "write:company",
      scopes: expect.arrayContaining(["crm.objects.companies.write"]),
    });
    expect((await gateway.list("contact", name, bulk)).objects).toEqual([]);
  });
});
