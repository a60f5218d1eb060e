import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { clientSecret, expectedSignature } from "./fake-app.ts";
import type { Json } from "./world.ts";
import { useWorld } from "./world.ts";

const world = useWorld();

function flush(): Promise<{ status: number; body: Json }> {
  return world().control("POST", "/webhooks/flush");
}

function ofType(type: string): readonly Json[] {
  return world().events.filter((event) => event["subscriptionType"] === type);
}

async function createMany(portalId: number, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1)
    await world().createContact(portalId, { email: `c${number}@x.example` });
}

describe("a change made by a user", () => {
  it("is told in the shape of recorded deliveries, for active subscriptions alone", async () => {
    const portalId = await world().installed();
    const id = await world().createContact(portalId, {
      email: "a@x.example",
      firstname: "Ann",
    });
    expect((await flush()).body).toEqual({
      sent: 2,
      failed: 0,
      waiting: 0,
      lost: 0,
    });
    const common = {
      portalId,
      appId: 500_001,
      attemptNumber: 0,
      objectId: Number(id),
      objectTypeId: "0-1",
      changeSource: "CRM_UI",
      sourceId: `userId:${portalId * 10 + 1}`,
      eventId: expect.any(Number),
      subscriptionId: expect.any(Number),
      occurredAt: expect.any(Number),
    };
    expect(ofType("object.creation")).toEqual([
      { ...common, subscriptionType: "object.creation", changeFlag: "CREATED" },
    ]);
    expect(ofType("object.propertyChange")).toEqual([
      {
        ...common,
        subscriptionType: "object.propertyChange",
        propertyName: "firstname",
        propertyValue: "Ann",
        isSensitive: false,
      },
    ]);
  });

  it("is signed: v3 over method, address, body and time, v1 beside it", async () => {
    const portalId = await world().installed();
    await world().createContact(portalId, { email: "ü@x.example" });
    await flush();
    const [received] = world().app.received;
    const timestamp = String(received?.headers["x-hubspot-request-timestamp"]);
    expect(Math.abs(Date.now() - Number(timestamp))).toBeLessThan(60_000);
    const body = received?.body ?? "";
    expect(received?.headers["x-hubspot-signature-v3"]).toBe(
      expectedSignature(`${world().app.url}/webhooks/hubspot`, body, timestamp),
    );
    expect(received?.headers["x-hubspot-signature-version"]).toBe("v1");
    expect(received?.headers["x-hubspot-signature"]).toBe(
      createHash("sha256")
        .update(clientSecret + body)
        .digest("hex"),
    );
  });

  it("is not told before the app is installed, nor after it was uninstalled", async () => {
    const portalId = await world().portal();
    await world().createContact(portalId, { email: "before@x.example" });
    await world().install(portalId);
    await world().control("PUT", "/faults", { webhooks: { paused: true } });
    await world().createContact(portalId, { email: "waiting@x.example" });
    await world().control("POST", `/portals/${portalId}/uninstall`);
    await world().control("DELETE", "/faults");
    await world().createContact(portalId, { email: "after@x.example" });
    expect((await flush()).body["sent"]).toBe(0);
    expect(world().events).toEqual([]);
  });

  it("is not told of objects that the app was not given the scope to read", async () => {
    const portalId = await world().portal();
    await world().install(portalId, {
      withholdScopes: ["crm.objects.companies.read"],
    });
    const company = { properties: { name: "Acme" } };
    await world().control(
      "POST",
      `/portals/${portalId}/objects/companies`,
      company,
    );
    await world().createContact(portalId, { email: "a@x.example" });
    await flush();
    expect(
      ofType("object.creation").map((event) => event["objectTypeId"]),
    ).toEqual(["0-1"]);
  });

  it("goes to the new address once that is known", async () => {
    const portalId = await world().installed();
    world().sandbox.setPublicUrl("http://127.0.0.1:1");
    await world().createContact(portalId, { email: "a@x.example" });
    world().sandbox.setPublicUrl(world().app.url);
    expect((await flush()).status).toBe(200);
    expect(ofType("object.creation")).toHaveLength(1);
  });
});

