import { describe, expect, it } from "vitest";
import { Faults } from "../../sandbox/faults.ts";
import { useWorld } from "./world.ts";

const world = useWorld();
const CONTACTS = "/crm/objects/2026-09/contacts";

function create(email: string): Promise<{ status: number }> {
  return world().api("POST", CONTACTS, {
    properties: { email },
    associations: [],
  });
}

/** What became of a call: its status, or that there was no answer. */
async function outcome(
  call: Promise<{ status: number }>,
): Promise<number | "no answer"> {
  try {
    return (await call).status;
  } catch {
    return "no answer";
  }
}

async function counted(
  method: string,
  path: string,
): Promise<Record<number, number>> {
  const { body } = await world().control("GET", "/requests");
  const rows = body["rows"] as {
    method: string;
    path: string;
    status: number;
    count: number;
  }[];
  const own = rows.filter((row) => row.method === method && row.path === path);
  return Object.fromEntries(own.map(({ status, count }) => [status, count]));
}

describe("a fault", () => {
  it("answers a status with HubSpot's body, for as many calls as it says", async () => {
    await world().installed();
    await world().faults({ status: 502, times: 2 });
    const answers = [
      await world().api("GET", CONTACTS),
      await world().api("GET", CONTACTS),
      await world().api("GET", CONTACTS),
    ];
    expect(answers.map(({ status }) => status)).toEqual([502, 502, 200]);
    expect(answers[0]?.headers.get("content-type")).toContain("json");
    const { body } = await world().control("GET", "/faults");
    expect(body).toEqual({ faults: [{ status: 502, times: 2, hits: 2 }] });
  });

  it("can speak HTML, as a proxy does", async () => {
    await world().installed();
    await world().faults({ status: 503, html: true });
    const { status, headers, text } = await world().api("GET", CONTACTS);
    expect(status).toBe(503);
    expect(headers.get("content-type")).toContain("text/html");
    expect(text).toContain("<h1>503");
    await world().faults({ status: 502, html: "<p>Bad day</p>" });
    expect((await world().api("GET", CONTACTS)).text).toBe("<p>Bad day</p>");
  });

  it("names the limit in a 429", async () => {
    await world().installed();
    await world().faults({ status: 429, policyName: "DAILY" });
    expect((await world().api("GET", CONTACTS)).body).toMatchObject({
      policyName: "DAILY",
      errorType: "RATE_LIMIT",
    });
  });

  it("concerns only the portal, the method and the path that it names", async () => {
    const first = await world().installed();
    const firstToken = world().accessToken;
    await world().installed();
    await world().faults({
      portalId: first,
      method: "get",
      path: "/crm/objects/*/contacts",
      status: 500,
    });
    expect((await world().api("GET", CONTACTS)).status).toBe(200);
    world().accessToken = firstToken;
    expect((await world().api("GET", CONTACTS)).status).toBe(500);
    expect(
      (await world().api("GET", "/crm/objects/2026-09/companies")).status,
    ).toBe(200);
    expect(await outcome(create("a@x.example"))).toBe(201);
  });

  it("strikes at its rate, the same way for the same seed", async () => {
    await world().installed();
    const history = async (seed: number): Promise<number[]> => {
      await world().faults({ status: 500, rate: 0.5, seed });
      const statuses: number[] = [];
      for (let count = 0; count < 20; count += 1)
        statuses.push((await world().api("GET", CONTACTS)).status);
      return statuses;
    };
    const first = await history(3);
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await history(3)).toEqual(first);
    expect(await history(4)).not.toEqual(first);
  });

  it("refuses a connection before anything is done", async () => {
    const portalId = await world().installed();
    await world().faults({ refuse: true, times: 1 });
    expect(await outcome(create("a@x.example"))).toBe("no answer");
    expect(await world().ids(portalId, "contacts")).toEqual([]);
    expect(await outcome(create("a@x.example"))).toBe(201);
    expect(await counted("POST", "/crm/objects/2026-09/{objectType}")).toEqual({
      0: 1,
      201: 1,
    });
  });

  it("loses the answer of a write that was done, and leaves reads alone", async () => {
    const portalId = await world().installed();
    await world().faults({ dropAfterWrite: true });
    expect((await world().api("GET", CONTACTS)).status).toBe(200);
    expect(
      (
        await world().api("POST", `${CONTACTS}/batch/read`, {
          inputs: [],
          properties: [],
        })
      ).status,
    ).toBeLessThan(500);
    expect(await outcome(create("a@x.example"))).toBe("no answer");
    expect(await world().ids(portalId, "contacts")).toHaveLength(1);
  });

  it("answers a 5xx after the write was done", async () => {
    const portalId = await world().installed();
    await world().faults({ dropAfterWrite: true, status: 504, html: true });
    expect(await outcome(create("a@x.example"))).toBe(504);
    expect(await world().ids(portalId, "contacts")).toHaveLength(1);
  });

  it("lets a request land late, after its sender was told nothing", async () => {
    const portalId = await world().installed();
    await world().faults({ lateMs: 600, times: 1 });
    expect(await outcome(create("late@x.example"))).toBe("no answer");
    expect(await world().ids(portalId, "contacts")).toEqual([]);
    expect((await world().control("GET", "/requests")).body["late"]).toBe(1);
    await world().app.until(() =>
      world().events.some(
        (event) => event["subscriptionType"] === "object.creation",
      ),
    );
    expect(await world().ids(portalId, "contacts")).toHaveLength(1);
    expect((await world().control("GET", "/requests")).body["late"]).toBe(0);
  });

  it("adds latency, half of it before the write and half after", async () => {
    await world().installed();
    await world().faults({ latencyMs: 800 });
    const start = performance.now();
    let answered = false;
    const call = create("slow@x.example").then((reply) => {
      answered = true;
      return reply;
    });
    await world().app.until(() => world().events.length > 0);
    expect(answered).toBe(false);
    expect((await call).status).toBe(201);
    expect(performance.now() - start).toBeGreaterThanOrEqual(790);
  });

  it("makes the search index lag, and gives the portal its own lag back", async () => {
    const portalId = await world().installed({ searchLagMs: 0 });
    await world().faults({ portalId, searchLagMs: 60_000 });
    await create("lag@x.example");
    const search = async (): Promise<unknown> =>
      (await world().api("POST", `${CONTACTS}/search`, { limit: 5 })).body[
        "total"
      ];
    expect(await search()).toBe(0);
    await world().control("DELETE", "/faults");
    expect(world().sandbox.portals.get(portalId)?.options.searchLagMs).toBe(0);
    expect(await search()).toBe(1);
  });

  it("spares token calls unless it is of the whole service or names their path", async () => {
    await world().installed();
    const refresh = (): Promise<{ status: number }> =>
      world().request(
        "POST",
        "/oauth/2026-09/token",
        new URLSearchParams({
          grant_type: "refresh_token",
          client_id: "sandbox-client-id",
          client_secret: "sandbox-client-secret",
          refresh_token: String(world().app.tokens["refresh_token"]),
        }),
      );
    await world().faults({ status: 403 });
    expect((await refresh()).status).toBe(200);
    await world().faults({ status: 503 });
    expect((await refresh()).status).toBe(503);
    await world().faults({ status: 400, path: "/token" });
    expect((await refresh()).status).toBe(400);
  });

  it("adds to others: latencies sum up, drawn between bounds, and the first status wins", () => {
    const faults = new Faults();
    faults.replace([
      { latencyMs: [100, 200] },
      { latencyMs: 50, status: 502, path: "/contacts" },
      { status: 429, policyName: "DAILY" },
      { portalId: 2, refuse: true },
    ]);
    const call = {
      portalId: 1,
      method: "GET",
      path: CONTACTS,
      template: "/crm",
      writes: false,
      oauth: false,
    };
    const struck = Array.from({ length: 50 }, () => faults.strike(call));
    for (const misfortune of struck) {
      expect(misfortune).toMatchObject({
        status: 502,
        refuse: false,
        dropAfterWrite: false,
        lateMs: null,
      });
      expect(misfortune?.latencyMs).toBeGreaterThanOrEqual(150);
      expect(misfortune?.latencyMs).toBeLessThan(250);
    }
    expect(
      new Set(struck.map((misfortune) => misfortune?.latencyMs)).size,
    ).toBeGreaterThan(40);
    expect(faults.strike({ ...call, portalId: 2 })?.refuse).toBe(true);
    faults.replace([{ searchLagMs: 5 }, { webhooks: { paused: true } }]);
    expect(faults.strike(call)).toBeNull();
  });

  it("is refused by name when it is not known", async () => {
    const { status, body } = await world().control("PUT", "/faults", {
      latency: 5,
    });
    expect(status).toBe(400);
    expect(body["message"]).toContain("latency");
  });
});

