import { describe, expect, test } from "vitest";
import type { PropertyDefinition } from "../../../../server/sync/model.ts";
import {
  dateIn,
  middayIn,
} from "../../../../server/sync/values/date-in-zone.ts";
import { meaningOf } from "../../../../server/sync/values/meaning.ts";
import {
  sameValue,
  toHubSpot,
  toWorkspace,
} from "../../../../server/sync/values/value.ts";
import { mapped } from "./situation.ts";

const nobody = { idByEmail: {}, emailById: {} };

const mapping = mapped("close_date", "closedate", {
  conversion: { kind: "date" },
});

const property = (timeZone?: string): PropertyDefinition => ({
  type: "datetime",
  readOnly: false,
  options: null,
  label: "Close Date",
  ...(timeZone === undefined ? {} : { timeZone }),
});

/** What the workspace gets of a time of HubSpot's. */
const pulled = (timeZone: string, time: string): unknown => {
  const converted = toWorkspace(mapping, time, nobody, property(timeZone));
  return converted.ok ? converted.value : converted.code;
};

/** What HubSpot gets of a date. */
const pushed = (timeZone: string, date: string): string => {
  const converted = toHubSpot(mapping, date, nobody, property(timeZone));
  return converted.ok ? converted.value : converted.code;
};

describe("a time of HubSpot's is the date that the account's clocks show", () => {
  test.each([
    ["UTC", "2026-03-31T23:59:59.999Z", "2026-03-31"],
    ["America/New_York", "2026-04-01T03:59:59.999Z", "2026-03-31"],
    ["America/New_York", "2026-04-01T04:00:00.000Z", "2026-04-01"],
    // Clocks are put forward on March 8, at two in the morning, and back on November 1.
    ["America/New_York", "2026-03-08T04:59:59.999Z", "2026-03-07"],
    ["America/New_York", "2026-03-09T03:59:59.999Z", "2026-03-08"],
    ["America/New_York", "2026-11-01T03:59:59.999Z", "2026-10-31"],
    ["America/New_York", "2026-11-02T04:59:59.999Z", "2026-11-01"],
    ["US/Eastern", "2026-11-02T05:00:00.000Z", "2026-11-02"],
    ["Europe/Berlin", "2026-03-28T22:59:59.999Z", "2026-03-28"],
    ["Europe/Berlin", "2026-03-28T23:00:00.000Z", "2026-03-29"],
    ["Europe/Berlin", "2026-03-29T22:00:00.000Z", "2026-03-30"],
    ["Asia/Kolkata", "2026-12-31T18:30:00.000Z", "2027-01-01"],
    ["Asia/Kathmandu", "2026-12-31T18:14:59.999Z", "2026-12-31"],
    ["Pacific/Kiritimati", "2026-12-30T10:00:00.000Z", "2026-12-31"],
    ["Pacific/Pago_Pago", "2027-01-01T10:59:59.999Z", "2026-12-31"],
    // Here clocks are put forward at midnight: there is no such time, and the day starts at one.
    ["Africa/Cairo", "2026-04-23T21:59:59.999Z", "2026-04-23"],
    ["Africa/Cairo", "2026-04-23T22:00:00.000Z", "2026-04-24"],
    ["Australia/Lord_Howe", "2026-10-03T13:29:59.999Z", "2026-10-03"],
    ["America/St_Johns", "2024-02-29T03:30:00.000Z", "2024-02-29"],
  ])("%s %s is on %s", (timeZone, time, date) => {
    expect(pulled(timeZone, time)).toBe(date);
    expect(pulled(timeZone, String(Date.parse(time)))).toBe(date);
    expect(dateIn(timeZone, Date.parse(time))).toBe(date);
  });

  test("a date without a time is on that date everywhere", () => {
    expect(pulled("America/New_York", "2026-03-31")).toBe("2026-03-31");
  });

  test("a day outside the calendar is refused", () => {
    expect(pulled("Pacific/Kiritimati", "9999-12-31T23:00:00Z")).toBe(
      "invalid_date",
    );
    expect(pulled("America/New_York", "0001-01-01T00:00:00Z")).toBe(
      "invalid_date",
    );
  });
});

const zones = [
  "UTC",
  "America/New_York",
  "America/Los_Angeles",
  "America/St_Johns",
  "Europe/Berlin",
  "Africa/Cairo",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
];

describe("a date is sent as its midday, and comes back as the same date", () => {
  test.each(zones)("%s, on each day of three years", (timeZone) => {
    const first = Date.UTC(2025, 0, 1);
    for (let day = 0; day < 3 * 365; day++) {
      const date = new Date(first + day * 86_400_000)
        .toISOString()
        .slice(0, 10);
      const sent = pushed(timeZone, date);
      expect(pulled(timeZone, sent), `${timeZone} ${date}`).toBe(date);
      const clock = new Date(sent).toLocaleTimeString("en-GB", { timeZone });
      expect(clock, `${timeZone} ${date}`).toBe("12:00:00");
    }
  });

  test("far away from today, too", () => {
    for (const timeZone of zones)
      for (const date of [
        "0001-01-02",
        "0099-03-01",
        "1883-11-18",
        "9999-12-30",
      ])
        expect(pulled(timeZone, pushed(timeZone, date))).toBe(date);
    expect(middayIn("UTC", "0099-03-01")).toBe(
      Date.parse("0099-03-01T12:00:00Z"),
    );
  });

  test("a zone that isn't known is UTC", () => {
    expect(pushed("Nowhere/Land", "2026-03-31")).toBe(
      "2026-03-31T12:00:00.000Z",
    );
  });

  test("without the account's zone, and of a property that has dates, the date is sent as it is", () => {
    expect(toHubSpot(mapping, "2026-03-31", nobody, property())).toEqual({
      ok: true,
      value: "2026-03-31",
    });
  });
});

test("two times of one day are one date, and of two days are none", () => {
  const meaning = meaningOf(mapping, property("America/New_York"));
  expect(
    sameValue(meaning, "2026-03-31T04:00:00Z", "2026-04-01T03:59:59Z"),
  ).toBe(true);
  expect(sameValue(meaning, "2026-03-31", "2026-04-01T03:59:59Z")).toBe(true);
  expect(sameValue(meaning, "2026-04-01", "2026-04-01T03:59:59Z")).toBe(false);
});
