import { expect, test } from "vitest";
import { BatchesAtOnce } from "../../../server/sync/sources/batches-at-once.ts";

/** Batches whose work ends when the test says so. */
function controlled() {
  const begun: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<void>>();
  const work = ([id = 0]: readonly number[]): Promise<void> => {
    begun.push(id);
    const end = Promise.withResolvers<void>();
    ends.set(id, end);
    return end.promise;
  };
  return {
    begun,
    work,
    end: (id: number) => ends.get(id)?.resolve(),
    fail: (id: number, error: Error) => ends.get(id)?.reject(error),
  };
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

test("a batch starts when any one of those before it ends, and names its ids while it runs", async () => {
  const { begun, work, end } = controlled();
  const batches = new BatchesAtOnce<number>(3);
  for (const id of [1, 2, 3]) await batches.start([id], work);
  const fourth = batches.start([4], work);
  await turn();
  expect(begun).toEqual([1, 2, 3]);
  end(2);
  await fourth;
  expect(begun).toEqual([1, 2, 3, 4]);
  expect(batches.ids).toEqual([1, 3, 4]);
  for (const id of [1, 3, 4]) end(id);
  await batches.end();
  expect(batches.ids).toEqual([]);
});

test("after the failure of the middle one of three none starts, the others end, and then it's thrown", async () => {
  const { begun, work, end, fail } = controlled();
  const batches = new BatchesAtOnce<number>(3);
  for (const id of [1, 2, 3]) await batches.start([id], work);
  const refused = new Error("the middle one");
  fail(2, refused);
  const fourth = batches.start([4], work);
  const thrown = fourth.catch((error: unknown) => error);
  let isOver = false;
  void thrown.then(() => (isOver = true));
  await turn();
  expect(isOver).toBe(false);
  expect(batches.ids).toEqual([1, 3]);
  end(1);
  await turn();
  expect(isOver).toBe(false);
  end(3);
  expect(await thrown).toBe(refused);
  expect(begun).toEqual([1, 2, 3]);
  await expect(batches.end()).rejects.toBe(refused);
});