describe("the field that names the kind of an event", () => {
  it("is subscriptionType, or by option eventType, and never both", async () => {
    for (const [webhookTypeField, other] of [
      ["subscriptionType", "eventType"],
      ["eventType", "subscriptionType"],
    ] as const) {
      const portalId = await world().installed({ webhookTypeField });
      const id = await world().createContact(portalId, {
        email: "a@x.example",
        firstname: "Ann",
      });
      await world().control(
        "POST",
        `/portals/${portalId}/objects/contacts/${id}/privacy-delete`,
      );
      await flush();
      const events = world().events.filter(
        (event) => event["portalId"] === portalId,
      );
      const kinds = events.map((event) => event[webhookTypeField]);
      expect(kinds).toEqual(
        expect.arrayContaining([
          "object.creation",
          "object.propertyChange",
          "contact.privacyDeletion",
        ]),
      );
      for (const event of events) expect(event).not.toHaveProperty(other);
    }
  });
});

describe("a change made by the app", () => {
  it("is told with the app as its source", async () => {
    await world().installed();
    await world().api("POST", "/crm/objects/2026-09/contacts", {
      properties: { email: "a@x.example" },
      associations: [],
    });
    await flush();
    expect(ofType("object.creation")).toMatchObject([
      { changeSource: "INTEGRATION", sourceId: "500001" },
    ]);
  });
});

describe("merging, deleting and restoring", () => {
  it("tell of the merge and the losing object's deletion, but of no property that the merge changed", async () => {
    const portalId = await world().installed();
    const one = await world().createContact(portalId, {
      email: "one@x.example",
    });
    const other = await world().createContact(portalId, {
      email: "two@x.example",
      firstname: "Two",
    });
    await flush();
    world().app.received.length = 0;
    const merged = await world().control(
      "POST",
      `/portals/${portalId}/objects/contacts/merge`,
      {
        primaryObjectId: one,
        objectIdToMerge: other,
      },
    );
    const id = Number(merged.body["id"]);
    await flush();
    expect(ofType("object.merge")).toMatchObject([
      {
        objectId: Number(one),
        primaryObjectId: Number(one),
        mergedObjectIds: [Number(other)],
        newObjectId: id,
      },
    ]);
    expect(
      ofType("object.deletion").map((event) => event["objectId"]),
    ).toContain(Number(other));
    expect(ofType("object.propertyChange")).toEqual([]);
  });

  it("name the resulting id, or by option leave it out where it is the primary's own", async () => {
    for (const [mergeKeepsId, mergeEventNamesNewId, named] of [
      [true, true, true],
      [true, false, false],
      [false, false, true],
    ] as const) {
      const portalId = await world().installed({
        mergeKeepsId,
        mergeEventNamesNewId,
      });
      const [one, other] = [
        await world().createContact(portalId, { email: "one@x.example" }),
        await world().createContact(portalId, { email: "two@x.example" }),
      ];
      const merged = await world().control(
        "POST",
        `/portals/${portalId}/objects/contacts/merge`,
        { primaryObjectId: one, objectIdToMerge: other },
      );
      expect(merged.body["id"] === one).toBe(mergeKeepsId);
      await flush();
      const event = ofType("object.merge").find(
        (each) => each["portalId"] === portalId,
      );
      expect(event).toMatchObject({ primaryObjectId: Number(one) });
      expect(event?.["newObjectId"]).toBe(
        named ? Number(merged.body["id"]) : undefined,
      );
    }
  });

  it("tell of deletion, restoring and privacy deletion", async () => {
    const portalId = await world().installed();
    const id = await world().createContact(portalId, {
      email: "one@x.example",
    });
    const path = `/portals/${portalId}/objects/contacts/${id}`;
    await world().control("DELETE", path);
    expect(
      (await world().control("POST", `${path}/restore`)).body["archived"],
    ).toBe(false);
    expect(
      (await world().control("POST", `${path}/privacy-delete`)).status,
    ).toBe(204);
    await flush();
    expect(ofType("object.deletion")).toHaveLength(2);
    expect(ofType("object.restore")).toMatchObject([{ objectId: Number(id) }]);
    expect(ofType("contact.privacyDeletion")).toMatchObject([
      { objectId: Number(id) },
    ]);
    expect(await world().ids(portalId, "contacts")).toEqual([]);
  });
});

