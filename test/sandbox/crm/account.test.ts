import { afterEach, describe, expect, it, vi } from "vitest";
import { openPortal, useSandbox } from "./portal-door.ts";

const sandbox = useSandbox();

describe("account details", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ["Europe/Berlin", "2026-01-15T12:00:00Z", "+01:00", 3_600_000],
    ["Europe/Berlin", "2026-07-15T12:00:00Z", "+02:00", 7_200_000],
    ["America/New_York", "2026-01-15T12:00:00Z", "-05:00", -18_000_000],
    ["Asia/Kolkata", "2026-01-15T12:00:00Z", "+05:30", 19_800_000],
    ["UTC", "2026-01-15T12:00:00Z", "+00:00", 0],
  ])(
    "say how far %s is from UTC at %s",
    async (timeZone, now, utcOffset, utcOffsetMilliseconds) => {
      vi.useFakeTimers({ toFake: ["Date"], now: new Date(now) });
      const { call } = openPortal(sandbox(), { timeZone });
      const { body } = await call("GET", "/account-info/2026-09/details");
      expect(body).toMatchObject({
        timeZone,
        utcOffset,
        utcOffsetMilliseconds,
      });
    },
  );
});
