import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { postSigned } from "./sign.ts";
import { useWorld } from "./world.ts";

const world = useWorld({ publicRequestsPerMinute: 20 });
const hook = (): string => `${world.url}/webhooks/hubspot`;

type InboxRow = {
  kind: string;
  object_type: string;
  object_id: string;
  occurred_at: Date;
  event: Record<string, unknown>;
};

async function inbox(portalId: number): Promise<InboxRow[]> {
  const { rows } = await world.database.inPortal(portalId, (db) =>
    sql<InboxRow>`select kind, object_type, object_id, occurred_at, event from inbox order by id`.execute(
      db,
    ),
  );
  return rows;
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

describe("POST /webhooks/hubspot", () => {
  test("stores every event of a body as it came, under its portal, kind and object", async () => {
    const { portalId } = await world.connect();
    const events = [
      event(portalId, { propertyName: "email", propertyValue: "a@b.c ☃" }),
      event(portalId, {
        subscriptionType: "object.merge",
        primaryObjectId: 5,
        mergedObjectIds: [6],
        newObjectId: 7,
      }),
      event(portalId, {
        subscriptionType: "object.merge",
        objectId: undefined,
        primaryObjectId: 5,
        newObjectId: null,
      }),
      event(portalId, {
        subscriptionType: undefined,
        eventType: "company.deletion",
        objectTypeId: undefined,
        objectId: 12,
      }),
      event(portalId, {
        subscriptionType: "object.associationChange",
        objectId: undefined,
        objectTypeId: undefined,
        fromObjectId: 3,
        fromObjectTypeId: "0-2",
        toObjectId: 4,
        toObjectTypeId: "0-1",
      }),
      event(portalId, {
        subscriptionType: "contact.privacyDeletion",
        objectTypeId: undefined,
        objectId: 9,
      }),
    ];
    const response = await postSigned(hook(), JSON.stringify(events));
    expect(response.status).toBe(200);
    const rows = await inbox(portalId);
    expect(
      rows.map(({ kind, object_type, object_id }) => [
        kind,
        object_type,
        object_id,
      ]),
    ).toEqual([
      ["propertyChange", "contact", "546500061938"],
      ["merge", "contact", "7"],
      ["merge", "contact", "5"],
      ["deletion", "company", "12"],
      ["associationChange", "company", "3"],
      ["privacyDeletion", "contact", "9"],
    ]);
    expect(rows[0]?.occurred_at).toEqual(new Date(1_788_597_072_520));
    expect(rows[0]?.event).toEqual(events[0]);
  });

  test("one body may hold events of several portals; each lands in its own", async () => {
    const [one, two] = [await world.connect(), await world.connect()];
    await postSigned(
      hook(),
      JSON.stringify([
        event(one.portalId, { objectId: 1 }),
        event(two.portalId, { objectId: 2 }),
        event(one.portalId, { objectId: 3 }),
      ]),
    );
    expect((await inbox(one.portalId)).map((row) => row.object_id)).toEqual([
      "1",
      "3",
    ]);
    expect((await inbox(two.portalId)).map((row) => row.object_id)).toEqual([
      "2",
    ]);
  });

  test("events of an unknown portal, another app, an unsynced type or no portal are counted, answered 200 and not kept", async () => {
    const { portalId } = await world.connect();
    const before = {
      unknown: await counted("unknown_portal"),
      app: await counted("another_app"),
      shape: await counted("not_understood"),
      type: await counted("not_synced"),
    };
    const response = await postSigned(
      hook(),
      JSON.stringify([
        event(999_999_999, {}),
        event(portalId, { objectTypeId: "0-5" }),
        event(portalId, { appId: 500_002 }),
        event(portalId, { appId: 500_002, objectId: "twelve" }),
        event(-1, {}),
        null,
        "text",
        event(portalId, { objectId: 77 }),
      ]),
    );
    expect(response.status).toBe(200);
    expect((await inbox(portalId)).map((row) => row.object_id)).toEqual(["77"]);
    expect({
      unknown: await counted("unknown_portal"),
      app: await counted("another_app"),
      shape: await counted("not_understood"),
      type: await counted("not_synced"),
    }).toEqual({
      unknown: before.unknown + 1,
      app: before.app + 2,
      shape: before.shape + 3,
      type: before.type + 1,
    });
  });

  test("text that jsonb cannot hold loses its NULs and lone surrogates, never the event", async () => {
    const { portalId } = await world.connect();
    const body = JSON.stringify([
      event(portalId, { propertyValue: "a\u0000b \ud800 \ud83d\ude00" }),
    ]);
    expect((await postSigned(hook(), body)).status).toBe(200);
    const [row] = await inbox(portalId);
    expect(row?.event["propertyValue"]).toBe("ab \ufffd \ud83d\ude00");
  });

  test("of bodies that arrive together, one that Postgres refuses takes none of its neighbours along", async () => {
    const { portalId } = await world.connect();
    const bodies = Array.from({ length: 30 }, (_, index) =>
      JSON.stringify([event(portalId, { objectId: index + 1 })]),
    );
    // Whatever readJson and routeEvent let through that they should not.
    await sql
      .raw(
        `alter table inbox add constraint refused check (portal_id <> ${portalId} or object_id <> 18)`,
      )
      .execute(world.database.owner);
    const statuses = await Promise.all(
      bodies.map(async (body) => (await postSigned(hook(), body)).status),
    );
    await sql`alter table inbox drop constraint refused`.execute(
      world.database.owner,
    );
    expect(statuses.indexOf(500)).toBe(17);
    expect(statuses.filter((status) => status === 200)).toHaveLength(29);
    const ids = (await inbox(portalId)).map((row) => Number(row.object_id));
    expect(ids).toHaveLength(29);
    expect(new Set(ids).size).toBe(29);
  });

  test("a forged, stale or missing signature is answered 401 and writes nothing", async () => {
    const { portalId } = await world.connect();
    const body = JSON.stringify([event(portalId, {})]);
    const forged = await postSigned(hook(), body, { secret: "guess" });
    const stale = await postSigned(hook(), body, {
      timestamp: Date.now() - 301_000,
    });
    const missing = await fetch(hook(), { method: "POST", body });
    const answers = [forged, stale, missing];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(
      await Promise.all(answers.map((answer) => answer.json())),
    ).toMatchObject([
      { code: "signature_bad" },
      { code: "signature_stale" },
      { code: "signature_missing" },
    ]);
    expect(await inbox(portalId)).toEqual([]);
    const { values } = await world.parts.metrics.signaturesRefused.get();
    expect(values.map(({ labels, value }) => [labels.reason, value])).toEqual([
      ["bad", 1],
      ["stale", 1],
      ["missing", 1],
    ]);
  });

  test("malformed JSON and a body that is no list are 400, one too large is 413", async () => {
    const malformed = await postSigned(hook(), '[{"portalId":');
    const single = await postSigned(hook(), "{}");
    const large = await postSigned(hook(), `["${"x".repeat(9_000_000)}"]`);
    expect([malformed.status, single.status, large.status]).toEqual([
      400, 400, 413,
    ]);
    expect(malformed.headers.get("content-type")).toContain(
      "application/problem+json",
    );
  });

  test("what the sandbox sends for a user's edit arrives", async () => {
    const { portalId, entry } = await world.connect();
    const created = await fetch(
      `${world.sandbox.url}/sandbox/portals/${entry.portalId}/objects/contacts`,
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ properties: { email: "new@example.com" } }),
      },
    );
    expect(created.status).toBeLessThan(300);
    await fetch(`${world.sandbox.url}/sandbox/webhooks/flush`, {
      method: "POST",
    });
    const kinds = (await inbox(portalId)).map((row) => row.kind);
    expect(kinds).toContain("creation");
    expect(kinds).toContain("propertyChange");
  });

  test("refused requests count against their address, verified ones do not", async () => {
    const { portalId } = await world.connect();
    const statuses: number[] = [];
    for (let count = 0; count < 25; count++)
      statuses.push(
        (await postSigned(hook(), "[]", { secret: "guess" })).status,
      );
    expect(statuses.at(-1)).toBe(429);
    const good = await postSigned(
      hook(),
      JSON.stringify([event(portalId, { objectId: 8 })]),
    );
    expect(good.status).toBe(200);
    expect(await inbox(portalId)).toHaveLength(1);
  });
});
