import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allowanceOf } from "../../../server/hubspot/budget/allowances.ts";
import { grantCalls } from "../../../server/hubspot/budget/rolling-log.ts";

const allowance = { limit: 10, bulkLimit: 8, windowMs: 1_000 };

const steps = fc.array(
  fc.record({
    pause: fc.integer({ min: -5, max: 700 }),
    interactive: fc.nat({ max: 12 }),
    bulk: fc.nat({ max: 12 }),
  }),
  { maxLength: 40 },
);

describe("a rolling window of calls", () => {
  it("never holds more than its limit, nor lets bulk work past its share", () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let now = 1_000_000;
        let log: readonly number[] = [];
        const all: number[] = [];
        for (const { pause, interactive, bulk } of taken) {
          now += pause;
          const before = log.filter((at) => at > now - 1_000).length;
          const grant = grantCalls(log, now, allowance, { interactive, bulk });
          all.push(
            ...grant.log.slice(
              grant.log.length - grant.granted.bulk - grant.granted.interactive,
            ),
          );
          if (grant.granted.bulk > 0) {
            expect(
              before + grant.granted.bulk + grant.granted.interactive,
            ).toBeLessThanOrEqual(allowance.bulkLimit);
          }
          log = grant.log;
        }
        for (const moment of all) {
          const within = all.filter(
            (at) => at > moment - 1_000 && at <= moment,
          );
          expect(within.length).toBeLessThanOrEqual(allowance.limit);
        }
      }),
    );
  });

  it("grants at the moment that it names, and not a millisecond before", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 999 }), { maxLength: 10 }),
        fc.constantFrom("interactive", "bulk"),
        (ages, kind) => {
          const now = 1_000_000;
          const log = ages.map((age) => now - age).toSorted((a, b) => a - b);
          const wish = { interactive: 0, bulk: 0, [kind]: 1 };
          const { nextAt } = grantCalls(log, now, allowance, wish);
          if (nextAt === null) return;
          const early = grantCalls(log, nextAt - 1, allowance, wish);
          const then = grantCalls(log, nextAt, allowance, wish);
          expect(early.granted[kind]).toBe(0);
          expect(then.granted[kind]).toBe(1);
        },
      ),
    );
  });

  it("is as wide as HubSpot's, and a little wider", () => {
    expect(allowanceOf("general", null)).toMatchObject({
      limit: 100,
      bulkLimit: 80,
    });
    expect(allowanceOf("general", 110)).toMatchObject({
      limit: 110,
      bulkLimit: 88,
    });
    expect(allowanceOf("general", 250).limit).toBe(110);
    expect(allowanceOf("general", 40).limit).toBe(40);
    expect(allowanceOf("search", 250)).toMatchObject({
      limit: 5,
      bulkLimit: 4,
    });
    expect(allowanceOf("general", null).windowMs).toBeGreaterThan(10_000);
  });
});