describe("delivery", () => {
  it("gathers events into bodies of at most a hundred", async () => {
    const portalId = await world().installed();
    await world().faults({ webhooks: { paused: true } });
    await createMany(portalId, 120);
    expect((await flush()).status).toBe(409);
    expect((await world().control("GET", "/webhooks")).body["waiting"]).toBe(
      120,
    );
    await world().control("DELETE", "/faults");
    await flush();
    const sizes = world().app.received.map(({ events }) => events.length);
    expect(sizes).toHaveLength(2);
    expect(sizes.sort((a, b) => a - b)).toEqual([20, 100]);
  });

  it.each([
    ["a failure", 500],
    ["a refusal", 404],
    ["no answer", null],
  ])(
    "is tried again after %s, with the attempt counted",
    async (_name, status) => {
      const portalId = await world().installed();
      world().app.onWebhook = () =>
        world().app.received.length < 3 ? status : 200;
      await world().createContact(portalId, { email: "a@x.example" });
      await world().app.until(() => world().app.received.length === 3);
      await flush();
      expect(
        ofType("object.creation").map((event) => event["attemptNumber"]),
      ).toEqual([0, 1, 2]);
      expect(
        new Set(ofType("object.creation").map((event) => event["eventId"]))
          .size,
      ).toBe(1);
      expect((await world().control("GET", "/webhooks")).body).toMatchObject({
        sent: 1,
        failed: 0,
        waiting: 0,
      });
    },
  );

  it("is given up after ten retries", async () => {
    const portalId = await world().installed();
    world().app.onWebhook = () => 500;
    await world().createContact(portalId, { email: "a@x.example" });
    expect((await flush()).body).toEqual({
      sent: 0,
      failed: 1,
      waiting: 0,
      lost: 0,
    });
    expect(world().app.received).toHaveLength(11);
  });

  it("loses and doubles notifications as faults say, reproducibly", async () => {
    const portalId = await world().installed();
    await world().faults({ webhooks: { lose: 0.3, double: 0.3 }, seed: 5 });
    await createMany(portalId, 40);
    const { body } = await flush();
    expect(body["lost"]).toBeGreaterThan(2);
    expect(body["lost"]).toBeLessThan(25);
    const perObject = new Map<unknown, number>();
    for (const event of world().events)
      perObject.set(
        event["objectId"],
        (perObject.get(event["objectId"]) ?? 0) + 1,
      );
    expect(perObject.size).toBe(40 - Number(body["lost"]));
    expect(new Set(perObject.values())).toEqual(new Set([1, 2]));
  });

  it("is late and out of order as faults say", async () => {
    const portalId = await world().installed();
    await world().faults({ webhooks: { delayMs: 60_000, shuffle: true } });
    await createMany(portalId, 30);
    expect((await world().control("GET", "/webhooks")).body["waiting"]).toBe(
      30,
    );
    await flush();
    const order = world().events.map((event) => Number(event["objectId"]));
    expect(order).toHaveLength(30);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });

  it.each([
    [true, 1],
    [false, 2],
  ])(
    "puts portals into one body only where they say so (%s)",
    async (webhookMixesPortals, bodies) => {
      const portals = [
        await world().installed({ webhookMixesPortals }),
        await world().installed({ webhookMixesPortals }),
      ];
      await world().faults({ webhooks: { paused: true } });
      for (const portalId of portals)
        await world().createContact(portalId, { email: "a@x.example" });
      await world().control("DELETE", "/faults");
      await flush();
      expect(world().app.received).toHaveLength(bodies);
      expect(new Set(world().events.map((event) => event["portalId"]))).toEqual(
        new Set(portals),
      );
    },
  );
});
