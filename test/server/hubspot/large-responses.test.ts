import { beforeAll, expect, test } from "vitest";
import type { Gateway } from "../../../server/hubspot/gateway.ts";
import { TooManyBytesError } from "../../../server/hubspot/errors.ts";
import {
  RESPONSE_BYTES,
  valuesLength,
} from "../../../server/hubspot/response-bytes.ts";
import { bulk, useWorld } from "./world.ts";

const world = useWorld();
const properties = Array.from({ length: 15 }, (_, n) => `long_${n}`);
const count = 20;
const each = properties.length * 60_000;
let portalId = 0;
let gateway: Gateway;
let ids: string[] = [];

beforeAll(async () => {
  portalId = await world().installed();
  gateway = world().gateway(portalId);
  for (const name of properties)
    await world().control("POST", `/portals/${portalId}/properties/contacts`, {
      name,
      label: name,
      type: "string",
      fieldType: "textarea",
      groupName: "contactinformation",
    });
  const filled = Object.fromEntries(
    properties.map((name) => [name, "x".repeat(60_000)]),
  );
  ids = [];
  for (let n = 0; n < count; n++)
    ids.push(
      await world().make(portalId, "contacts", {
        email: `${n}@large.example`,
        ...filled,
      }),
    );
  // All of them do not fit into one response.
  expect(count * each).toBeGreaterThan(RESPONSE_BYTES);
}, 60_000);

const byNumber = (list: readonly string[]): string[] =>
  list.toSorted((left, right) => Number(left) - Number(right));

test("a page of a list has fewer objects if they are very large, and the pages together have all of them", async () => {
  const listed: string[] = [];
  const sizes: number[] = [];
  let after: string | null = null;
  do {
    const page = await gateway.list(
      "contact",
      { properties, ...(after === null ? {} : { after }) },
      bulk,
    );
    expect(valuesLength(page.objects)).toBeGreaterThan(
      page.objects.length * each,
    );
    sizes.push(page.objects.length);
    listed.push(...page.objects.map(({ id }) => id));
    after = page.next;
  } while (after !== null);
  expect(byNumber(listed)).toEqual(byNumber(ids));
  expect(Math.max(...sizes)).toBeLessThan(count);
}, 60_000);

test("so has a page of a search, which says how many there are", async () => {
  const found: string[] = [];
  let afterId: string | null = null;
  for (;;) {
    const page = await gateway.searchChanged(
      "contact",
      {
        from: new Date(0),
        to: new Date(Date.now() + 86_400_000),
        afterId,
        properties,
      },
      bulk,
    );
    expect(page.objects.length).toBeLessThan(count);
    found.push(...page.objects.map(({ id }) => id));
    if (page.lastId === null || page.total <= page.objects.length) break;
    afterId = page.lastId;
  }
  expect(byNumber(found)).toEqual(byNumber(ids));
}, 60_000);

test("a read by ids returns all of them, or says that they are more than its caller has room for", async () => {
  const read = await gateway.read("contact", ids, { properties }, bulk);
  expect(byNumber([...read.keys()])).toEqual(byNumber(ids));
  expect(
    valuesLength([...read.values()].filter((object) => object !== null)),
  ).toBeGreaterThan(count * each);
  await expect(
    gateway.read(
      "contact",
      ids,
      { properties, mostBytes: RESPONSE_BYTES },
      bulk,
    ),
  ).rejects.toBeInstanceOf(TooManyBytesError);
  await expect(
    gateway.read(
      "contact",
      ids.slice(0, 4),
      { properties, mostBytes: 3 * each },
      bulk,
    ),
  ).rejects.toBeInstanceOf(TooManyBytesError);
  const some = await gateway.read(
    "contact",
    ids.slice(0, 4),
    { properties, mostBytes: 4 * each + 10_000 },
    bulk,
  );
  expect(some.size).toBe(4);
}, 60_000);