describe("an address that is too long", () => {
  it("is answered 414", async () => {
    await world().installed();
    const { status } = await world().api(
      "GET",
      `${CONTACTS}?properties=${"x".repeat(20_000)}`,
    );
    expect(status).toBe(414);
  });
});

describe("a body that is too large", () => {
  it("is answered 413", async () => {
    await world().installed();
    const { status } = await world().api("POST", CONTACTS, {
      properties: { firstname: "x".repeat(21 * 1024 * 1024) },
    });
    expect(status).toBe(413);
  });
});

describe("the count of requests", () => {
  it("has a row for each portal, method, template and status, until it is cleared", async () => {
    const portalId = await world().installed();
    await world().control("DELETE", "/requests");
    await world().api("GET", CONTACTS);
    await world().api("GET", `${CONTACTS}?limit=5`);
    await world().api("GET", `${CONTACTS}/77`);
    await world().api("GET", "/nothing/here");
    const { body } = await world().control("GET", "/requests");
    expect(body["rows"]).toEqual([
      {
        portalId,
        method: "GET",
        path: "/crm/objects/2026-09/{objectType}",
        status: 200,
        count: 2,
      },
      {
        portalId,
        method: "GET",
        path: "/crm/objects/2026-09/{objectType}/{objectId}",
        status: 404,
        count: 1,
      },
      { portalId, method: "GET", path: "(unknown)", status: 404, count: 1 },
    ]);
    await world().control("DELETE", "/requests");
    expect((await world().control("GET", "/requests")).body["rows"]).toEqual(
      [],
    );
  });
});

describe("the path of a fault", () => {
  it("takes little time for stars that can match in very many ways", async () => {
    await world().installed();
    const before = performance.now();
    await world().faults({ status: 502, path: `${"*a".repeat(40)}*b` });
    const path = `${CONTACTS}/${"a".repeat(2000)}`;
    expect((await world().api("GET", path)).status).toBe(404);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
