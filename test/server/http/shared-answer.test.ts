import { expect, test, vi } from "vitest";
import { SharedAnswer } from "../../../server/http/shared-answer.ts";

test("who asks while an answer is made, or while it is good, gets that one; a failure is told to those and tried again", async () => {
  let made = 0;
  let fails = true;
  const shared = new SharedAnswer(async () => {
    const mine = ++made;
    await Promise.resolve();
    if (fails) throw new Error(`failure ${mine}`);
    return mine;
  }, 60_000);
  const failed = await Promise.allSettled([shared.get(), shared.get()]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(made).toBe(1);
  fails = false;
  expect(await Promise.all([shared.get(), shared.get()])).toEqual([2, 2]);
  expect(await shared.get()).toBe(2);
});

test("an answer that is good no longer is made again", async () => {
  let made = 0;
  for (const freshMs of [0, 1]) {
    const shared = new SharedAnswer(() => Promise.resolve(++made), freshMs);
    const first = await shared.get();
    await vi.waitFor(async () =>
      expect(await shared.get()).toBeGreaterThan(first),
    );
  }
});
