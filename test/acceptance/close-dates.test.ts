import { beforeAll, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import {
  closeDates,
  dealIn,
  makeDealIn,
  moveTo,
  switchOn,
} from "./steps/deals.ts";
import { changeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { change, objectOf, record, recordOf } from "./steps/records.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

// HubSpot keeps a close date as a time, and shows the day that it is in the account's time zone.

/** The first and the last moment of days in a zone: around a change of the clocks, and of the year. */
const zones: readonly (readonly [
  timeZone: string,
  days: readonly (readonly [date: string, first: string, last: string])[],
])[] = [
  [
    "UTC",
    [["2026-12-31", "2026-12-31T00:00:00.000Z", "2026-12-31T23:59:59.999Z"]],
  ],
  [
    "America/New_York",
    [
      ["2026-03-08", "2026-03-08T05:00:00.000Z", "2026-03-09T03:59:59.999Z"],
      ["2026-11-01", "2026-11-01T04:00:00.000Z", "2026-11-02T04:59:59.999Z"],
    ],
  ],
  [
    "America/Los_Angeles",
    [["2026-12-31", "2026-12-31T08:00:00.000Z", "2027-01-01T07:59:59.999Z"]],
  ],
  [
    "America/St_Johns",
    [["2024-02-29", "2024-02-29T03:30:00.000Z", "2024-03-01T03:29:59.999Z"]],
  ],
  [
    "Europe/Berlin",
    [
      ["2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"],
      ["2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"],
    ],
  ],
  [
    // Clocks go from midnight to one.
    "Africa/Cairo",
    [["2026-04-24", "2026-04-23T22:00:00.000Z", "2026-04-24T20:59:59.999Z"]],
  ],
  [
    "Asia/Kathmandu",
    [["2026-12-31", "2026-12-30T18:15:00.000Z", "2026-12-31T18:14:59.999Z"]],
  ],
  [
    // Clocks move by half an hour.
    "Australia/Lord_Howe",
    [["2026-10-04", "2026-10-03T13:30:00.000Z", "2026-10-04T12:59:59.999Z"]],
  ],
  [
    "Pacific/Kiritimati",
    [["2027-01-01", "2026-12-31T10:00:00.000Z", "2027-01-01T09:59:59.999Z"]],
  ],
  [
    "Pacific/Pago_Pago",
    [["2026-12-31", "2026-12-31T11:00:00.000Z", "2027-01-01T10:59:59.999Z"]],
  ],
];

/** The time that HubSpot has, spelled as above: it leaves out milliseconds that are 0. */
const closedIn = async (world: World, objectId: string | null) =>
  new Date(
    (await dealIn(world, objectId)).properties["closedate"] ?? "",
  ).toISOString();

describe.each(profiles)("close dates, as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  beforeAll(() => switchOn(at.world));

  test.each(zones)(
    "AP-035 in %s, a close date is the same date on both sides",
    async (timeZone, days) => {
      const { world } = at;
      await moveTo(world, timeZone);
      for (const [date, first, last] of days) {
        const early = await makeDealIn(world, {
          dealname: first,
          closedate: first,
        });
        const late = await makeDealIn(world, {
          dealname: last,
          closedate: last,
        });
        const [made] = await inSql<{ id: string }>(
          world,
          "insert into workspace.deals (name, pipeline, stage, close_date) values ($1::text, 'default', 'qualifiedtobuy', $1::text::date) returning id",
          [date],
        );
        const id = made?.id ?? "";
        await calm(world);
        for (const objectId of [early, late]) {
          const pulled = await recordOf(world, "deals", objectId);
          expect(pulled.properties["close_date"]).toBe(date);
          expect(pulled.sync.status).toBe("in_sync");
        }
        // What HubSpot has stays as it is: only a change of the day is sent.
        expect(await closedIn(world, early)).toBe(first);
        expect(await closedIn(world, late)).toBe(last);

        const objectId = await objectOf(world, "deals", id);
        const pushed = await closedIn(world, objectId);
        expect(closeDates(pushed, timeZone)).toBe(date);
        // Another time of the same day is no change, and another day is one.
        await changeObject(world, "deals", objectId, { closedate: last });
        await calm(world);
        expect(await record(world, "deals", id)).toMatchObject({
          properties: { close_date: date },
          sync: { status: "in_sync" },
        });
        expect(await closedIn(world, objectId)).toBe(last);
        const next = new Date(Date.parse(last) + 1).toISOString();
        await changeObject(world, "deals", objectId, { closedate: next });
        await calm(world);
        const { properties } = await record(world, "deals", id);
        expect(properties["close_date"]).toBe(closeDates(next, timeZone));
        expect(properties["close_date"]).not.toBe(date);
        await change(world, "deals", id, { close_date: date });
        await calm(world);
        const back = await closedIn(world, objectId);
        expect(closeDates(back, timeZone)).toBe(date);
      }
    },
  );
});
