import { expect, test } from "vitest";
import type { ListPage } from "../../../server/hubspot/gateway.ts";
import { PASS_BYTES } from "../../../server/sync/pairs/pass-bytes.ts";
import { PagesAhead } from "../../../server/sync/sources/pages-ahead.ts";

const last = 6;

/** Page `n` of six, whose one object has this many characters. */
const page = (n: number, characters = 10): ListPage => ({
  objects: [
    {
      id: String(n),
      objectType: "contact",
      properties: { city: "x".repeat(characters) },
      createdAt: new Date(0),
      updatedAt: new Date(0),
      archived: false,
      mergedIds: [],
    },
  ],
  next: n === last ? null : String(n + 1),
});

const numbers = (pages: readonly ListPage[]): string[] =>
  pages.flatMap(({ objects }) => objects.map(({ id }) => id));

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

test("takes what has come, three pages at most, and asks for none beyond those that wait", async () => {
  const asked: string[] = [];
  const pages = new PagesAhead(
    "1",
    (after = "") => {
      asked.push(after);
      return Promise.resolve(page(Number(after)));
    },
    () => true,
  );
  await turn();
  expect(asked).toEqual(["1", "2", "3"]);
  expect(numbers(await pages.take())).toEqual(["1", "2", "3"]);
  await turn();
  expect(numbers(await pages.take())).toEqual(["4", "5", "6"]);
  expect(await pages.take()).toEqual([]);
});

test("if the second request of three fails, the page before it is taken, then the error is thrown, and no further page is asked for", async () => {
  const asked: string[] = [];
  const failure = new Error("the second page");
  const pages = new PagesAhead(
    "1",
    (after = "") => {
      asked.push(after);
      return after === "2"
        ? Promise.reject(failure)
        : Promise.resolve(page(Number(after)));
    },
    () => true,
  );
  await turn();
  expect(numbers(await pages.take())).toEqual(["1"]);
  await expect(pages.take()).rejects.toBe(failure);
  expect(asked).toEqual(["1", "2"]);
});

test("pages of many values are taken one at a time, and none is asked for beyond what a pass works on", async () => {
  const asked: string[] = [];
  const pages = new PagesAhead(
    "1",
    (after = "") => {
      asked.push(after);
      return Promise.resolve(page(Number(after), PASS_BYTES - 1_000));
    },
    () => true,
  );
  await turn();
  // The first is below what a pass works on, the second is beyond it.
  expect(asked).toEqual(["1", "2"]);
  expect(numbers(await pages.take())).toEqual(["1"]);
  expect(numbers(await pages.take())).toEqual(["2"]);
});

test("after the end of a turn's time no further page is asked for", async () => {
  const asked: string[] = [];
  const pages = new PagesAhead(
    "1",
    (after = "") => {
      asked.push(after);
      return Promise.resolve(page(Number(after)));
    },
    () => false,
  );
  await turn();
  expect(numbers(await pages.take())).toEqual(["1"]);
  expect(await pages.take()).toEqual([]);
  expect(asked).toEqual(["1"]);
});
