import { expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { createLinked } from "./steps/records.ts";
import { one } from "./steps/one.ts";
import { sendEvents } from "./steps/send-events.ts";
import type { Json } from "./world.ts";
import { useWorld } from "./world.ts";

const at = useWorld();

/** How many calls for associations an event leads to, of a contact that is linked. */
async function readsAfter(event: (contactId: number) => Json): Promise<number> {
  const { world } = at;
  const contact = one(
    await createLinked(world, "contacts", [
      { email: `${Math.random()}@events.example` },
    ]),
    0,
  );
  await calm(world);
  await world.control("DELETE", "/sandbox/requests");
  const status = await sendEvents(world, [
    {
      subscriptionType: "object.associationChange",
      ...event(Number(contact.objectId)),
    },
  ]);
  expect(status).toBeLessThan(300);
  await calm(world);
  const { body } = await world.control<{
    rows: { path: string; count: number }[];
  }>("GET", "/sandbox/requests");
  return body.rows
    .filter(({ path }) => path.includes("/associations/"))
    .reduce((sum, { count }) => sum + count, 0);
}

test.each([
  [
    "with a company, by type ids",
    (id: number) => ({
      objectTypeId: "0-1",
      objectId: id,
      fromObjectTypeId: "0-1",
      fromObjectId: id,
      toObjectTypeId: "0-2",
      toObjectId: 1,
    }),
    1,
  ],
  [
    "with a company, from the company's side",
    (id: number) => ({
      objectTypeId: "0-2",
      objectId: 1,
      fromObjectTypeId: "0-2",
      fromObjectId: 1,
      toObjectTypeId: "0-1",
      toObjectId: id,
    }),
    1,
  ],
  [
    "with a company, by the name of the kind",
    (id: number) => ({
      objectTypeId: "0-1",
      objectId: id,
      associationType: "CONTACT_TO_COMPANY",
      fromObjectId: id,
      toObjectId: 1,
    }),
    1,
  ],
  [
    "with a deal, by type ids",
    (id: number) => ({
      objectTypeId: "0-1",
      objectId: id,
      fromObjectTypeId: "0-1",
      fromObjectId: id,
      toObjectTypeId: "0-3",
      toObjectId: 1,
    }),
    0,
  ],
  [
    "with a deal, by the name of the kind",
    (id: number) => ({
      objectTypeId: "0-1",
      objectId: id,
      associationType: "CONTACT_TO_DEAL",
      fromObjectId: id,
      toObjectId: 1,
    }),
    0,
  ],
  [
    "with a deal, from the deal's side",
    (id: number) => ({
      objectTypeId: "0-3",
      objectId: 1,
      fromObjectTypeId: "0-3",
      fromObjectId: 1,
      toObjectTypeId: "0-1",
      toObjectId: id,
    }),
    0,
  ],
])(
  "AP-032 an event of a contact's association %s is one of both its ends",
  async (_what, event, reads) => {
    expect(await readsAfter(event)).toBe(reads);
  },
);
