import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallLimits } from "../../sandbox/limits/call-limits.ts";
import { RollingWindow } from "../../sandbox/limits/rolling-window.ts";
import { limitSettingsSchema } from "../../sandbox/limits/settings.ts";
import { useWorld } from "./world.ts";

const world = useWorld();
const LIST = "/crm/objects/2026-09/contacts";

function search(): Promise<{
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}> {
  return world().api("POST", `${LIST}/search`, { limit: 1 });
}

describe("a portal's limits", () => {
  it("admit 110 calls in ten seconds, say what is left, and name the limit that refuses", async () => {
    await world().installed();
    const first = await world().api("GET", LIST);
    expect(first.headers.get("x-hubspot-ratelimit-max")).toBe("110");
    expect(first.headers.get("x-hubspot-ratelimit-remaining")).toBe("109");
    expect(first.headers.get("x-hubspot-ratelimit-interval-milliseconds")).toBe(
      "10000",
    );
    const answers = await Promise.all(
      Array.from({ length: 119 }, () => world().api("GET", LIST)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(109);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({
      status: "error",
      message: "You have reached your ten_secondly_rolling limit.",
      errorType: "RATE_LIMIT",
      policyName: "TEN_SECONDLY_ROLLING",
    });
    expect(refused?.headers.get("x-hubspot-ratelimit-remaining")).toBe("0");
    expect(refused?.headers.get("retry-after")).toBeNull();
  });

  it("count searches apart, five a second, without headers", async () => {
    await world().installed();
    const answers = await Promise.all(Array.from({ length: 6 }, search));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(
      answers.find(({ status }) => status === 429)?.body["policyName"],
    ).toBe("SECONDLY");
    expect(answers[0]?.headers.get("x-hubspot-ratelimit-max")).toBeNull();
    expect(
      (await world().api("GET", LIST)).headers.get(
        "x-hubspot-ratelimit-remaining",
      ),
    ).toBe("109");
  });

  it("count associations apart", async () => {
    await world().installed({
      limits: { tenSecondly: 1, associationsTenSecondly: 2 },
    });
    const path = "/crm/associations/2026-09/contacts/companies/batch/read";
    const read = (): Promise<{ status: number }> =>
      world().api("POST", path, { inputs: [{ id: "1" }] });
    const statuses = [await read(), await read(), await read()].map(
      ({ status }) => status,
    );
    expect(statuses.slice(0, 2).every((status) => status < 300)).toBe(true);
    expect(statuses[2]).toBe(429);
    expect((await world().api("GET", LIST)).status).toBe(200);
  });

  it("can have a day's end, and Retry-After, by option", async () => {
    const portalId = await world().installed({
      dailyLimit: 2,
      retryAfter: true,
    });
    await world().api("GET", LIST);
    await world().api("GET", LIST);
    const { status, body, headers } = await world().api("GET", LIST);
    expect(status).toBe(429);
    expect(body).toMatchObject({
      message: "You have reached your daily limit.",
      policyName: "DAILY",
    });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    await world().control("PATCH", `/portals/${portalId}`, {
      options: { dailyLimit: null },
    });
    expect((await world().api("GET", LIST)).status).toBe(200);
  });

  it("begin a new day at the midnight of the account's time zone", () => {
    const settings = limitSettingsSchema.parse({});
    if (settings === "unlimited") throw new Error("there are limits");
    for (const [timeZone, midnight] of [
      ["America/New_York", "2026-07-02T04:00:00Z"],
      ["America/New_York", "2026-12-02T05:00:00Z"],
      ["Asia/Kolkata", "2026-07-01T18:30:00Z"],
      ["UTC", "2026-07-02T00:00:00Z"],
    ] as const) {
      const limits = new CallLimits(settings);
      const options = {
        dailyLimit: 1,
        timeZone,
        retryAfter: true,
        rateLimitNamedBy: "errorType",
      } as const;
      const admit = (ms: number) =>
        limits.admit("general", options, Date.parse(midnight) + ms).refusal;
      expect(admit(-90_000)).toBeNull();
      expect(admit(-60_000)).toMatchObject({
        status: 429,
        body: { policyName: "DAILY" },
        headers: { "Retry-After": "60" },
      });
      expect(admit(0)).toBeNull();
      expect(admit(1)).toMatchObject({ status: 429 });
    }
  });

  it("name themselves by error type, or by option by category", async () => {
    for (const [rateLimitNamedBy, named, absent] of [
      ["errorType", { errorType: "RATE_LIMIT" }, "category"],
      ["category", { category: "RATE_LIMITS" }, "errorType"],
    ] as const) {
      await world().installed({ rateLimitNamedBy, limits: { tenSecondly: 1 } });
      await world().api("GET", LIST);
      const { body } = await world().api("GET", LIST);
      expect(body).toMatchObject({
        ...named,
        policyName: "TEN_SECONDLY_ROLLING",
      });
      expect(body).not.toHaveProperty(absent);
    }
  });

  it("can be lifted", async () => {
    await world().installed({ limits: "unlimited" });
    const answers = await Promise.all(
      Array.from({ length: 150 }, () => world().api("GET", LIST)),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers[0]?.headers.get("x-hubspot-ratelimit-max")).toBeNull();
  });
});

describe("a rolling window", () => {
  it("never admits more than its size in any interval, and refuses only when it is full", () => {
    const steps = fc.array(fc.integer({ min: 0, max: 400 }), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 7 }), (waits, max) => {
        const window = new RollingWindow(max, 1000);
        const admitted: number[] = [];
        let now = 0;
        for (const wait of waits) {
          now += wait;
          const recent = admitted.filter((time) => time > now - 1000).length;
          expect(window.remaining(now)).toBe(max - recent);
          const taken = window.take(now);
          expect(taken).toBe(recent < max);
          if (taken) admitted.push(now);
        }
      }),
    );
  });
});
