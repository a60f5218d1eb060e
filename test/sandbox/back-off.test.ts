import { describe, expect, it } from "vitest";
import { retryDelay } from "../../sandbox/webhooks/back-off.ts";

const day = 24 * 60 * 60 * 1000;

describe("the waits between a webhook's retries", () => {
  it.each([0, 0.5, 0.999_999])(
    "are ten, grow, and end within 24 hours (chance %s)",
    (chance) => {
      const waits: number[] = [];
      for (let attempt = 0; ; attempt += 1) {
        const wait = retryDelay(attempt, 1, () => chance);
        if (wait === null) break;
        waits.push(wait);
      }
      expect(waits).toHaveLength(10);
      expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
      const total = waits.reduce((sum, wait) => sum + wait, 0);
      expect(total).toBeGreaterThan(day / 2);
      expect(total).toBeLessThanOrEqual(day);
    },
  );

  it("shrink with the time scale", () => {
    expect(retryDelay(0, 0.01, () => 1)).toBeCloseTo(600);
  });
});
