import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { postSigned } from "./sign.ts";
import { useWorld } from "./world.ts";

const world = useWorld();
const hook = (): string => `${world.url}/webhooks/hubspot`;

/** The ids of the objects whose events were stored. */
async function inbox(portalId: number): Promise<string[]> {
  const { rows } = await world.database.inPortal(portalId, (db) =>
    sql<{ object_id: string }>`select object_id from inbox order by id`.execute(
      db,
    ),
  );
  return rows.map((row) => row.object_id);
}

async function counted(outcome: string): Promise<number> {
  const { values } = await world.parts.metrics.webhookEvents.get();
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
}

const event = (portalId: number, more: Record<string, unknown>) => ({
  eventId: 1,
  subscriptionId: 2,
  portalId,
  appId: 500_001,
  occurredAt: 1_788_597_072_520,
  attemptNumber: 0,
  subscriptionType: "object.propertyChange",
  objectId: 546_500_061_938,
  objectTypeId: "0-1",
  ...more,
});

let poisoned: ReturnType<typeof world.connect>;
let neighbors = 0;
beforeAll(() => {
  poisoned = world.connect();
});

const merge = {
  subscriptionType: "object.merge",
  primaryObjectId: 5,
  mergedObjectIds: [6],
  newObjectId: 7,
};
const edge = {
  subscriptionType: "contact.associationChange",
  objectTypeId: undefined,
  objectId: undefined,
  associationType: "CONTACT_TO_COMPANY",
  fromObjectId: 3,
  toObjectId: 4,
};
test.each<[string, Record<string, unknown>, string]>([
  ["an id of 0", { objectId: 0 }, "objectId"],
  ["a negative id", { objectId: -5 }, "objectId"],
  ["a fraction", { objectId: 1.5 }, "objectId"],
  ["an id as a word", { objectId: "twelve" }, "objectId"],
  ["no id", { objectId: undefined }, "objectId"],
  ["an id of 2^63", { objectId: "9223372036854775808" }, "objectId"],
  ["an id of 1e21", { objectId: 1e21 }, "objectId"],
  ["an id in a list of a list", { objectId: [[1]] }, "objectId"],
  ["a merge with a word", { ...merge, mergedObjectIds: ["x"] }, "mergedObj"],
  ["a merge with null", { ...merge, mergedObjectIds: [null] }, "mergedObj"],
  ["a merge into a word", { ...merge, newObjectId: "x" }, "newObjectId"],
  [
    "a merge of 100,000",
    {
      ...merge,
      mergedObjectIds: Array.from({ length: 1e5 }, (_, n) => n + 1),
    },
    "too many",
  ],
  [
    "an association with 20 digits",
    { ...edge, toObjectId: "12345678901234567890" },
    "toObjectId",
  ],
  ["an unknown type", { subscriptionType: "object.rename" }, "type of event"],
  ["a type that is a number", { subscriptionType: 7 }, "type of event"],
  ["a time that is none", { occurredAt: "now" }, "occurredAt"],
  ["a time before all times", { occurredAt: -8e15 }, "occurredAt"],
  ["no app", { appId: undefined }, "appId"],
])(
  "%s: the event is set aside for operators, and its neighbor is stored",
  async (_name, more, reason) => {
    const { portalId, apiKey } = await poisoned;
    const before = await counted("set_aside");
    const odd = event(portalId, more);
    const response = await postSigned(
      hook(),
      JSON.stringify([odd, event(portalId, { objectId: 77 })]),
    );
    expect(response.status).toBe(200);
    expect(await inbox(portalId)).toEqual(
      Array<string>(++neighbors).fill("77"),
    );
    expect(await counted("set_aside")).toBe(before + 1);
    const { body } = await world.api(
      apiKey,
      "GET",
      "/set-aside-events?limit=1",
    );
    const text = JSON.stringify(odd);
    expect(body).toMatchObject({
      results: [
        {
          reason: expect.stringContaining(reason) as string,
          length: text.length,
          event: text.slice(0, 16_384),
        },
      ],
    });
  },
);

test("an id that a double does not keep is the id that it is", async () => {
  const { portalId } = await world.connect();
  await postSigned(
    hook(),
    JSON.stringify([event(portalId, { objectId: 1 })]).replace(
      '"objectId":1',
      '"objectId":9223372036854775807',
    ),
  );
  expect(await inbox(portalId)).toEqual(["9223372036854775807"]);
});

test("a portal keeps 1,000 events that were set aside, more are counted", async () => {
  const { portalId } = await world.connect();
  const before = await counted("set_aside_dropped");
  const body = JSON.stringify(
    Array.from({ length: 700 }, () => event(portalId, { objectId: "x" })),
  );
  await postSigned(hook(), body);
  await postSigned(hook(), body);
  const kept = await world.database.inPortal(portalId, (db) =>
    sql`select id from set_aside_event`.execute(db),
  );
  expect(kept.rows).toHaveLength(1_000);
  expect(await counted("set_aside_dropped")).toBe(before + 400);
});
