import fc from "fast-check";
import { expect, test } from "vitest";
import { FairSlots, mayTakeAnother } from "../../server/fair-slots.ts";

const later = (): number => Date.now() + 60_000;

/** How many slots one key gets while nobody else has any. */
function alone(total: number): number {
  let held = 0;
  while (mayTakeAnother(held, total - held)) held += 1;
  return held;
}

test("one alone gets about a third, and never all of more than one", () => {
  expect([1, 2, 4, 8, 12, 16, 64].map(alone)).toEqual([1, 1, 2, 3, 4, 6, 22]);
});

test("whoever comes finds a slot, until many have taken theirs", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 5 }),
      async (total, hoarders) => {
        const slots = new FairSlots<number>(total);
        let taken = 0;
        for (let key = 0; key < hoarders; key++)
          for (let wish = 0; wish < total + 1; wish++)
            void slots.take({ key, until: later() }).then(() => (taken += 1));
        await Promise.resolve();
        await new Promise(setImmediate);
        expect(taken).toBeLessThanOrEqual(total);
        // Each hoarder leaves half of what it finds.
        if (total < 2 ** (hoarders + 1)) return;
        const newcomer = await slots.take({ key: -1, until: later() });
        expect(newcomer).not.toBeNull();
        const nobody = await slots.take({ key: null, until: later() });
        expect(nobody === null).toBe(false);
      },
    ),
    { numRuns: 60 },
  );
});

test("slots are given back, to those who came first, and urgent ones before", async () => {
  const slots = new FairSlots<string>(2);
  const order: string[] = [];
  const first = await slots.take({ key: null, until: later() });
  const second = await slots.take({ key: null, until: later() });
  const wait = async (key: string, urgent: boolean): Promise<void> => {
    const free = await slots.take({ key, urgent, until: later() });
    order.push(key);
    free?.();
  };
  const all = [wait("a", false), wait("b", false), wait("c", true)];
  expect(slots.waiting).toBe(3);
  first?.();
  await Promise.all(all);
  second?.();
  expect(order).toEqual(["c", "a", "b"]);
  expect(slots.waiting).toBe(0);
});

test("some slots are kept for urgent wishes", async () => {
  const slots = new FairSlots<string>(3, 2);
  const got = await slots.take({ key: "a", until: later() });
  expect(got).not.toBeNull();
  expect(await slots.take({ key: "b", until: Date.now() })).toBeNull();
  expect(
    await slots.take({ key: "b", urgent: true, until: later() }),
  ).not.toBeNull();
});

test("a wish ends with its time, or with its signal, and takes nothing then", async () => {
  const slots = new FairSlots<string>(1);
  const free = await slots.take({ key: "a", until: later() });
  expect(await slots.take({ key: "b", until: Date.now() + 5 })).toBeNull();
  const stop = new AbortController();
  const waiting = slots.take({
    key: "b",
    until: later(),
    signal: stop.signal,
  });
  stop.abort();
  expect(await waiting).toBeNull();
  expect(
    await slots.take({ key: "b", until: later(), signal: stop.signal }),
  ).toBeNull();
  free?.();
  expect(slots.waiting).toBe(0);
  expect(await slots.take({ key: "b", until: later() })).not.toBeNull();
});
