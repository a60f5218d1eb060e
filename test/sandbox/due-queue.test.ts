import fc from "fast-check";
import { expect, test } from "vitest";
import { DueQueue } from "../../sandbox/webhooks/due-queue.ts";

test("what waits comes out by its time, and in its order where times are equal", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 })),
      fc.integer({ min: -1, max: 21 }),
      (times, now) => {
        const queue = new DueQueue<number>();
        times.forEach((dueAt, item) => queue.add(item, dueAt));
        const taken: number[] = [];
        for (;;) {
          const item = queue.takeDue(now);
          if (item === undefined) break;
          taken.push(item);
        }
        const byTime = times
          .map((dueAt, item) => ({ dueAt, item }))
          .sort((one, other) => one.dueAt - other.dueAt);
        expect(taken).toEqual(
          byTime.filter(({ dueAt }) => dueAt <= now).map(({ item }) => item),
        );
        expect(queue.size).toBe(times.length - taken.length);
        expect(queue.nextDue).toBe(
          byTime.find(({ dueAt }) => dueAt > now)?.dueAt ?? null,
        );
      },
    ),
  );
});
